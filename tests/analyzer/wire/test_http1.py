"""Conversations in HTTP/1 as they are seen on the wire."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.http1 import Head, HttpMessage, Item, Problem, RequestReader, ResponseReader
from tests.streams import Item as Piece
from tests.streams import chunked, frame, joined, moments, pump

POLL = (
    b"GET /socket.io/?EIO=4&transport=polling&t=Q86Gfhu&sid=lv_VI97HAXpY6yYWAAAC HTTP/1.1\r\n"
    b"Host: localhost:3000\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
)
POST = (
    b"POST /socket.io/?EIO=4&transport=polling&sid=lv_VI97HAXpY6yYWAAAC HTTP/1.1\r\nHost: localhost:3000\r\n"
    b"Content-type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n\r\n40"
)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 32\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
    b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}'
)
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1\r\nHost: localhost:3000\r\nConnection: Upgrade\r\n"
    b"Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def requests(*items: Piece, limits: Limits = DEFAULT) -> list[Item]:
    """What a client's bytes give; the same byte by byte."""
    found: list[Item] = pump(RequestReader(limits, lambda head: True), items)
    assert pump(RequestReader(limits, lambda head: True), items, 1) == found
    return found


def responses(*items: Piece, methods: tuple[str | None, ...] = (), limits: Limits = DEFAULT) -> list[Item]:
    """What a server's bytes give, as answers to requests with these methods; the same byte by byte."""

    def read(sizes: int | None) -> list[Item]:
        left = list(methods)
        reader = ResponseReader(limits, lambda head: True, lambda begun: left.pop(0) if left else None)
        return pump(reader, items, sizes)

    assert read(1) == read(None)
    return read(None)


def bodies(items: list[Item]) -> list[tuple[bytes, str | None]]:
    """Body and issue of the messages among them."""
    return [(item.body, item.issue) for item in items if isinstance(item, HttpMessage)]


def problems(items: list[Item]) -> list[Problem]:
    """The problems among them."""
    return [item for item in items if isinstance(item, Problem)]


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
    reader = ResponseReader(DEFAULT, lambda head: True, lambda begun: asked.append(begun))
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


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"\x16\x03\x01\x02\x00\n", "no start line"),
        (b"hello\r\n\r\nworld\r\n", "no start line"),
        (b"GET / HTTP/2.0\r\n\r\n", "no start line"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "several lengths"),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "no number"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "does not end with chunked"),
    ],
)
def test_bytes_that_are_no_http_are_one_problem_and_the_next_start_line_is_found(bad: bytes, why: str) -> None:
    """In front of it, on a line of its own or not."""
    found = requests(POLL + bad + POST)
    (problem,) = problems(found)
    assert bodies(found) == [(b"", None), (b"40", None)]
    assert (problem.code, problem.raw, problem.size) == (Issue.HTTP_BAD_MESSAGE, bad, len(bad))
    assert problem.time == len(POLL + bad) - 1
    assert why in problem.detail


def test_a_head_beyond_the_limit() -> None:
    """It is given up, the next one is found."""
    limits = Limits(head=500)
    long = b"GET / HTTP/1.1\r\nX: " + b"y" * 600 + b"\r\n\r\n"
    found = requests(long + POST, limits=limits)
    assert bodies(found) == [(b"40", None)]
    assert "larger than the limit" in problems(found)[0].detail
    assert bodies(requests(b"GET / HTTP/1.1\r\nX: " + b"y" * 477 + b"\r\n\r\n", limits=limits)) == [(b"", None)]


def test_a_body_beyond_the_limit() -> None:
    """Its beginning is kept, what follows is in step."""
    wire = b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n" + b"x" * 50
    found = requests(wire + POST, limits=Limits(message=10))
    assert bodies(found) == [(b"x" * 10, Issue.HTTP_BODY_LIMIT), (b"40", None)]
    assert isinstance(found[1], HttpMessage)
    assert (found[1].wire_size, found[1].complete) == (50, True)


def test_a_hole_in_a_body() -> None:
    """Both ends of it are there; the next message is in step."""
    found = responses(ANSWER[:-20], 10, ANSWER[-10:] + ANSWER)
    assert bodies(found) == [(b'40{"sid":"wZ', Issue.HTTP_BODY_CUT), (b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}', None)]
    assert isinstance(cut := found[1], HttpMessage)
    assert (cut.tail, cut.wire_size, cut.complete) == (b'knAAAI"}'.rjust(10, b"?")[:0] + ANSWER[-10:], 32, False)


@pytest.mark.parametrize("size", [100, -1])
def test_a_hole_that_swallows_more(size: int) -> None:
    """What is left of the lost message is one problem; the next start line is found."""
    found = responses(ANSWER[:-20], size, ANSWER[60:] + ANSWER)
    assert bodies(found) == [(b'40{"sid":"wZ', Issue.HTTP_BODY_CUT), (b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}', None)]
    (problem,) = problems(found)
    assert (problem.code, problem.raw) == (Issue.HTTP_BODY_CUT, ANSWER[60:])


def test_a_hole_between_messages_and_in_a_head() -> None:
    """A message that begins right behind it is whole."""
    found = requests(POLL, 50, POST + POST[:30], 9, POST)
    assert bodies(found) == [(b"", None), (b"40", None), (b"40", None)]
    (problem,) = problems(found)
    assert (problem.raw, problem.code) == (POST[:30], Issue.HTTP_BAD_MESSAGE)


def test_the_end_in_the_middle() -> None:
    """Of a body, of chunks before the last one, of a head."""
    assert bodies(requests(POST[:-1])) == [(b"4", Issue.HTTP_BODY_CUT)]
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"0123456789", 5)
    assert bodies(responses(wire[:-5])) == [(b"0123456789", Issue.HTTP_BODY_CUT)]
    assert bodies(responses(wire[:-18])) == [(b"01234", Issue.HTTP_BODY_CUT)]
    assert problems(requests(POST[:20]))[0].raw == POST[:20]
    assert problems(requests(b"\x00" * 10))[0].size == 10


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


def stream(chance: random.Random, start: bytes) -> list[Piece]:
    """Messages of all kinds, garbage and holes."""
    parts: list[Piece] = []
    for _ in range(chance.randint(1, 12)):
        body = chance.choice((b"", b"ok", b"GET /x HTTP/1.1\r\n", chance.randbytes(300), b"a" * 600))
        end = chance.choice((b"\r\n", b"\n"))
        odd = end + end.join([b"Content-Length: 1, 2", b"", b""])
        broken = (
            end
            + b"Transfer-Encoding: chunked"
            + end
            + end
            + chance.choice((b"zz\r\n", b"3\r\nabcdef\r\n", b"1" * 9000))
        )
        sized = end + b"X: a" + end + b" b" + end + b"Content-Length: %d" % len(body) + end + end + body
        upgrade = end + b"Upgrade: websocket"
        parts.append(
            chance.choice(
                (
                    start + sized,
                    start + sized,
                    start + upgrade + sized,
                    start
                    + end
                    + b"Transfer-Encoding: chunked"
                    + end
                    + end
                    + chunked(body, chance.randint(1, 99), b";x=y"),
                    b"HTTP/1.1 100 Continue\r\n\r\n",
                    chance.randbytes(chance.choice((1, 50, 2000))),
                    b"xx\r\ny: HTTP/1.1 \r\n\r\n\r\n" * chance.choice((1, 50)),
                    start + end + b"X: " + b"y" * chance.choice((150, 400, 1500)) + end + end,
                    start + odd,
                    start + broken,
                    chance.choice((-1, 1, 10, 100, 3000)),
                )
            )
        )
    return joined(parts)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_any_split_of_the_bytes_gives_the_same(chance: random.Random, client: bool) -> None:
    """Moments included; whole, byte by byte, in pieces of any size; paused bytes are gone on with in the end."""
    items = stream(chance, b"POST /socket.io/?EIO=4 HTTP/1.1" if client else b"HTTP/1.1 200 OK")
    methods = [chance.choice(("GET", "GET", "HEAD", None)) for _ in range(20)]
    limits = Limits(head=300, message=500)

    def read(sizes: random.Random | int | None) -> list[Item]:
        left = list(methods)
        if not client:
            server = ResponseReader(limits, lambda head: True, lambda begun: left.pop(0) if left else None)
            return pump(server, items, sizes)
        reader = RequestReader(limits, lambda head: True)
        found: list[Item] = pump(reader, items, sizes)
        while reader.paused:
            found += reader.resume()
        return found

    whole = read(None)
    assert read(1) == whole
    assert read(chance) == whole


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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=100), st.integers(-1, 200)), max_size=8), st.booleans())
def test_any_bytes_and_holes_give_something_without_complaint(parts: list[bytes | int], client: bool) -> None:
    """And no byte is lost: what is no message is in a problem."""
    items = joined(parts)
    found = requests(*items) if client else responses(*items)
    assert sum(item.size for item in found if isinstance(item, Problem)) <= sum(
        len(p) for p in parts if isinstance(p, bytes)
    )
