"""The Huffman code of header fields."""

import pytest
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.http2_huffman import decode

ENCODER = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH)


@given(st.binary(max_size=100))
def test_what_is_encoded_is_decoded(raw: bytes) -> None:
    """All bytes have a code, short or long."""
    assert decode(ENCODER.encode(raw)) == raw.decode("latin-1")


def test_an_example_of_the_standard() -> None:
    """RFC 7541 section C.4.1."""
    assert decode(bytes.fromhex("f1e3c2e5f23a6ba0ab90f4ff")) == "www.example.com"
    assert decode(b"") == ""


@pytest.mark.parametrize("raw", ["ff", "ffffffff", "f1e3c2e5f23a6ba0ab90f4", "00", "fffffffc" * 20, "1c64" + "ff"])
def test_what_is_no_code(raw: str) -> None:
    """Padding that is too long or not made of ones, an end of string inside: all are refused."""
    data = bytes.fromhex(raw)
    if raw in ("00", "f1e3c2e5f23a6ba0ab90f4"):
        data += b"\xf8" if raw == "00" else b"\x00"
    with pytest.raises(ValueError, match="Huffman"):
        decode(data)
