"""The quick lane gives what the reader without it gives."""

import random

import pytest

from analyzer.limits import Limits
from analyzer.wire.frames import Message
from analyzer.wire.lane import clear_frames, masked_frames
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Reader
from tests.streams import frame, moments

SLOW = Limits(message=0xFFFF)
"""With a limit as low as this a reader takes no quick lane."""


def common(masked: bool) -> bytes:
    """Frames of the common shape, of all lengths it has."""
    chance = random.Random(7)
    sizes = (0, 1, 2, 3, 4, 125, 126, 127, 255, 256, 1023, 1024, 1025, 5000, 65535)
    key = chance.randbytes(4) if masked else b""
    return b"".join(frame(chance.randbytes(size), chance.choice((0x81, 0x82)), key) for size in sizes)


@pytest.mark.parametrize("masked", [True, False])
def test_it_reads_what_the_reader_reads(masked: bool) -> None:
    """Opcode, payload, size and moment."""
    wire = common(masked)
    marks, out = moments(0, len(wire)), list[Message]()
    lane = masked_frames if masked else clear_frames
    assert lane(wire, marks, 0, len(wire), out) == len(wire)
    assert out == Reader(masked, None, SLOW).feed(wire, marks)
    assert len(out) == 15


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("first", [0x01, 0x80, 0x83, 0x88, 0x89, 0xC1, 0x91, 0x00])
def test_it_stops_at_anything_else(masked: bool, first: int) -> None:
    """Control frames, fragments, what is compressed or illegal: the position is theirs."""
    key = b"abcd" if masked else b""
    good, odd = frame(b"hello you", key=key), frame(b"hello you", first, key)
    wire, out = good + odd + good, list[Message]()
    lane = masked_frames if masked else clear_frames
    assert lane(wire, Marks([len(wire)], [1], [1]), 0, len(wire), out) == len(good)
    assert [m.payload for m in out] == [b"hello you"]


@pytest.mark.parametrize("odd", [frame(b"x" * 125, form=16), frame(b"x" * 65536), frame(b"x", key=b"abcd")])
def test_it_leaves_odd_lengths_and_masks(odd: bytes) -> None:
    """The reader judges them."""
    assert clear_frames(odd, Marks([len(odd)], [1], [1]), 0, len(odd), []) == 0


@pytest.mark.parametrize("masked", [True, False])
def test_it_stops_where_it_is_told_to(masked: bool) -> None:
    """No frame beyond ``stop`` is touched."""
    wire = common(masked)
    marks = Marks([len(wire)], [1], [1])
    lane = masked_frames if masked else clear_frames
    for stop in range(40):
        out: list[Message] = []
        assert lane(wire, marks, 0, stop, out) <= stop
