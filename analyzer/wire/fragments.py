"""IP fragments put together (RFC 791, RFC 8200 4.5): any order, overlaps, bounded memory. Bytes seen first stay."""

from bisect import bisect_left, bisect_right
from typing import Final

from analyzer.wire.plain import Fragment

LARGEST: Final = 65_535
"""Bytes of the largest IP datagram."""
_SECOND: Final = 1_000_000_000


class Datagram:
    """The payload of one datagram, as far as it is known."""

    __slots__ = ("_ends", "_starts", "covered", "data", "first", "fragments", "since", "total")

    def __init__(self, since: int) -> None:
        self.since = since
        self.data = bytearray()
        self.covered = 0
        self.total: int | None = None
        self.fragments = 0
        self.first: Fragment | None = None
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, fragment: Fragment) -> None:
        """Takes the fragment's bytes where none were known yet."""
        end = fragment.offset + len(fragment.payload)
        self.fragments += 1
        if fragment.offset == 0:
            self.first = self.first or fragment
        if not fragment.more and not fragment.cut:
            self.total = self.total or end
        if len(self.data) < end:
            self.data.extend(bytes(end - len(self.data)))
        if fragment.payload:
            self._fill(fragment.offset, end, fragment.payload)

    def _fill(self, start: int, end: int, payload: bytes) -> None:
        low = bisect_left(self._ends, start)
        high = bisect_right(self._starts, end)
        at = start
        for known_start, known_end in zip(self._starts[low:high], self._ends[low:high], strict=True):
            self._copy(at, known_start, start, payload)
            at = max(at, known_end)
        self._copy(at, end, start, payload)
        if low < high:
            start, end = min(start, self._starts[low]), max(end, self._ends[high - 1])
        self._starts[low:high] = [start]
        self._ends[low:high] = [end]

    def _copy(self, at: int, until: int, origin: int, payload: bytes) -> None:
        if until > at:
            self.data[at:until] = payload[at - origin : until - origin]
            self.covered += until - at

    def whole(self) -> bytes | None:
        """The datagram with its IP header once no byte is missing."""
        if self.total is None or self.first is None or self._starts != [0] or self._ends[0] < self.total:
            return None
        header, payload = self.first.header, bytes(self.data[: self.total])
        if header[0] >> 4 == 4:
            length = (20 + len(payload)).to_bytes(2, "big")
            return b"\x45" + header[1:2] + length + header[4:6] + b"\0\0" + header[8:20] + payload
        return header[:4] + len(payload).to_bytes(2, "big") + bytes([self.first.protocol]) + header[7:40] + payload


class Reassembler:
    """Fragments in, datagrams out; the oldest incomplete datagram makes room."""

    def __init__(self, budget: int = 4 << 20, datagrams: int = 1024, seconds: int = 60) -> None:
        self._budget = budget
        self._limit = datagrams
        self._patience = seconds * _SECOND
        self._held: dict[tuple[int, ...], Datagram] = {}
        self._bytes = 0
        self.lost = 0
        """Fragments given up: their datagram was too old, too large, or cut by the snapshot length."""

    def add(self, fragment: Fragment, time: int) -> bytes | None:
        """The whole datagram if this completes it, without IPv4 options or IPv6 headers before the fragment header.

        ``time`` is the packet's, ns; a datagram that waits for longer than the patience is given up.
        """
        if fragment.offset + len(fragment.payload) > LARGEST - 20:
            self.lost += 1
            return None
        datagram = self._held.get(fragment.key)
        if datagram is not None and time - datagram.since > self._patience:
            self._give_up(fragment.key)
            datagram = None
        if datagram is None:
            datagram = self._held[fragment.key] = Datagram(time)
        before = len(datagram.data)
        datagram.add(fragment)
        self._bytes += len(datagram.data) - before
        whole = datagram.whole()
        if whole is not None:
            self._drop(fragment.key)
        self._make_room()
        return whole

    @property
    def waiting(self) -> int:
        """Fragments of datagrams that are not whole yet."""
        return sum(datagram.fragments for datagram in self._held.values())

    def _make_room(self) -> None:
        while self._bytes > self._budget or len(self._held) > self._limit:
            self._give_up(next(iter(self._held)))

    def _give_up(self, key: tuple[int, ...]) -> None:
        self.lost += self._held[key].fragments
        self._drop(key)

    def _drop(self, key: tuple[int, ...]) -> None:
        self._bytes -= len(self._held.pop(key).data)
