"""pcap files (draft-ietf-opsawg-pcap): bytes in, blocks of packets out.

Both byte orders, microseconds and nanoseconds, and the old "modified" variant with its longer record headers. A
record header that cannot be one is stepped over to the next place where several records follow each other.
"""

from struct import Struct
from typing import Final, NamedTuple

import numpy as np

from analyzer.sources.summary import Summary
from analyzer.sources.walker import Walker
from analyzer.wire.block import Int64s, Mask, PacketBlock
from analyzer.wire.gather import records

FILE_HEADER: Final = 24
LARGEST: Final = 1 << 20
"""Captured bytes of one packet beyond which its header is taken for damage; no network interface gives as many."""
_LARGEST_ON_WIRE: Final = 1 << 26
_MONTH: Final = 30 * 86_400
_YEARS: Final = 0x2000_0000, 0xF000_0000
"""1987 to 2097: what a time may be where no packet before it tells."""
_WINDOW: Final = 1 << 16
_SECOND: Final = 1_000_000_000
_FLAVOURS: Final = {0xA1B2C3D4: (1000, 16), 0xA1B23C4D: (1, 16), 0xA1B2CD34: (1000, 24)}
_FIELDS: Final = ("seconds", "fraction", "captured", "original")


class Flavour(NamedTuple):
    """What the magic number says: byte order (``<`` or ``>``), ns per unit of the fraction, size of a record header."""

    order: str
    unit: int
    header: int


def flavour(head: bytes) -> Flavour | None:
    """The flavour of the pcap file that begins with ``head``; None where it begins none."""
    for order in "<>":
        found = _FLAVOURS.get(Struct(order + "I").unpack_from(head)[0]) if len(head) >= 4 else None
        if found:
            return Flavour(order, *found)
    return None


def link_type(head: bytes, order: str) -> int:
    """LINKTYPE_ value in a file header; the upper bits say how long the frame check sequences are."""
    return int(Struct(order + "I").unpack_from(head, 20)[0]) & 0xFFFF


class PcapWalker(Walker):
    """Finds the packets in the bytes behind the file header."""

    def __init__(self, kind: Flavour, link: int, summary: Summary) -> None:
        super().__init__(summary, FILE_HEADER)
        self._kind = kind
        self._link = link
        self._length = Struct(kind.order + "I").unpack_from
        self._record = np.dtype([(name, kind.order + "u4") for name in _FIELDS])
        self._seconds: int | None = None
        self._number = 1
        self._begin(b"")

    def _begin(self, data: bytes) -> None:
        self._data = data
        self._offsets: list[int] = []

    def _scan(self, data: bytes, pos: int) -> tuple[int, bool]:
        append, length, header, largest, end = self._offsets.append, self._length, self._kind.header, LARGEST, len(data)
        last = end - header
        while pos <= last:  # once a packet: nothing here that numpy can do for all of them later
            captured = length(data, pos + 8)[0]
            after = pos + header + captured
            if after > end or captured > largest:
                return pos, captured > largest
            append(pos)
            pos = after
        return pos, False

    def _search(self, data: bytes, pos: int, at_end: bool) -> tuple[int, bool]:
        if self._offsets:
            self._seconds = int(self._length(data, self._offsets[-1])[0])
        size, stop = _WINDOW, len(data) - self._kind.header + 1
        while pos < stop:  # windows that grow: a damaged place costs by its size, not by that of the data behind it
            until = min(pos + size, stop)
            at = self._candidates(data, pos, until)
            sure, unsure = self._chained(data, at, at_end)
            if len(first := np.flatnonzero(sure | unsure)[:1]):
                return int(at[first[0]]), bool(sure[first[0]])
            pos, size = until, size * 2
        return pos, False

    def _candidates(self, data: bytes, start: int, until: int) -> Int64s:
        """Places where there are four bytes that could be the time of the next packet."""
        seconds = np.ndarray((until - start,), self._kind.order + "u4", data, start, (1,))
        low, high = _YEARS if self._seconds is None else (self._seconds - _MONTH, self._seconds + _MONTH)
        return np.flatnonzero((seconds >= max(0, low)) & (seconds <= min(0xFFFF_FFFF, high))) + start

    def _chained(self, data: bytes, at: Int64s, at_end: bool) -> tuple[Mask, Mask]:
        """For each place: whether three records (fewer, at the end) follow there; whether more bytes must tell."""
        sound, after = self._sound(data, at)
        sure, unsure = np.zeros(len(at), bool), np.zeros(len(at), bool)
        for step in range(2):
            short = sound & (after + self._kind.header > len(data))
            if at_end:
                sure |= short & ((after == len(data)) | (step > 0))
            else:
                unsure |= short
            good, further = self._sound(data, np.minimum(after, len(data)))
            sound &= good & ~short
            after = further
        return sure | sound, unsure

    def _sound(self, data: bytes, at: Int64s) -> tuple[Mask, Int64s]:
        """Whether a record header may stand at each place, and where the next one would."""
        head = records(data, at, self._record)
        captured, original = head["captured"].astype(np.int64), head["original"].astype(np.int64)
        sound = (captured > 0) & (captured <= LARGEST) & (captured <= original) & (original <= _LARGEST_ON_WIRE)
        sound &= head["fraction"].astype(np.int64) * self._kind.unit < _SECOND
        return sound, at + self._kind.header + captured

    def _finish(self) -> PacketBlock:
        at = np.array(self._offsets, np.int64)
        head = records(self._data, at, self._record)
        captured = head["captured"].astype(np.int64)
        original = np.maximum(head["original"].astype(np.int64), captured)
        time = head["seconds"].astype(np.int64) * _SECOND + head["fraction"].astype(np.int64) * self._kind.unit
        number = np.arange(self._number, self._number + len(at))
        self._number += len(at)
        if len(at):
            self._seconds = int(head["seconds"][-1])
        link = np.full(len(at), self._link, np.uint32)
        return PacketBlock(self._data, at + self._kind.header, captured, original, time, number, link)
