"""msgpack tokens: every first byte, and bytes that end early."""

import struct
from contextlib import suppress

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue, PacketError
from analyzer.socketio.msgpack_tokens import UNDEFINED, Date, Ext, Head, Token, read


@pytest.mark.parametrize(
    ("data", "token"),
    [
        (b"\xc0", None),
        (b"\xc2", False),
        (b"\xc3", True),
        (b"\x7f", 127),
        (b"\xe0", -32),
        (b"\xcc\xff", 255),
        (b"\xcf" + b"\xff" * 8, 2**64 - 1),
        (b"\xd3\x80" + bytes(7), -(2**63)),
        (b"\xcb" + struct.pack(">d", 0.5), 0.5),
        (b"\xa1a", "a"),
        (b"\xd9\1a", "a"),
        (b"\xda\0\1a", "a"),
        (b"\xdb\0\0\0\1a", "a"),
        (b"\xa3\xed\xa0\x80", "\ud800"),
        (b"\xa1\xff", "\ufffd"),
        (b"\xc4\1a", b"a"),
        (b"\xc5\0\1a", b"a"),
        (b"\xc6\0\0\0\1a", b"a"),
        (b"\x92", Head("[", "]", 2)),
        (b"\xdc\1\0", Head("[", "]", 256)),
        (b"\xdd\xff\xff\xff\xff", Head("[", "]", 2**32 - 1)),
        (b"\x82", Head("{", "}", 2)),
        (b"\xde\1\0", Head("{", "}", 256)),
        (b"\xdf\0\1\0\0", Head("{", "}", 65536)),
        (b"\xd4\0\0", UNDEFINED),
        (b"\xd4\1x", Ext(1, b"x")),
        (b"\xd5\xfexy", Ext(-2, b"xy")),
        (b"\xd8\1" + bytes(16), Ext(1, bytes(16))),
        (b"\xc7\0\5", Ext(5, b"")),
        (b"\xc7\0\0", b""),
        (b"\xc7\1\0x", b"x"),
        (b"\xc8\0\x08\x00" + bytes(8), bytes(8)),
        (b"\xc9\0\0\0\2\0xy", b"xy"),
        (b"\xd5\0xy", Ext(0, b"xy")),
        (b"\xc8\0\1\5x", Ext(5, b"x")),
        (b"\xc9\0\0\0\1\5x", Ext(5, b"x")),
        (b"\xd7\0" + b"\xff" * 8, Date(-1)),
        (b"\xd6\xff\0\0\0\2", Date(2000)),
    ],
)
def test_tokens(data: bytes, token: Token) -> None:
    """A token is read wherever it stands, and says where the next one begins."""
    assert read(b"?" + data + b"?", 1) == (token, 1 + len(data))
    assert type(read(data, 0)[0]) is type(token)


@pytest.mark.parametrize("byte", range(256))
def test_any_first_byte_alone(byte: int) -> None:
    """A lone byte is a token of one byte, or an error."""
    with suppress(PacketError):
        assert read(bytes([byte]), 0)[1] == 1


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\xd7", b"\xc7\1", b"\xc7\1\0", b"\xa2a", b"\xdc\0"])
def test_errors(data: bytes) -> None:
    """What begins no token or ends early is one documented error."""
    with pytest.raises(PacketError) as caught:
        read(data, 0)
    assert caught.value.code == Issue.SIO_BAD_MSGPACK


@given(st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=300) | st.binary(max_size=300))
def test_reads_what_another_encoder_writes(value: int | float | str | bytes) -> None:
    """Scalars come back, and any of their prefixes is an error."""
    data = msgpack.packb(value)
    assert read(data, 0) == (value, len(data))
    for end in (0, 1, len(data) - 1):
        if end < len(data):
            with pytest.raises(PacketError):
                read(data[:end], 0)
