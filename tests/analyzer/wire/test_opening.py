"""What a connection is, told from the first bytes seen of it."""

import pytest

from analyzer.wire.opening import Kind, Opening, Verdict
from analyzer.wire.websocket import Message
from tests import http2frames as h2

FRAME = b"\x81\x07" + b'42["a"]'
MASKED = b"\x81\x87\x00\x00\x00\x00" + b'42["a"]'
assert Message


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"GET / HTTP/1.1\r\n", Verdict(Kind.HTTP, 0)),
        (b"\r\nPOST /x HTTP/1.1\r\n", Verdict(Kind.HTTP, 0)),
        (b"HTTP/1.1 200 OK\r\n", Verdict(Kind.HTTP, 1)),
        (b"\x16\x03\x01\x02\x00", Verdict(Kind.TLS, 0)),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Verdict(Kind.HTTP2, 0)),
        (b"SSH-2.0-OpenSSH", Verdict(Kind.OTHER, 0)),
        (FRAME, Verdict(Kind.OTHER, 0)),
    ],
)
def test_first_bytes_of_a_whole_connection(data: bytes, verdict: Verdict) -> None:
    """A connection captured from its start says what it is at once, or is of no interest."""
    assert Opening(midstream=False).add(0, data, 1, 1) == verdict


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.0\r\n"])
def test_byte_by_byte(data: bytes) -> None:
    """Too few bytes give no verdict yet, and all that were kept can be read afterwards."""
    opening = Opening(midstream=False)
    verdicts = [opening.add(0, data[i : i + 1], i, i) for i in range(len(data))]
    first = next(i for i, v in enumerate(verdicts) if v)
    assert verdicts[first] == Opening(midstream=False).add(0, data, 1, 1)
    assert verdicts[:first] == [None] * first
    assert len(Opening(midstream=False)._kept[0]) == 0


@pytest.mark.parametrize(
    ("side", "data", "verdict"),
    [
        (0, b"GET /x HTTP/1.1\r\n", Verdict(Kind.HTTP, 0)),
        (1, b"HTTP/1.1 200 OK\r\n", Verdict(Kind.HTTP, 0)),
        (0, b"\x17\x03\x03\x00\x40" + b"x" * 64, Verdict(Kind.TLS, 0)),
        (0, MASKED, Verdict(Kind.WEBSOCKET, 0)),
        (0, FRAME, Verdict(Kind.WEBSOCKET, 1)),
    ],
)
def test_a_segment_of_a_connection_without_start(side: int, data: bytes, verdict: Verdict) -> None:
    """Behind bytes that say nothing, the start of a segment tells; what came before it is let go."""
    opening = Opening(midstream=True)
    assert opening.add(side, b"e end of something", 1, 1) is None
    assert opening.add(side, data, 2, 2) == verdict
    rest = opening.rest(side)
    assert rest is not None
    assert (rest.data, rest.marks.times) == (data, [2])


def test_frames_larger_than_a_segment() -> None:
    """Frames that begin inside a segment are found among what was kept."""
    stream = b"tail of a frame" + b"".join(b"\x81\x7e\x00\xc8" + b'42["a","' + b"x" * 190 + b'"]' for _ in range(6))
    opening = Opening(midstream=True)
    verdicts = [opening.add(1, stream[i : i + 100], i, i) for i in range(0, len(stream), 100)]
    assert Verdict(Kind.WEBSOCKET, 0) in verdicts


def test_what_is_kept_is_bounded() -> None:
    """A connection that never says what it is costs no memory."""
    opening = Opening(midstream=True)
    for i in range(200):
        opening.add(0, b"\x00" * 1000, i, i)
    rest = opening.rest(0)
    assert rest is not None
    assert len(rest.data) <= 64 * 1024


H2 = h2.Side()
ASK = H2.ask(7, h2.POLL)
SETTINGS = h2.frame(h2.SETTINGS)


def test_a_server_that_speaks_first() -> None:
    """A server of HTTP/2 need not wait for the client's preface; its SETTINGS tell."""
    assert Opening(midstream=False).add(1, SETTINGS, 1, 1) == Verdict(Kind.HTTP2, 0)
    assert Opening(midstream=False).add(1, b"\0" * 9, 1, 1) == Verdict(Kind.OTHER, 1)
    opening = Opening(midstream=False)
    assert [opening.add(1, SETTINGS[i : i + 1], i, i) for i in range(9)] == [None] * 8 + [Verdict(Kind.HTTP2, 0)]


@pytest.mark.parametrize(
    ("side", "data", "client"),
    [
        (0, h2.PREFACE, 0),
        (0, ASK, 0),
        (1, H2.answer(7) + h2.data(7, b"4", end=True), 0),
        (1, h2.frame(h2.WINDOW, b"\0\0\1\0") + ASK, 1),
    ],
)
def test_http2_without_its_start(side: int, data: bytes, client: int) -> None:
    """Header blocks say who asks; all that was kept goes to the reader, which looks for the first frame by itself."""
    opening = Opening(midstream=True)
    assert opening.add(side, b"the end of some frame", 1, 1) is None
    assert opening.add(side, data, 2, 2) == Verdict(Kind.HTTP2, client)


def test_websockets_of_http2_without_their_start() -> None:
    """DATA frames that hold a WebSocket's frames are no WebSocket of their own."""
    opening = Opening(midstream=True)
    text = h2.data(1, b"\x81\x14" + b'42["a long one","x"]')
    masked = h2.data(1, b"\x81\x94\0\0\0\0" + b'42["a long one","x"]')
    assert [opening.add(1, text, i, i) for i in range(2)] == [None, None]
    assert opening.add(1, text, 3, 3) == Verdict(Kind.HTTP2, 0)
    opening = Opening(midstream=True)
    assert [opening.add(1, masked, i, i) for i in range(3)] == [None, None, Verdict(Kind.HTTP2, 1)]


def test_a_hole_before_the_verdict() -> None:
    """What was kept of a side is not joined with what follows a hole."""
    opening = Opening(midstream=False)
    assert opening.add(0, b"GE", 1, 1) is None
    opening.gap(0)
    assert opening.add(0, b"T / HTTP/1.1\r\n", 2, 2) is None
    assert opening.add(0, b"GET / HTTP/1.1\r\n", 3, 3) == Verdict(Kind.HTTP, 0)
