"""Interfaces of a pcapng section: link types, snapshot lengths and what its time stamps mean."""

from struct import Struct
from typing import Final

import numpy as np

from analyzer.sources.options import COMMENT, options
from analyzer.sources.summary import KEPT, Interface, Summary
from analyzer.wire.block import Int64s, Uint32s, Uint64s
from analyzer.wire.gather import Records

_NAME, _RESOLUTION, _OFFSET = 2, 9, 14
_IF_DROP, _OS_DROP = 5, 7
_MICROSECONDS: Final = 6
_SECOND: Final = 1_000_000_000
_LAST: Final = 9_223_372_035
"""Seconds of the last time that nanoseconds in 64 bits can say (in 2262)."""
_MOST: Final = 1 << 16
"""Interfaces of one section; no file has as many."""


def nanoseconds(stamps: Uint64s, resolution: int, offset: "Int64s | int" = 0) -> Int64s:
    """Time stamps as ns since 1970, kept within what 64 bits can say.

    They count units of 10^-n s, or with the top bit of ``resolution`` of 2^-n s; ``offset`` is seconds to add.
    """
    split = _binary if resolution & 0x80 else _decimal
    seconds, nanos = split(stamps, resolution & 0x7F)
    whole = np.minimum(seconds, np.uint64(_LAST)).astype(np.int64) + offset
    times: Int64s = np.clip(whole, 0, _LAST) * _SECOND + nanos.astype(np.int64)
    return times


def _binary(stamps: Uint64s, power: int) -> tuple[Uint64s, Uint64s]:
    if power > 63:
        return np.zeros_like(stamps), np.zeros_like(stamps)
    fraction = stamps & np.uint64((1 << power) - 1)
    kept = min(power, 34)  # 2^34 units times 10^9 just fits 64 bits
    return stamps >> np.uint64(power), (fraction >> np.uint64(power - kept)) * np.uint64(_SECOND) >> np.uint64(kept)


def _decimal(stamps: Uint64s, power: int) -> tuple[Uint64s, Uint64s]:
    if power > 19:
        return np.zeros_like(stamps), np.zeros_like(stamps)
    seconds, fraction = np.divmod(stamps, np.uint64(10**power))
    if power <= 9:
        return seconds, fraction * np.uint64(10 ** (9 - power))
    return seconds, fraction // np.uint64(10 ** (power - 9))


_TABLE: Final = np.dtype([("link", "u4"), ("snaplen", "i8"), ("resolution", "u1"), ("offset", "i8")])


class Interfaces:
    """The interfaces described so far in the section being read."""

    def __init__(self, summary: Summary, order: str) -> None:
        self._summary = summary
        self._order = order
        self._rows: list[tuple[int, int, int, int]] = []
        self._table = np.empty(0, _TABLE)
        self._shown: list[Interface] = []

    def __len__(self) -> int:
        return len(self._rows)

    def describe(self, data: bytes, at: int, end: int) -> None:
        """Takes an Interface Description Block whose body lies between two offsets."""
        if len(self._rows) >= _MOST:
            return
        link, snaplen = Struct(self._order + "HxxI").unpack_from(data, at)
        shown, resolution, offset = Interface(link), _MICROSECONDS, 0
        for code, value in options(data, at + 8, end, self._order):
            if code == COMMENT:
                self._summary.comment(f"interface {len(self._rows)}", value)
            elif code == _NAME:
                shown.name = value[:200].decode("utf-8", "replace")
            elif code == _RESOLUTION and len(value) == 1:
                resolution = value[0]
            elif code == _OFFSET and len(value) == 8:
                (offset,) = Struct(self._order + "q").unpack(value)
        self._rows.append((link, snaplen, resolution, max(-_LAST, min(_LAST, offset))))
        self._shown.append(shown)
        if len(self._summary.interfaces) < KEPT:
            self._summary.interfaces.append(shown)

    def count(self, data: bytes, at: int, end: int) -> None:
        """Takes an Interface Statistics Block: its counts are totals, so the last one stands."""
        (interface,) = Struct(self._order + "I").unpack_from(data, at)
        dropped: list[int] = []
        for code, value in options(data, at + 12, end, self._order):
            if code == COMMENT:
                self._summary.comment(f"interface {interface}", value)
            elif code in (_IF_DROP, _OS_DROP) and len(value) == 8:
                dropped += Struct(self._order + "Q").unpack(value)
        if dropped and interface < len(self._shown):
            self._shown[interface].dropped = sum(dropped)

    def links(self, which: Int64s) -> Uint32s:
        """Link types of packets by the number of their interface."""
        return self._known()["link"][which]

    def snaplens(self, which: Int64s) -> Int64s:
        """Snapshot lengths; 0 is none."""
        return self._known()["snaplen"][which]

    def times(self, which: Int64s, stamps: Uint64s) -> Int64s:
        """Times in ns since 1970 of packets by the number of their interface and their time stamp."""
        table = self._known()
        resolution, offset = table["resolution"][which], table["offset"][which]
        times = np.zeros(len(stamps), np.int64)
        for kind in np.unique(resolution).tolist():
            mask = resolution == kind
            times[mask] = nanoseconds(stamps[mask], kind, offset[mask])
        return times

    def _known(self) -> Records:
        if len(self._table) < len(self._rows):
            self._table = np.array(self._rows, _TABLE)
        return self._table
