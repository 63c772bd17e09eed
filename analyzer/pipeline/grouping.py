"""Segments of a block, grouped by connection: what a packet capture interleaves is taken apart with a few numpy calls.

Most connections of most blocks are plain: no SYN, FIN or RST, nothing cut off, and each direction's payloads continue
one another
(segments that only repeat bytes seen before left out). Those come as one `Lane` a direction, ready to be joined. The
others
come as all their segments, one by one.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.wire.block import Segments
from analyzer.wire.halfstream import Lane
from analyzer.wire.tcp import Columns

Key = tuple[int, int, int, int, int, int]
"""The lower endpoint (address halves, port), then the higher one."""

_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0x85EBCA77C2B2AE63)
_CONTROL = 7
_FAR = 1 << 40
"""More than sequence numbers of one block can lie apart."""


class Group:
    """One connection's segments in a block. ``rows`` are their places in it, in order."""

    __slots__ = ("_batch", "key", "lanes", "rows")

    def __init__(
        self, batch: "Batch", key: Key, rows: NDArray[np.int64], lanes: "tuple[Lane | None, Lane | None] | None"
    ) -> None:
        self._batch = batch
        self.key = key
        self.rows = rows
        self.lanes = lanes
        """Of a plain connection: what each side sent, null where it was no payload; null where segments have to be
        looked at.
        """

    @property
    def begin(self) -> int:
        """Place of the first segment in the block."""
        return int(self.rows[0])

    @property
    def sides(self) -> int:
        """1 where the lower endpoint sent something, 2 where the higher one did, 3 where both did."""
        side = self._batch.side[self.rows]
        return (0 if side.all() else 1) | (2 if side.any() else 0)

    @property
    def frame(self) -> int:
        """Frame of the first segment."""
        return int(self._batch.segments.number[self.begin])

    def columns(self) -> Columns:
        """All its segments, one by one."""
        s, rows = self._batch.segments, self.rows
        side = self._batch.side
        lists = (
            v[rows].tolist() for v in (s.time, s.number, side, s.seq, s.ack, s.flags, s.start, s.length, s.missing)
        )
        return Columns(self._batch.buffer, *lists)


@dataclass(frozen=True, slots=True)
class Batch:
    """A block's segments, and which side of its connection sent each (true: the higher endpoint)."""

    segments: Segments
    side: NDArray[np.bool_]
    buffer: memoryview


def concatenate(parts: list[Segments]) -> Segments:
    """Segments of several sources as one block, in time order; their frame numbers must already tell sources apart."""
    if len(parts) == 1:
        return parts[0]
    shift, shifted = 0, []
    for part in parts:
        shifted.append(replace(part, start=part.start + shift))
        shift += len(part.buffer)
    names = [f for f in Segments.__slots__ if f not in ("buffer", "source")]
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in shifted]) for name in names}
    joined = Segments(buffer=b"".join(part.buffer for part in parts), **columns)
    return select(joined, np.argsort(joined.time, kind="stable"))


def select(segments: Segments, which: NDArray[np.int64] | NDArray[np.bool_]) -> Segments:
    """These segments, by index or mask, with the same buffer."""
    names = [f for f in Segments.__slots__ if f not in ("buffer", "source")]
    return replace(segments, **{name: getattr(segments, name)[which] for name in names})


def group(segments: Segments) -> list[Group]:
    """The block's connections, in the order of their first segments."""
    side = _side(segments)
    batch = Batch(segments, side, memoryview(segments.buffer))
    ends = _endpoints(segments, side)
    first, inverse = _distinct(ends)
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(len(first) + 1))
    keys = np.stack([column[first] for column in ends], axis=1).tolist()
    lanes = _lanes(batch, inverse, len(first))
    groups = [Group(batch, tuple(keys[i]), order[bounds[i] : bounds[i + 1]], lanes[i]) for i in range(len(first))]
    groups.sort(key=lambda g: g.begin)
    return groups


def _lanes(batch: Batch, connection: NDArray[np.int64], count: int) -> "list[tuple[Lane | None, Lane | None] | None]":
    """Each connection's two lanes, null for those whose segments have to be looked at one by one."""
    s = batch.segments
    odd = np.zeros(count, np.bool_)
    odd[connection[((s.flags & _CONTROL) != 0) | (s.missing > 0)]] = True
    rows = np.flatnonzero(s.length > 0)
    lane = connection[rows] * 2 + batch.side[rows]
    order = np.argsort(lane, kind="stable")
    rows, lane = rows[order], lane[order]
    new, disordered = _continuity(s, rows, lane)
    odd[lane[disordered] >> 1] = True
    rows, lane = rows[new], lane[new]
    bounds = np.searchsorted(lane, np.arange(2 * count + 1)).tolist()

    def of(i: int) -> Lane | None:
        mine = rows[bounds[i] : bounds[i + 1]]
        return _lane(batch, mine) if len(mine) else None

    return [None if bad else (of(2 * i), of(2 * i + 1)) for i, bad in enumerate(odd.tolist())]


def _continuity(
    s: Segments, rows: NDArray[np.int64], lane: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows continue their lane with new bytes, and which neither do so nor merely repeat; rows sorted by lane."""
    if not len(rows):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    starts = np.flatnonzero(np.diff(lane, prepend=-1))
    base = np.repeat(s.seq[rows[starts]], np.diff(np.append(starts, len(rows))))
    begin = (s.seq[rows] - base).astype(np.int32).astype(np.int64) + lane * _FAR
    end = begin + s.length[rows]
    reached = np.maximum.accumulate(end)
    before = np.empty_like(reached)
    before[0], before[1:] = begin[0], reached[:-1]
    before[starts] = begin[starts]
    new = begin == before
    return new, ~(new | (end <= before))


def _lane(batch: Batch, rows: NDArray[np.int64]) -> Lane:
    s = batch.segments
    starts, lengths = s.start[rows], s.length[rows]
    return Lane(
        batch.buffer, int(s.seq[rows[0]]), starts.tolist(), (starts + lengths).tolist(), np.cumsum(lengths).tolist(),
        s.time[rows].tolist(), s.number[rows].tolist(),
    )  # fmt: skip


def _side(s: Segments) -> NDArray[np.bool_]:
    """Whether each segment was sent by the higher of its two endpoints."""
    higher = s.a_hi > s.b_hi
    same = s.a_hi == s.b_hi
    higher |= same & (s.a_lo > s.b_lo)
    same &= s.a_lo == s.b_lo
    return np.asarray(higher | (same & (s.a_port > s.b_port)))


def _endpoints(s: Segments, side: NDArray[np.bool_]) -> list[NDArray[np.uint64]]:
    """The six parts of every segment's key."""
    pairs = ((s.a_hi, s.b_hi), (s.a_lo, s.b_lo), (s.a_port, s.b_port))
    low = [np.where(side, b, a) for a, b in pairs]
    high = [np.where(side, a, b) for a, b in pairs]
    return [part.astype(np.uint64) for part in (*low, *high)]


def _distinct(ends: list[NDArray[np.uint64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Index of the first segment of each connection, and each segment's connection; exact, though found by a hash."""
    ports = ends[2] << np.uint64(16) | ends[5]
    mixed = np.zeros(len(ports), np.uint64)
    for part, factor in zip((ends[0], ends[1], ends[3], ends[4], ports), _MIX, strict=True):
        mixed = (mixed ^ part) * np.uint64(factor)
        mixed ^= mixed >> np.uint64(29)
    _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    if all(np.array_equal(part[first][inverse], part) for part in ends):
        return first, inverse
    table = np.stack(ends, axis=1)  # two connections share a hash: compare the whole keys
    _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)
