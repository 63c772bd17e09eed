"""pcap files (draft-ietf-opsawg-pcap): bytes in, blocks of packets out.

Both byte orders, microseconds and nanoseconds, and the old "modified" variant with its longer record headers. A
record header that cannot be one is stepped over to the next place where several records follow each other.
"""

from statistics import median_low
from struct import Struct
from typing import Final

import numpy as np

from analyzer.sources.pcap_damage import LARGEST, Flavour, Judge
from analyzer.sources.summary import Summary
from analyzer.sources.walker import Walker
from analyzer.wire.block import PacketBlock

FILE_HEADER: Final = 24
_SECOND: Final = 1_000_000_000
_FLAVOURS: Final = {0xA1B2C3D4: (1000, 16), 0xA1B23C4D: (1, 16), 0xA1B2CD34: (1000, 24)}
_AT_ONCE: Final = 4096
"""Records taken before their headers are judged: what damage costs at most to find."""
_RECENT: Final = 9
"""Packets whose times are asked what time it is, so that one wrong time does not lead astray."""


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
        self._judge = Judge(kind)
        self._seconds: int | None = None
        self._number = 1
        self._begin(b"")

    def _begin(self, data: bytes) -> None:
        self._data = data
        self._offsets: list[int] = []

    def _scan(self, data: bytes, pos: int) -> tuple[int, bool]:
        taken = _AT_ONCE
        broken = False
        while taken == _AT_ONCE and not broken:
            before = len(self._offsets)
            pos, broken = self._records(data, pos)
            taken = len(self._offsets) - before
            headers = np.array(
                [*self._offsets[before:], pos][: taken + (pos + self._kind.header <= len(data))], np.int64
            )
            odd = self._judge.odd(data, headers, self._now(before))
            if len(odd):
                del self._offsets[before + int(odd[0]) :]
                return int(headers[odd[0]]), True
        return pos, broken

    def _records(self, data: bytes, pos: int) -> tuple[int, bool]:
        """Takes records as their lengths say; where that ended, and whether the length there cannot be."""
        append, length, header, end = self._offsets.append, self._length, self._kind.header, len(data)
        last = end - header
        for _ in range(_AT_ONCE):  # once a packet: nothing here that numpy can do for all of them later
            if pos > last:
                break
            captured = length(data, pos + 8)[0]
            after = pos + header + captured
            if after > end or captured > LARGEST:
                return pos, captured > LARGEST
            append(pos)
            pos = after
        return pos, False

    def _now(self, count: int) -> int | None:
        """The time, in seconds, around the last of the first ``count`` packets of the data."""
        if not count:
            return self._seconds
        return median_low(int(self._length(self._data, at)[0]) for at in self._offsets[max(0, count - _RECENT) : count])

    def _resume(self, pos: int) -> int:
        return (self._offsets[-1] if self._offsets else pos) + 1  # it may have been the length before that led here

    def _search(self, data: bytes, pos: int, at_end: bool) -> tuple[int, bool]:
        return self._judge.search(data, pos, self._now(len(self._offsets)), at_end)

    def _finish(self) -> PacketBlock:
        at = np.array(self._offsets, np.int64)
        head = self._judge.read(self._data, at)
        captured = head["captured"].astype(np.int64)
        original = np.maximum(head["original"].astype(np.int64), captured)
        time = head["seconds"].astype(np.int64) * _SECOND + head["fraction"].astype(np.int64) * self._kind.unit
        number = np.arange(self._number, self._number + len(at))
        self._number += len(at)
        self._seconds = self._now(len(at))
        link = np.full(len(at), self._link, np.uint32)
        return PacketBlock(self._data, at + self._kind.header, captured, original, time, number, link)
