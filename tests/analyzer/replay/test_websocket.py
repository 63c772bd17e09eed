"""A client's end of a WebSocket, against the reader of captures and against RFC 6455's own example."""

import base64
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.limits import DEFAULT
from analyzer.replay.websocket import ABNORMAL, NO_STATUS, Ended, WebSocket, asked, fault, params
from analyzer.wire.deflate import Inflater, Params
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Reader

NONCE = base64.b64decode("dGhlIHNhbXBsZSBub25jZQ==")
ACCEPTED = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
}
"""The answer of RFC 6455 section 1.3 to that nonce."""


def socket(deflate: Params | None = None) -> WebSocket:
    """A connection with a mask of its own."""
    return WebSocket(deflate, lambda: 0x37FA213D)


def frame(first: int, payload: bytes) -> bytes:
    """A frame of the server."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    long = size >= 1 << 16
    return bytes((first, 126 + long)) + size.to_bytes(8 if long else 2) + payload


def heard_by_server(talk: WebSocket, deflate: Params | None = None) -> list[tuple[int, bytes]]:
    """What has left, as a listener reads it: opcodes and payloads; it must be flawless."""
    data, inflater = b"".join(talk.out), deflate and Inflater.for_client(deflate, DEFAULT)
    talk.out.clear()
    found = Reader(True, inflater, DEFAULT).feed(data, Marks([len(data)], [0], [0]))
    assert [message.detail for message in found] == [None] * len(found)
    return [(message.opcode, message.payload) for message in found]


def test_the_handshake() -> None:
    """The fields asked with, and the answer of the RFC's example."""
    fields = asked(NONCE, deflate=False)
    assert fields["Sec-WebSocket-Key"] == "dGhlIHNhbXBsZSBub25jZQ=="
    assert "Sec-WebSocket-Extensions" not in fields
    assert asked(NONCE, deflate=True)["Sec-WebSocket-Extensions"].startswith("permessage-deflate")
    assert fault(NONCE, False, ACCEPTED) is None


@pytest.mark.parametrize(
    ("change", "deflate", "told"),
    [
        ({"Upgrade": "h2c"}, False, "another protocol"),
        ({"Connection": "close"}, False, "another protocol"),
        ({"Sec-WebSocket-Accept": "x"}, False, "challenge"),
        ({"Sec-WebSocket-Extensions": "permessage-deflate"}, False, "not offered"),
        ({"Sec-WebSocket-Extensions": "x-other"}, True, "not offered"),
        ({"Sec-WebSocket-Extensions": "permessage-deflate; server_no_context_takeover"}, True, None),
    ],
)
def test_answers(change: dict[str, str], deflate: bool, told: str | None) -> None:
    """Those that open no WebSocket are told apart."""
    why = fault(NONCE, deflate, ACCEPTED | change)
    assert (why is None) if told is None else told in str(why)
    assert (params(ACCEPTED | change) is not None) == ("deflate" in str(change))


@given(st.lists(st.text(max_size=200) | st.binary(max_size=200), max_size=5))
def test_what_is_said_arrives(messages: list[str | bytes]) -> None:
    """Text and bytes, in order; a lone surrogate is what node makes of it."""
    talk = socket()
    for message in messages:
        talk.say(message)
    sent = [(1, m.encode("utf-8", "replace")) if isinstance(m, str) else (2, m) for m in messages]
    assert heard_by_server(talk) == sent


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_lengths(size: int) -> None:
    """Every form of a length, both ways, whole and in pieces."""
    talk = socket()
    talk.say("x" * size)
    assert heard_by_server(talk) == [(1, b"x" * size)]
    whole = frame(0x81, b"x" * size)
    assert talk.feed(whole) == ["x" * size]
    assert talk.feed(whole[:1]) + talk.feed(whole[1:]) == ["x" * size]
    assert talk.feed(whole + whole[:3]) + talk.feed(whole[3:]) == ["x" * size] * 2


@given(
    st.lists(st.text(max_size=300) | st.binary(max_size=300), max_size=6), st.lists(st.integers(0, 2000), max_size=6)
)
def test_any_split_is_heard_alike(messages: list[str | bytes], cuts: list[int]) -> None:
    """However the bytes come."""
    data = b"".join(frame(0x81, m.encode()) if isinstance(m, str) else frame(0x82, m) for m in messages)
    talk, heard = socket(), list[str | bytes]()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for start, end in pairwise(places):
        heard += talk.feed(data[start:end])
    assert heard == messages
    assert talk.ended is None


def test_fragments_and_pings() -> None:
    """A message in three frames with a ping between: the ping is answered, the message whole."""
    talk = socket()
    assert talk.feed(frame(0x01, b"he")) == []
    assert talk.feed(frame(0x89, b"now") + frame(0x00, b"ll")) == []
    assert heard_by_server(talk) == [(10, b"now")]
    assert talk.feed(frame(0x80, b"o")) == ["hello"]


@pytest.mark.parametrize("takeover", [True, False])
def test_compressed(takeover: bool) -> None:
    """Both ways, with and without a window that lives on."""
    settled = Params(takeover, takeover)
    talk = socket(settled)
    for _ in range(3):
        talk.say("hello hello hello")
    assert heard_by_server(talk, settled) == [(1, b"hello hello hello")] * 3
    stream = zlib.compressobj(wbits=-15)
    for _ in range(2):
        packed = stream.compress(b"hello") + stream.flush(zlib.Z_SYNC_FLUSH)
        assert talk.feed(frame(0xC1, packed[:-4])) == ["hello"]
        stream = stream if takeover else zlib.compressobj(wbits=-15)
    assert talk.feed(frame(0x81, b"plain")) == ["plain"], "which messages are compressed is the sender's choice"


def test_a_window_too_small_to_write() -> None:
    """Then nothing is compressed, which is always allowed."""
    talk = socket(Params(client_bits=8))
    talk.say("hello hello hello")
    assert heard_by_server(talk) == [(1, b"hello hello hello")]


@pytest.mark.parametrize(("payload", "code"), [(b"", NO_STATUS), (b"\x03\xe8bye", 1000)])
def test_the_server_closes(payload: bytes, code: int) -> None:
    """Answered with the same, and nothing is heard or said after it."""
    talk = socket()
    assert talk.feed(frame(0x81, b"a") + frame(0x88, payload) + frame(0x81, b"b")) == ["a"]
    assert talk.ended == Ended(code)
    assert heard_by_server(talk) == [(8, payload[:2])]
    talk.say("late")
    talk.close()
    assert talk.feed(frame(0x81, b"c")) == []
    assert talk.out == []


def test_the_client_closes() -> None:
    """Without a status, as official clients do; what the server still says is heard."""
    talk = socket()
    talk.close()
    talk.say("late")
    assert heard_by_server(talk) == [(8, b"")]
    assert talk.feed(frame(0x81, b"a") + frame(0x89, b"")) == ["a"]
    assert talk.out == []
    assert talk.ended is None
    talk.feed(frame(0x88, b""))
    assert talk.ended == Ended(NO_STATUS)
    assert NO_STATUS != ABNORMAL


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 1002, "no WebSocket frame"),
        (frame(0xF1, b"x"), 1002, "no WebSocket frame"),
        (frame(0xC1, b"x"), 1002, "no WebSocket frame"),
        (b"\x81\x81\0\0\0\0a", 1002, "masked"),
        (frame(0x80, b"x"), 1002, "continuation"),
        (frame(0x81, b"\xff"), 1007, "UTF-8"),
        (frame(0x01, b"\xff") + frame(0x80, b""), 1007, "UTF-8"),
    ],
)
def test_garbage_ends_it(data: bytes, code: int, told: str) -> None:
    """Told why, the server too."""
    talk = socket()
    assert talk.feed(data) == []
    assert talk.ended is not None
    assert talk.ended.code == code
    assert told in talk.ended.reason
    assert heard_by_server(talk) == [(8, code.to_bytes(2))]


def test_what_cannot_be_inflated() -> None:
    """Ends it, too."""
    talk = socket(Params())
    assert talk.feed(frame(0xC1, b"\xff\xff")) == []
    assert talk.ended is not None
    assert talk.ended.code == 1007


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes(pieces: list[bytes]) -> None:
    """No exception."""
    talk = socket(Params())
    for piece in pieces:
        talk.feed(piece)


def test_pings_without_end() -> None:
    """A server that asks for nothing but pongs is left."""
    talk = socket()
    talk.feed(frame(0x89, b"") * 100_001)
    assert talk.ended == (1008, "the server sent more than 100000 pings")
    assert len(talk.out) == 100_001
