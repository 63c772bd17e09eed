"""Packets in, TCP segments out, a block at a time.

`analyzer.wire.headers` decodes the ordinary packets of a block together; what it leaves goes one by one through
`analyzer.wire.plain`, fragments through `analyzer.wire.fragments`, and tunnels and odd link types through scapy.
"""

from typing import Final

import numpy as np

from analyzer.wire.block import Counters, Int64s, PacketBlock, Segments
from analyzer.wire.fragments import Reassembler
from analyzer.wire.headers import Part, Sorting, sort_out
from analyzer.wire.plain import Fragment, Other, Piece, Segment, dissect
from analyzer.wire.unwrap import RAW_IP, innermost

_COLUMNS: Final = (np.uint64,) * 4 + (np.uint16,) * 2 + (np.uint32,) * 2 + (np.uint8,) + (np.int64,) * 3
_NESTING: Final = 4
"""Times one packet may be unwrapped or put together (a fragmented tunnel holds fragments)."""


class PacketDecoder:
    """Decodes the packets of one source; keeps IP fragments from block to block. No input makes it raise."""

    def __init__(self, *, vectorised: bool = True) -> None:
        """``vectorised`` False takes every packet through the plain path: slow, the reference for tests."""
        self.counters = Counters()
        self._vectorised = vectorised
        self._fragments = Reassembler()

    def decode(self, block: PacketBlock) -> Segments:
        """The block's TCP segments, in its order; a datagram put together stands where its last fragment was."""
        counters = self.counters
        counters.packets += len(block)
        counters.bytes += int(block.original.sum())
        counters.truncated += int(np.count_nonzero(block.captured < block.original))
        sorting = sort_out(block) if self._vectorised else Sorting(rest=[np.arange(len(block))])
        counters.not_tcp += sorting.not_tcp
        counters.udp443 += sorting.udp443
        slow = _Slow(block, self._fragments, counters)
        rest = np.concatenate(sorting.rest) if sorting.rest else np.empty(0, np.int64)
        part = slow.part(np.sort(rest))
        counters.fragments_lost = self._fragments.lost
        segments = _join(block, [*sorting.parts, part], slow.buffer())
        counters.tcp += len(segments)
        return segments

    def finish(self) -> None:
        """Counts the fragments that still wait as lost; to be called once, behind the last block."""
        self.counters.fragments_lost = self._fragments.lost + self._fragments.waiting


class _Slow:
    """One packet at a time; collects segments, and the datagrams that are not in the block's buffer."""

    def __init__(self, block: PacketBlock, fragments: Reassembler, counters: Counters) -> None:
        self._block = block
        self._fragments = fragments
        self._counters = counters
        self._extra: list[bytes] = []
        self._size = len(block.buffer)
        self._index: list[int] = []
        self._found: list[Segment] = []

    def part(self, rest: Int64s) -> Part:
        """The segments in the packets at these positions of the block."""
        block = self._block
        columns = (
            column[rest].tolist() for column in (block.start, block.captured, block.original, block.link, block.time)
        )
        for index, start, captured, original, link, time in zip(rest.tolist(), *columns, strict=True):
            packet = block.buffer[start : start + captured]
            self._take(index, packet, (link, original, time), start)
        return self._columns()

    def buffer(self) -> bytes:
        """The block's buffer and what was added to it."""
        return b"".join((self._block.buffer, *self._extra)) if self._extra else self._block.buffer

    def _take(self, index: int, packet: bytes, about: tuple[int, int, int], start: int) -> None:
        link, wire, time = about
        piece = dissect(packet, link, wire)
        inside: bytes | Piece
        seen = self._counters.scapy
        for _ in range(_NESTING):
            if isinstance(piece, Fragment):
                inside = self._put_together(piece, time)
            elif piece is Other.TUNNEL:
                self._counters.scapy = seen + 1
                inside = _unwrapped(packet, link)
            else:
                break
            if not isinstance(inside, bytes):
                piece = inside
                break
            wire += len(inside) - len(packet)
            packet, link, start = inside, RAW_IP, -1
            piece = dissect(packet, link, wire)
        self._judge(index, piece, packet, start)

    def _put_together(self, piece: Fragment, time: int) -> bytes | Fragment:
        """The datagram the fragment completes, or the fragment where it does not."""
        self._counters.fragments += 1
        whole = self._fragments.add(piece, time)
        return piece if whole is None else whole

    def _judge(self, index: int, piece: Piece, packet: bytes, start: int) -> None:
        if isinstance(piece, Segment):
            self._keep(index, piece, packet, start)
        elif piece is Other.UNDECODED:
            self._counters.undecoded += 1
        elif isinstance(piece, Other):
            self._counters.not_tcp += 1
            self._counters.udp443 += piece is Other.UDP443

    def _keep(self, index: int, segment: Segment, packet: bytes, start: int) -> None:
        if start < 0:
            start = self._size
            self._extra.append(packet)
            self._size += len(packet)
        self._index.append(index)
        self._found.append(segment._replace(start=segment.start + start))

    def _columns(self) -> Part:
        columns = zip(*self._found, strict=True) if self._found else ([] for _ in _COLUMNS)
        arrays = (np.array(column, kind) for column, kind in zip(columns, _COLUMNS, strict=True))
        return Part(np.array(self._index, np.int64), *arrays)


def _unwrapped(packet: bytes, link: int) -> bytes | Other:
    inside = innermost(packet, link)
    if inside is None:
        return Other.UNDECODED
    return inside if 0 < len(inside) < len(packet) else Other.NOT_TCP


def _join(block: PacketBlock, parts: list[Part], buffer: bytes) -> Segments:
    filled = [part for part in parts if len(part.place)] or parts[-1:]
    part = filled[0]
    if len(filled) > 1:
        order = np.argsort(np.concatenate([part.place for part in filled]), kind="stable")
        part = Part(*(np.concatenate(column)[order] for column in zip(*filled, strict=True)))
    index = part.place
    return Segments(buffer, block.time[index], block.number[index], *part[1:])
