"""Segments decoded together give what they give one by one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.limits import DEFAULT, Limits
from analyzer.wire.batch import LEAST, MOST, Batch
from analyzer.wire.frames import Message
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Reader
from tests.streams import frame

SLOW = Limits(message=0xFFFF)
"""With a limit as low as this a reader decodes frame by frame."""


def batch_of(segments: list[bytes]) -> tuple[bytes, Marks]:
    """Segments as a batch: each has a moment of its own."""
    ends, total = [], 0
    for segment in segments:
        total += len(segment)
        ends.append(total)
    return b"".join(segments), Marks(ends, [10 * n for n in range(len(segments))], list(range(len(segments))))


@pytest.mark.parametrize("masked", [True, False])
def test_a_run_of_single_frames(masked: bool) -> None:
    """More than is unmasked at once, of every length modulo four."""
    chance = random.Random(3)
    sizes = [chance.choice((0, 1, 2, 3, 5, 100, 125, 126, 150, 4000, 65535)) for _ in range(500)]
    segments = [
        frame(bytes([n & 255]) * size, 0x81 + n % 2, chance.randbytes(4) if masked else b"")
        for n, size in enumerate(sizes)
    ]
    data, marks = batch_of(segments)
    batch, out = Batch(data, marks, masked), list[Message]()
    assert len(data) > 2 * MOST
    assert batch.next_run(0) == 0
    assert batch.take(out) == len(data)
    assert [(m.time, m.frame, m.opcode, m.payload, m.wire_size) for m in out] == [
        (10 * n, n, 1 + n % 2, bytes([n & 255]) * size, size) for n, size in enumerate(sizes)
    ]
    assert batch.next_run(0) == len(data)


def test_short_runs_are_left_to_others() -> None:
    """The work in common would not pay."""
    good, odd = frame(b"x" * 20), frame(b"x" * 20, 0x89)
    data, marks = batch_of([good] * (LEAST - 1) + [odd] + [good] * LEAST + [odd])
    batch = Batch(data, marks, False)
    assert batch.next_run(0) == 22 * LEAST
    assert batch.next_run(22 * LEAST + 1) == len(data)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_reader_with_batches_reads_what_one_without_reads(chance: random.Random, masked: bool) -> None:
    """Segments of one frame, of several, of parts, and what only looks like a frame at a segment's start."""
    segments: list[bytes] = []
    for _ in range(chance.randint(1, 6)):
        key = chance.randbytes(4) if masked else b""
        one = frame(chance.randbytes(chance.choice((1, 30, 150))), 0x81, key)
        kind = chance.random()
        if kind < 0.6:
            segments += [one] * chance.randint(1, 150)
        elif kind < 0.7:
            segments += [one + one, one[:3], one[3:]]
        elif kind < 0.8:
            segments += [frame(one * 70, 0x82, key)[: -len(one) * 70], *[one] * 70]
        elif kind < 0.9:
            segments += [frame(b"ab", 0x01, key), *[one] * 70, frame(b"cd", 0x80, key)]
        else:
            segments += [frame(b"", 0x89, key), chance.randbytes(50)]
    data, marks = batch_of(segments)
    quick, slow = Reader(masked, None, DEFAULT), Reader(masked, None, SLOW)
    found = quick.feed(data, marks)
    assert found == slow.feed(data, marks)
    assert quick.end(1, 1) == slow.end(1, 1)
