"""Masks come off as they went on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.masking import ONES, WORDS, unmask


def plainly(data: bytes, key: bytes) -> bytes:
    """RFC 6455 section 5.3, word for word."""
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(data))


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_short_payloads(data: bytes, key: bytes) -> None:
    """Byte by byte the same, and its own inverse."""
    assert unmask(data, key) == plainly(data, key)
    assert unmask(unmask(data, key), key) == data


@pytest.mark.parametrize("size", [4 * WORDS + n for n in range(-1, 6)] + [70_001])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_long_payloads_of_any_kind(size: int, kind: type) -> None:
    """On both sides of where the way of doing it changes."""
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    assert unmask(kind(data), b"\x01\x80\xff\x00") == plainly(data, b"\x01\x80\xff\x00")


def test_ones_repeat_a_key() -> None:
    """One word, two words, many."""
    assert ONES[:3] == (0, 1, 1 + (1 << 32))
    assert (0xDEADBEEF * ONES[WORDS]).to_bytes(4 * WORDS, "little") == b"\xef\xbe\xad\xde" * WORDS
