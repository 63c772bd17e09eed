"""pcapng files (draft-ietf-opsawg-pcapng): bytes in, blocks of packets out.

Several sections of either byte order, interfaces with their own link type, resolution and offset of time; Enhanced,
Simple and old Packet Blocks; comments, drop counts and decryption secrets are kept in the summary. A block that
cannot be one (its two lengths disagree, say) is stepped over to the next sound one.
"""

import re
from struct import Struct
from typing import Final

import numpy as np

from analyzer.sources.interfaces import Interfaces
from analyzer.sources.options import COMMENT, options
from analyzer.sources.pcap_damage import LARGEST
from analyzer.sources.pcapng_packets import Before, PacketColumns, Section, columns, joined
from analyzer.sources.summary import Summary
from analyzer.sources.walker import Walker
from analyzer.wire.block import PacketBlock

SECTION: Final = 0x0A0D0D0A
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _STATISTICS, _PACKET, _SECRETS = 1, 2, 3, 5, 6, 10
_PACKETS: Final = frozenset({_OLD_PACKET, _SIMPLE_PACKET, _PACKET})
_LEAST: Final = {
    _INTERFACE: 20, _OLD_PACKET: 32, _SIMPLE_PACKET: 16, _STATISTICS: 24, _PACKET: 32, _SECRETS: 20, SECTION: 28,
}  # fmt: skip
"""Bytes of a block of each kind at least; of others 12."""
LARGEST_BLOCK: Final = 16 << 20
"""Bytes of a block beyond which its length is taken for damage; packet blocks have a lower limit."""
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_STARTS: Final = {
    "<": re.compile(rb"[\x01-\x06\x0a]\0\0\0|\n\r\r\n"),
    ">": re.compile(rb"\0\0\0[\x01-\x06\x0a]|\n\r\r\n"),
}
"""What blocks worth finding begin with."""
_SECRETS_KEPT: Final = 16 << 20
_WAIT: Final = 0
_BROKEN: Final = -1


class PcapngWalker(Walker):
    """Finds the packets in the bytes of a pcapng file, from its first byte on."""

    def __init__(self, summary: Summary) -> None:
        super().__init__(summary, 0)
        self._number = 1
        self._last_time = 0
        self._secret_bytes = 0
        summary.sections = 0
        self._begin(b"")
        self._enter("<")

    def _enter(self, order: str) -> None:
        """A section begins: its byte order, and no interfaces yet."""
        self._order = order
        self._pair = Struct(order + "II").unpack_from
        self._interfaces = Interfaces(self._summary, order)
        self._current = Section(order, self._interfaces, self._summary)

    def _begin(self, data: bytes) -> None:
        self._data = data
        self._offsets: list[int] = []
        self._found: list[PacketColumns] = []

    def _scan(self, data: bytes, pos: int) -> tuple[int, bool]:
        while True:
            pos = self._enhanced(data, pos)
            total = self._total(data, pos)
            if total <= 0:
                return pos, total == _BROKEN
            self._take(data, pos, total)
            pos += total

    def _enhanced(self, data: bytes, pos: int) -> int:
        """Takes Enhanced Packet Blocks from ``pos`` on, as long as there are any; once a packet: the tuned loop."""
        append, pair, end = self._offsets.append, self._pair, len(data)
        last = end - 32
        while pos <= last:
            kind, total = pair(data, pos)
            after = pos + total
            if (
                kind != _PACKET
                or total < 32
                or after > end
                or total & 3
                or data[after - 4 : after] != data[pos + 4 : pos + 8]
            ):
                break
            append(pos)
            pos = after
        return pos

    def _total(self, data: bytes, pos: int) -> int:
        """Length of the block at ``pos``; `_WAIT` where it is not all there, `_BROKEN` where it can be none."""
        left = len(data) - pos
        if left < 12:
            return _WAIT
        pair = self._pair
        if data[pos : pos + 4] == b"\n\r\r\n":
            order = _ORDERS.get(data[pos + 8 : pos + 12])
            if order is None:
                return _BROKEN
            pair = Struct(order + "II").unpack_from
        kind, total = pair(data, pos)
        largest = LARGEST + 65536 if kind in _PACKETS else LARGEST_BLOCK
        if total & 3 or not _LEAST.get(kind, 12) <= total <= largest:
            return _BROKEN
        if total > left:
            return _WAIT
        return int(total) if data[pos + total - 4 : pos + total] == data[pos + 4 : pos + 8] else _BROKEN

    def _take(self, data: bytes, pos: int, total: int) -> None:
        kind = self._pair(data, pos)[0]
        body, end = pos + 8, pos + total - 4
        if kind in _PACKETS:
            self._offsets.append(pos)
        elif kind == SECTION:
            self._section(data, body, end)
        elif kind == _INTERFACE:
            self._interfaces.describe(data, body, end)
        elif kind == _STATISTICS:
            self._interfaces.count(data, body, end)
        elif kind == _SECRETS:
            self._secret(data, body, end)

    def _section(self, data: bytes, at: int, end: int) -> None:
        self._flush()
        self._enter(_ORDERS[data[at : at + 4]])
        self._summary.sections += 1
        for code, value in options(data, at + 16, end, self._order):
            if code == COMMENT:
                self._summary.comment("section", value)

    def _secret(self, data: bytes, at: int, end: int) -> None:
        kind, length = self._pair(data, at)
        secret = data[at + 8 : min(end, at + 8 + length)]
        self._secret_bytes += len(secret)
        if self._secret_bytes <= _SECRETS_KEPT:
            self._summary.secrets.append((kind, secret))

    def _search(self, data: bytes, pos: int, at_end: bool) -> tuple[int, bool]:
        for match in _STARTS[self._order].finditer(data, pos):
            total = self._total(data, match.start())
            if total > 0 or (total == _WAIT and not at_end):
                return match.start(), total > 0
        return max(pos, len(data) - 3), False

    def _flush(self) -> None:
        """Packets since the last flush, all of one section, become columns."""
        if self._offsets:
            at = np.array(self._offsets, np.int64)
            found = columns(self._data, at, self._current, Before(self._offset, self._number, self._last_time))
            self._number += len(at)
            if len(found.time):
                self._last_time = int(found.time[-1])
            self._found.append(found)
            self._offsets = []

    def _finish(self) -> PacketBlock:
        self._flush()
        return joined(self._data, self._found)
