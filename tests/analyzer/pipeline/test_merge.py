"""Several sources become one run: in time order, nothing lost, each opened when its time comes."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding.places import NUMBER_BITS, NUMBER_MASK
from analyzer.pipeline.merge import merge, numbered
from analyzer.wire.block import Segments
from tests.analyzer.pipeline.blocks import Sent, block

SOURCES = st.lists(st.lists(st.lists(st.integers(0, 50), max_size=4), max_size=4), min_size=1, max_size=4)
"""Times of each source's segments, in blocks."""


def sent(times: list[int], name: int = 0) -> list[Sent]:
    """Segments at these times whose payload says which they are."""
    return [(time, 1000, 0, 0, 16, f"{name}:{time}".encode()) for time in times]


def payloads(found: Segments) -> list[bytes]:
    """What the segments carry."""
    return [found.buffer[a : a + n] for a, n in zip(found.start.tolist(), found.length.tolist(), strict=True)]


def numbers(found: Segments) -> list[tuple[int, int]]:
    """Source and number of each segment's frame."""
    return [(n >> NUMBER_BITS, n & NUMBER_MASK) for n in found.number.tolist()]


def test_frames_tell_their_source() -> None:
    """A source's index goes into its frame numbers; empty blocks are left out."""
    (found,) = numbered([block([]), block(sent([1, 2]), first=7)], 3)
    assert numbers(found) == [(3, 7), (3, 8)]


def test_a_block_out_of_order_is_sorted() -> None:
    """Packets with an earlier time than the one before are moved, their frame numbers with them."""
    (found,) = numbered([block(sent([5, 9, 7]))], 0)
    assert found.time.tolist() == [5, 7, 9]
    assert numbers(found) == [(0, 1), (0, 3), (0, 2)]
    assert payloads(found) == [b"0:5", b"0:7", b"0:9"]


@given(SOURCES)
def test_any_sources_in_time_order(sources: list[list[list[int]]]) -> None:
    """Whatever overlaps: every segment comes once, with its payload, and times never run backwards."""
    ordered = [sorted(time for part in parts for time in part) for parts in sources]
    streams = []
    for i, (parts, times) in enumerate(zip(sources, ordered, strict=True)):
        blocks, at = [], 0
        for part in parts:
            blocks.append(block(sent(times[at : at + len(part)], i), first=at + 1))
            at += len(part)
        streams.append((times[0] if times else 0, numbered(blocks, i)))
    found = list(merge(streams))
    assert all(len(each) for each in found)
    times = np.concatenate([each.time for each in found]).tolist() if found else []
    assert times == sorted(time for each in ordered for time in each)
    told = {(n, p) for each in found for n, p in zip(numbers(each), payloads(each), strict=True)}
    wanted = {((i, k), b"%d:%d" % (i, t)) for i, each in enumerate(ordered) for k, t in enumerate(each, 1)}
    assert told == wanted


def test_a_source_is_opened_when_its_time_comes() -> None:
    """Files of a rotation that lie ahead are not opened before; one that is done is read to its end first."""
    asked = []

    def source(name: int, times: list[int]) -> Iterator[Segments]:
        asked.append(name)
        yield from numbered([block(sent(times, name))], name)

    run = merge([(100, source(1, [100, 101])), (0, source(0, [0, 1]))])
    assert next(run).time.tolist() == [0, 1]
    assert asked == [0]
    assert next(run).time.tolist() == [100, 101]
    assert list(run) == []


def test_a_block_is_told_before_the_next_is_waited_for() -> None:
    """A pipe gives its next packets when they are captured; what has come is not held back until then."""
    waited = []

    def pipe() -> Iterator[Segments]:
        yield block(sent([1]))
        waited.append("for more")
        yield block(sent([2]))

    run = merge([(0, numbered(pipe(), 0))])
    assert next(run).time.tolist() == [1]
    assert waited == []
    assert next(run).time.tolist() == [2]


def test_nothing_is_nothing() -> None:
    """No source, or only empty ones."""
    assert list(merge([])) == []
    assert list(merge([(0, numbered([block([])], 0)), (5, numbered([], 1))])) == []
