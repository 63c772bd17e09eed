"""Several sources as one run: blocks of segments in time order, whatever overlaps interleaved."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from analyzer.decoding.places import NUMBER_BITS
from analyzer.pipeline.grouping import concatenate, select
from analyzer.wire.block import Segments


def numbered(blocks: Iterable[Segments], source: int) -> Iterator[Segments]:
    """Blocks of one source with its index in their frame numbers; without empty ones, each in time order."""
    for segments in blocks:
        if len(segments):
            numbers = segments.number + (source << NUMBER_BITS)
            if np.any(np.diff(segments.time) < 0):
                yield select(replace(segments, number=numbers), np.argsort(segments.time, kind="stable"))
            else:
                yield replace(segments, number=numbers)


class _Feed:
    """One source's blocks with what is left of the current one."""

    def __init__(self, blocks: Iterator[Segments]) -> None:
        self._blocks = blocks
        self.rest: Segments | None = None

    def refill(self) -> bool:
        """Have something at hand, and whether there is anything; a pipe may keep its reader waiting here."""
        if self.rest is None:
            self.rest = next(self._blocks, None)
        return self.rest is not None

    @property
    def last(self) -> int:
        """Time of the last segment at hand, ns."""
        assert self.rest is not None
        return int(self.rest.time[-1])

    def until(self, horizon: int) -> Segments:
        """Take what is not later than ``horizon``; the next block follows once all of this one is taken."""
        assert self.rest is not None
        cut = int(np.searchsorted(self.rest.time, horizon, side="right"))
        if cut == len(self.rest):
            taken, self.rest = self.rest, None
            return taken
        taken = select(self.rest, np.arange(cut))
        self.rest = select(self.rest, np.arange(cut, len(self.rest)))
        return taken


def merge(sources: list[tuple[int, Iterator[Segments]]]) -> Iterator[Segments]:
    """Blocks of all sources in time order. ``sources`` are (time of the first packet in ns, blocks), each opened when
    its time comes.
    """
    ahead = sorted(sources, key=lambda source: source[0])
    active: list[_Feed] = []
    while ahead or active:
        active = [
            feed for feed in active if feed.refill()
        ]  # only now: what was given is told before more is waited for
        horizon = min((feed.last for feed in active), default=None)
        if ahead and (horizon is None or ahead[0][0] <= horizon):
            active.append(_Feed(ahead.pop(0)[1]))
        elif horizon is not None:
            parts = [part for part in (feed.until(horizon) for feed in active) if len(part)]
            yield concatenate(parts)
