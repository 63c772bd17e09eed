"""Conversations in HTTP/1 as they are seen on the wire."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.http1 import Head, HttpMessage, RequestReader, ResponseReader
from tests.reading import ANSWER, POLL, POST, SWITCH, UPGRADE, bodies, problems, requests, responses
from tests.streams import chunked, frame, moments, pump


def test_a_poll_and_a_post_on_one_connection() -> None:
    """A head as soon as it is complete, the message when its body is."""
    get, got, post, posted = requests(POLL + POST)
    assert isinstance(get, Head)
    assert isinstance(post, Head)
    assert (get.method, get.version, get.begun, get.time, get.frame) == ("GET", "1.1", 0, len(POLL) - 1, len(POLL))
    assert get.target == "/socket.io/?EIO=4&transport=polling&t=Q86Gfhu&sid=lv_VI97HAXpY6yYWAAAC"
    assert got == HttpMessage(get, b"", 0, get.time, get.frame)
    assert (post.begun, post.time) == (len(POLL), len(POLL + POST) - 3)
    assert posted == HttpMessage(post, b"40", 2, len(POLL + POST) - 1, len(POLL + POST))


def test_answers_one_after_the_other() -> None:
    """Keep-alive."""
    head, message, *_ = responses(ANSWER * 2)
    assert isinstance(head, Head)
    assert (head.status, head.reason, head.get("keep-alive")) == (200, "OK", "timeout=5")
    assert bodies(responses(ANSWER * 2)) == [(b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}', None)] * 2
    assert isinstance(message, HttpMessage)
    assert message.complete


def test_answers_in_chunks_and_until_the_end() -> None:
    """The last one has the moment of the end."""
    first = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"chunky body", 4)
    wire = first + b"HTTP/1.0 200 OK\r\n\r\nall the rest"
    found = responses(wire)
    assert bodies(found) == [(b"chunky body", None), (b"all the rest", None)]
    assert found[1][-5:-3] != ()
    assert isinstance(last := found[-1], HttpMessage)
    assert last.time == len(wire)


def test_the_method_decides_on_a_body() -> None:
    """HEAD has none, whatever its length says; interim answers are no answers."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    wire = head + b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + b"hello"
    found = responses(wire, methods=("HEAD", "GET"))
    assert bodies(found) == [(b"", None), (b"hello", None)]
    assert len(found) == 4


def test_the_time_of_the_first_byte_asks_for_the_method() -> None:
    """Once a final head."""
    asked: list[int] = []
    reader = ResponseReader(DEFAULT, lambda head: True, lambda head: asked.append(head.begun))
    pump(reader, [b"HTTP/1.1 100 Continue\r\n\r\n" + ANSWER + ANSWER])
    assert asked == [25, 25 + len(ANSWER)]


def test_bodies_nobody_wants_are_read_past() -> None:
    """Their size is known all the same."""
    reader = RequestReader(Limits(message=1), lambda head: head.method == "GET")
    found = pump(reader, [POST * 2])
    assert bodies(found) == [(b"", None)] * 2
    assert [item.wire_size for item in found if isinstance(item, HttpMessage)] == [2, 2]


def test_lenient_reading() -> None:
    """Empty lines in front, bare line feeds, folded fields."""
    wire = b"\r\n\n\r\nPOST /a HTTP/1.1\nX: a\n b\nContent-Length: 3\n\nabc\r\n" + POLL
    found = requests(wire)
    assert bodies(found) == [(b"abc", None), (b"", None)]
    assert isinstance(head := found[0], Head)
    assert (head.begun, head.get("x")) == (5, "a b")
    assert not problems(found)


def test_after_an_upgrade_request_bytes_wait() -> None:
    """They are a WebSocket's once the answer is known to be 101."""
    reader = RequestReader(DEFAULT, lambda head: True)
    wire = POLL + UPGRADE + frame(b"2probe", key=b"abcd")
    found = reader.feed(wire, moments(0, len(wire)))
    assert [type(item) for item in found] == [Head, HttpMessage] * 2
    assert reader.paused
    more = frame(b"5", key=b"abcd")
    assert reader.feed(more, moments(len(wire), len(more))) == []
    assert reader.take() == (wire[len(POLL + UPGRADE) :] + more, moments(len(POLL + UPGRADE), 12 + len(more)))
    assert reader.take()[0] == b""
    assert reader.behind() == []


def test_holes_while_waiting_stay_in_their_place() -> None:
    """And so does the end."""
    reader = RequestReader(DEFAULT, lambda head: True)
    reader.feed(UPGRADE + b"ab", moments(0, len(UPGRADE) + 2))
    reader.gap(7, 500, 501)
    reader.feed(b"cd", moments(600, 2))
    assert reader.ended is None
    assert reader.end(700, 701) == []
    assert reader.ended == (700, 701)
    assert reader.take()[0] == b"ab"
    assert reader.behind() == [Gap(7, 500, 501), Data(b"cd", moments(600, 2))]
    reader.paused = False
    late = RequestReader(DEFAULT, lambda head: True)
    late.feed(UPGRADE, moments(0, len(UPGRADE)))
    late.gap(7, 500, 501)
    assert late.take()[0] == b""
    assert late.behind() == [Gap(7, 500, 501)]


def test_a_refused_upgrade_stays_http() -> None:
    """What waited is read, with its own moments; another upgrade waits again; the end comes last."""
    reader = RequestReader(DEFAULT, lambda head: True)
    wire = UPGRADE + POST + UPGRADE + POST[:-1]
    first = reader.feed(wire, moments(0, len(wire)))
    reader.end(9000, 9001)
    second = reader.resume()
    assert reader.paused
    third = reader.resume()
    assert bodies(first + second + third) == [(b"", None), (b"40", None), (b"", None), (b"4", Issue.HTTP_BODY_CUT)]
    assert isinstance(second[0], Head)
    assert second[0].begun == len(UPGRADE)
    assert isinstance(third[-1], HttpMessage)
    assert third[-1].time == 9000


def test_behind_a_101_nothing_is_http() -> None:
    """The head is told, the rest waits."""
    reader = ResponseReader(DEFAULT, lambda head: True, lambda begun: "GET")
    wire = ANSWER + SWITCH + frame(b"3probe")
    found = reader.feed(wire, moments(0, len(wire)))
    assert [type(item) for item in found] == [Head, HttpMessage, Head]
    assert reader.paused
    assert reader.take() == (frame(b"3probe"), moments(len(ANSWER + SWITCH), 8))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=200), st.integers(0, 40)), max_size=8), st.booleans())
def test_sound_messages_are_read_back(sent: list[tuple[bytes, int]], client: bool) -> None:
    """Bodies as they were, with no issue; 0 stands for a length, other numbers for chunks of that size."""
    start = b"POST /socket.io/?EIO=4 HTTP/1.1\r\n" if client else b"HTTP/1.1 200 OK\r\n"
    wire = b""
    for body, size in sent:
        field = b"Transfer-Encoding: chunked" if size else b"Content-Length: %d" % len(body)
        wire += start + field + b"\r\n\r\n" + (chunked(body, size) if size else body)
    found = requests(wire) if client else responses(wire)
    assert bodies(found) == [(body, None) for body, _ in sent]
    assert not problems(found)
