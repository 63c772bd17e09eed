"""Frame headers: where they end, what is wrong with them."""

import pytest

from analyzer.wire.frames import Header, Rules, blemish, fault, header_size, read_header
from tests.streams import KEY, frame

SERVER, CLIENT, COMPRESSED = Rules(False, False), Rules(True, False), Rules(False, True)


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
@pytest.mark.parametrize("key", [b"", KEY])
def test_a_header_is_read_as_soon_as_it_is_complete(size: int, key: bytes) -> None:
    """And not one byte earlier."""
    wire = b"??" + frame(bytes(size), 0x82, key)
    length = len(wire) - 2 - size
    header = read_header(wire, 2)
    assert header == Header(0x82, key, length, size, True)
    assert header_size(wire[3]) == length
    assert [read_header(wire[:end], 2) for end in range(2, 2 + length)] == [None] * length


@pytest.mark.parametrize("form", [16, 64])
def test_a_length_may_be_longer_than_need_be(form: int) -> None:
    """It is read, and called a blemish."""
    header = read_header(frame(b"x" * 125, form=form), 0)
    assert header is not None
    assert header.length == 125
    assert fault(header, SERVER) is None
    assert "shortest" in str(blemish(header, SERVER))


@pytest.mark.parametrize("first", [0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8A])
def test_legal_first_bytes(first: int) -> None:
    """Six opcodes, final or not."""
    header = Header(first, b"", 2, 5, True)
    assert fault(header, SERVER) is None
    assert blemish(header, SERVER) is None


def test_all_other_first_bytes_are_faults() -> None:
    """Without compression, 9 of 256 are legal; with it, texts and binaries may set one more bit."""
    legal = [first for first in range(256) if fault(Header(first, b"", 2, 5, True), SERVER) is None]
    more = [first for first in range(256) if fault(Header(first, b"", 2, 5, True), COMPRESSED) is None]
    assert len(legal) == 9
    assert set(more) - set(legal) == {0x41, 0x42, 0xC1, 0xC2}


def test_lengths_that_cannot_be() -> None:
    """A control frame of more than 125 bytes, a frame of more than 4 GiB."""
    assert "125" in str(fault(Header(0x89, b"", 4, 126, True), SERVER))
    assert "absurd" in str(fault(Header(0x82, b"", 10, 1 << 32, True), SERVER))
    assert fault(Header(0x82, b"", 10, (1 << 32) - 1, True), SERVER) is None


def test_the_wrong_side_of_the_mask() -> None:
    """Read on, but marked; where nobody knows the side, both are fine."""
    assert "masked" in str(blemish(Header(0x81, KEY, 6, 5, True), SERVER))
    assert "not masked" in str(blemish(Header(0x81, b"", 2, 5, True), CLIENT))
    assert blemish(Header(0x81, KEY, 6, 5, True), Rules(None, False)) is None
    assert "one byte" in str(blemish(Header(0x88, b"", 2, 1, True), SERVER))
