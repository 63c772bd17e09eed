"""HTTP/2 conversations, from both sides' bytes to exchanges and WebSockets."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Ended, Event, Upgraded
from analyzer.wire.http1 import Head
from analyzer.wire.websocket import Message
from tests import http2frames as h2
from tests.http2frames import POLL, PREFACE, Said, Side, closed, data, frame, hear, piece, told
from tests.streams import KEY
from tests.streams import frame as ws

START: list[Said] = [(C2S, PREFACE + frame(h2.SETTINGS)), (S2C, frame(h2.SETTINGS) + frame(h2.SETTINGS, flags=1))]
CANCEL = (8).to_bytes(4)


def talk() -> list[Said]:
    """A bit of everything, on five streams and a connection's own."""
    c, s = Side(), Side()
    return [
        *START,
        (C2S, c.ask(1, f"{POLL}&t=1", accept="*/*")),
        (C2S, c.ask(3, f"{POLL}&t=2", "POST", end=False) + data(3, b"42[") + frame(h2.WINDOW, b"\0\0\1\0")),
        (S2C, s.answer(1, content_type="text/plain") + data(1, b"4", pad=3)),
        (C2S, data(3, b'"a"]', end=True, pad=0)),
        (S2C, frame(h2.PING, b"12345678") + data(1, b"2", end=True) + s.answer(3) + data(3, b"ok", end=True)),
        (C2S, c.connect(5) + c.ask(7, "/other") + frame(h2.PRIORITY, b"\0\0\0\0\7", 7)),
        (S2C, s.answer(103, 103) + s.answer(7, 103, link="</x>") + s.answer(5) + data(5, ws(b'0{"sid":"x"}'))),
        (C2S, data(5, ws(b"2probe", key=KEY)[:4])),
        (C2S, data(5, ws(b"2probe", key=KEY)[4:] + ws(b"5", key=KEY)) + c.ask(9, f"{POLL}&t=3")),
        (S2C, s.answer(7, 404) + data(7, b"nothing", end=True) + frame(77, b"whatever", 1)),
        (S2C, s.answer(9, x="y" * 90) + data(9, b"6") + s.headers(9, [("x-sum", "1")], end=True)),
        (C2S, data(5, ws(b"\x03\xe8", 0x88, KEY), end=True)),
        (S2C, data(5, ws(b"\x03\xe8", 0x88)) + data(5, b"", end=True)),
    ]


def test_a_bit_of_everything() -> None:
    """Exchanges side by side, a WebSocket between them, and what nobody wants left out."""
    path = POLL + "&t="
    assert told(hear(talk())) == [
        ("Requested", 3, path + "1", None),
        ("Requested", 6, path + "2", None),
        ("Answered", 7, path + "1", b"42"),
        ("Answered", 7, path + "2", b"ok"),
        ("Requested", 8, h2.SOCKET, None),
        ("Upgraded", 9, h2.SOCKET, None),
        ("ws1", 9, b'0{"sid":"x"}', None),
        ("ws1", 11, b"2probe", None),
        ("ws1", 11, b"5", None),
        ("Requested", 11, path + "3", None),
        ("Answered", 13, path + "3", b"6"),
        ("ws1", 14, b"\x03\xe8", None),
        ("Ended", 14, "ws1", C2S),
        ("ws1", 15, b"\x03\xe8", None),
        ("Ended", 15, "ws1", S2C),
    ]


def test_what_an_exchange_holds() -> None:
    """Heads as HTTP/1 has them, bodies without padding, moments of first and last bytes."""
    events = hear(talk())
    exchange = next(e.payload.exchange for e in events if isinstance(e.payload, Answered))
    fields = [("host", "example.org"), (":scheme", "https"), ("accept", "*/*")]
    assert exchange.head == Head(3, 3, 3, "GET", f"{POLL}&t=1", 0, "", "2", fields)
    assert exchange.answer == Head(5, 5, 5, "", "", 200, "", "2", [("content-type", "text/plain")])
    assert exchange.response is not None
    assert (exchange.response.wire_size, exchange.response.time, exchange.response.issue) == (2, 7, None)
    upgraded = next(e for e in events if isinstance(e.payload, Upgraded))
    answer = upgraded.payload.exchange.answer
    assert answer is not None
    assert (answer.status, upgraded.direction, upgraded.link) == (200, S2C, "ws1")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 15), max_size=6), st.integers())
def test_blocks_and_splits_make_no_difference(cuts: list[int], seed: int) -> None:
    """However the bytes are divided, into whatever blocks, the events are the same in the same order."""
    assert h2.hear_blocks(talk(), cuts, random.Random(seed)) == hear(talk())


@pytest.mark.parametrize("size", [1, 2, 5, 9, 10])
def test_bytes_that_drip(size: int) -> None:
    """Frames may come in any number of pieces."""
    dripping = h2.dialogue()
    events: list[Event] = []
    for i, (side, what) in enumerate(talk(), 1):
        for at in range(0, len(what), size):
            part = piece(what[at : at + size], i)
            events += dripping.client(part) if side == C2S else dripping.server(part)
    assert events + dripping.finish(16, 16, ended=True) == hear(talk())


def test_a_stream_that_is_reset() -> None:
    """An exchange that either side gives up has no answer, or a cut one; what is still on its way means nothing."""
    c, s = Side(), Side()
    events = hear([
        *START,
        (C2S, c.ask(1, "/a") + c.ask(3, "/b") + c.ask(5, "/c", "POST", end=False) + data(5, b"12")),
        (S2C, s.answer(1) + data(1, b"part")),
        (S2C, frame(h2.RST, CANCEL, 1) + frame(h2.RST, CANCEL, 5)),
        (C2S, frame(h2.RST, CANCEL, 3) + data(5, b"34", end=True)),
        (S2C, s.answer(3) + data(3, b"late", end=True)),
    ])  # fmt: skip
    assert told(events) == [
        ("Requested", 3, "/a", None),
        ("Requested", 3, "/b", None),
        ("Answered", 5, "/a", b"part"),
        ("Requested", 5, "/c", None),
        ("Answered", 5, "/c", None),
        ("Answered", 6, "/b", None),
    ]
    cut = events[2].payload.exchange.response
    assert cut.issue == "http_body_cut"
    assert "CANCEL" in cut.detail
    assert events[3].payload.exchange.request.issue == "http_body_cut"


def test_an_answer_before_its_request_is_complete() -> None:
    """A server may answer early and then refuse the rest (RFC 9113 section 8.1)."""
    c, s = Side(), Side()
    begun = [*START, (C2S, c.ask(1, "/a", "POST", end=False)), (S2C, s.answer(1, 413, end=True))]
    refused = hear([*begun, (S2C, frame(h2.RST, bytes(4), 1))])
    assert told(refused) == [("Answered", 4, "/a", b""), ("Requested", 5, "/a", None)]
    finished = hear([*begun, (C2S, data(1, b"all", end=True))])
    assert told(finished) == [("Answered", 4, "/a", b""), ("Requested", 5, "/a", None)]
    assert finished[1].payload.exchange.request.issue is None


def test_a_server_that_goes_away() -> None:
    """Streams that GOAWAY excludes stay without an answer; the others go on."""
    c, s = Side(), Side()
    away = frame(h2.GOAWAY, (1).to_bytes(4) + bytes(4) + b"bye")
    events = hear([
        *START,
        (C2S, c.ask(1, "/a") + c.ask(3, "/b")),
        (S2C, away),
        (S2C, s.answer(1) + data(1, b"A", end=True)),
    ])  # fmt: skip
    assert told(events)[2:] == [("Answered", 4, "/b", None), ("Answered", 5, "/a", b"A")]


def test_a_websocket_that_is_refused() -> None:
    """It stays an exchange, and the client's bytes are none of a WebSocket's."""
    c, s = Side(), Side()
    events = hear([*START, (C2S, c.connect(1)), (S2C, s.answer(1, 400) + data(1, b"no", end=True))])
    assert told(events) == [("Requested", 3, h2.SOCKET, None), ("Answered", 4, h2.SOCKET, b"no")]


def test_a_websocket_that_is_reset() -> None:
    """Its sender's direction says so; a message that was under way comes out marked."""
    c, s = Side(), Side()
    events = hear([
        *START,
        (C2S, c.connect(1)),
        (S2C, s.answer(1) + data(1, ws(b"half of it")[:7])),
        (C2S, frame(h2.RST, CANCEL, 1)),
        (S2C, data(1, ws(b"half of it")[7:])),
    ])  # fmt: skip
    assert told(events)[2:] == [("ws1", 5, b"half ", "ws_message_cut"), ("Ended", 5, "ws1", C2S)]
    assert events[-1].payload == Ended("reset")


def test_compressed_websocket() -> None:
    """permessage-deflate is agreed on in the answer's fields."""
    c, s = Side(), Side()
    compressed = bytes.fromhex("c107f248cdc9c90700")  # RFC 7692 section 7.2.3.1
    answer = s.answer(1, sec_websocket_extensions="permessage-deflate")
    events = hear([*START, (C2S, c.connect(1)), (S2C, answer + data(1, compressed))])
    assert told(events)[2] == ("ws1", 4, b"Hello", None)


def test_many_websockets_have_links_of_their_own() -> None:
    """Each stream is a WebSocket by itself."""
    c, s = Side(), Side()
    asks = b"".join(c.connect(n) for n in (1, 3, 5))
    says = b"".join(s.answer(n) + data(n, ws(b"to %d" % n)) for n in (5, 1, 3))
    messages = [e for e in hear([*START, (C2S, asks), (S2C, says)]) if isinstance(e.payload, Message)]
    assert [(e.link, e.payload.payload) for e in messages] == [("ws1", b"to 5"), ("ws2", b"to 1"), ("ws3", b"to 3")]


def test_pushed_answers_are_none_of_ours() -> None:
    """PUSH_PROMISE and what follows on its stream give no events, but the table is kept in step."""
    c, s = Side(), Side()
    promised = s.block((":method", "GET"), (":path", "/pushed"), ("x-new", "in the table"))
    promise = frame(h2.PROMISE, (2).to_bytes(4) + promised, 1, 4)
    pushed = s.answer(2, x_more="fields") + data(2, b"pushed", end=True)
    answer = s.answer(1, x_new="in the table", x_more="fields") + data(1, b"A", end=True)
    events = hear([*START, (C2S, c.ask(1, "/a")), (S2C, promise + pushed + answer)])
    assert told(events) == [("Requested", 3, "/a", None), ("Answered", 4, "/a", b"A")]
    assert events[1].payload.exchange.answer.headers == [("x-new", "in the table"), ("x-more", "fields")]


def test_the_connection_ends() -> None:
    """What is open is cut when the server ends it; a client that has only asked may end its direction."""
    c, s = Side(), Side()
    begun = [*START, (C2S, c.ask(1, "/a") + c.connect(3) + c.ask(5, "/b", "POST", end=False) + data(5, b"x"))]
    begun += [(S2C, s.answer(1) + data(1, b"part") + s.answer(3))]
    events = hear([*begun, (C2S, closed(5)), (S2C, closed(6))])
    assert told(events)[3:] == [
        ("Ended", 5, "ws1", C2S),
        ("Requested", 5, "/b", None),
        ("Ended", 6, "ws1", S2C),
        ("Answered", 6, "/a", b"part"),
        ("Answered", 6, "/b", None),
    ]
    reset = hear([*begun, (C2S, closed(5, "reset"))])
    assert told(reset)[3:] == [
        ("Ended", 5, "ws1", C2S),
        ("Answered", 5, "/a", b"part"),
        ("Requested", 5, "/b", None),
        ("Answered", 5, "/b", None),
    ]


def test_the_capture_ends() -> None:
    """What is open has no answer yet; a half read body is not told."""
    c, s = Side(), Side()
    d = h2.dialogue()
    d.client(piece(START[0][1] + c.ask(1, "/a"), 1))
    d.server(piece(START[1][1] + s.answer(1) + data(1, b"part"), 2))
    (event,) = d.finish(9, 9, ended=False)
    assert told([event]) == [("Answered", 9, "/a", None)]
    assert isinstance(event.payload, Answered)
    assert not event.payload.ended


def test_a_reset_ends_after_what_was_said_before_it() -> None:
    """A reset in a batch is read last, as it is for HTTP/1."""
    c, s = Side(), Side()
    d = h2.dialogue()
    server = piece(START[1][1] + s.answer(1) + data(1, b"A", end=True), 4)
    events = d.receive([piece(START[0][1] + c.ask(1, "/a"), 1), closed(3, "reset")], [server])
    assert told(events) == [("Requested", 1, "/a", None), ("Answered", 4, "/a", b"A")]


def test_limits_of_bodies() -> None:
    """A body beyond the limit is cut and marked, and its size is told."""
    c, s = Side(), Side()
    body = bytes(1000)
    parts = data(1, body) + data(1, body, end=True)
    events = hear([*START, (C2S, c.ask(1, "/a")), (S2C, s.answer(1) + parts)], Limits(message=1500))
    response = events[1].payload.exchange.response
    assert (len(response.body), response.wire_size, response.issue) == (1500, 2000, "http_body_limit")


def test_recorded_node() -> None:
    """What node's own client and server say was said, byte by byte."""
    talk, said = h2.recorded()
    h2.agree(hear(talk), said)
