"""One WebSocket in a stream."""

from analyzer.limits import DEFAULT
from analyzer.records import C2S, S2C
from analyzer.wire.events import Ended, Event, Lost
from analyzer.wire.http2_items import Chunk
from analyzer.wire.http2_socket import Socket
from analyzer.wire.http_head import Head
from tests.http2frames import piece, told
from tests.streams import KEY, frame

ANSWER = Head(1, 1, 1, "", "", 200, "", "2", [])
DEFLATE = ANSWER._replace(headers=[("sec-websocket-extensions", "permessage-deflate; server_no_context_takeover")])
HELLO = bytes.fromhex("c107f248cdc9c90700")


def chunk(raw: bytes, time: int, direction: str = S2C, end: bool = False) -> Chunk:
    """Content of a DATA frame."""
    data, marks = piece(raw, time)
    return Chunk(time, time, direction, 1, data, marks, 0, len(raw), True, end)


def test_messages_of_both_directions() -> None:
    """Masked from the client, on a link of their own; the end of each direction is told."""
    socket = Socket("link", ANSWER, DEFAULT, (1, 1))
    assert told(socket.take(chunk(frame(b"hi"), 2))) == [("link", 2, b"hi", None)]
    assert told(socket.take(chunk(frame(b"ho", key=KEY), 3, C2S, True)))[0] == ("link", 3, b"ho", None)
    assert not socket.over
    assert [e.payload for e in socket.take(chunk(b"", 4, end=True))] == [Ended("fin")]
    assert socket.over
    assert socket.take(chunk(frame(b"more"), 5)) == []
    assert socket.gap(S2C, 1, 5, 5) == []


def test_compression() -> None:
    """As agreed on; where the answer is not known it may be."""
    for answer, issue in ((DEFLATE, None), (None, None), (ANSWER, "ws_bad_frame")):
        (event,) = told(socket_end(Socket("link", answer, DEFAULT, (1, 1)), HELLO))
        assert event[3] == issue
        assert (event[2] == b"Hello") == (issue is None)


def socket_end(socket: Socket, raw: bytes) -> list[Event]:
    """Messages up to the end of the capture."""
    return socket.take(chunk(raw, 2)) + socket.finish(3, 3)


def test_what_was_sent_before_the_answer() -> None:
    """It could be understood only with it."""
    socket = Socket("link", ANSWER, DEFAULT, (5, 5))
    data, marks = piece(frame(b"early", key=KEY), 2)
    assert told(socket.feed(C2S, data, marks)) == [("link", 5, b"early", None)]
    assert socket.feed(C2S, b"", marks) == []


def test_holes_and_resets() -> None:
    """A hole is told, and what it cut; a reset ends both directions and is told once."""
    socket = Socket("link", ANSWER, DEFAULT, (1, 1))
    socket.take(chunk(frame(b"cut in two")[:6], 2))
    assert [e.payload for e in socket.gap(S2C, 3, 3, 3)] == [Lost(-1)]
    message, ended = socket.end(C2S, "reset", 4, 4)
    assert told([message]) == [("link", 4, b"cut ", "ws_message_cut")]
    assert (ended.direction, ended.payload) == (C2S, Ended("reset"))
    assert socket.over
