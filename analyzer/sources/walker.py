"""What walking through a capture's bytes is in every format: go on, wait for more, or step over what cannot be read."""

from typing import NamedTuple

from analyzer.sources.summary import Summary
from analyzer.wire.block import PacketBlock


class Walked(NamedTuple):
    """Packets found (``block.buffer`` is the data given), and how many bytes are done with.

    The other bytes are to be given again, with more behind them.
    """

    block: PacketBlock
    consumed: int


class Walker:
    """Bytes in, packets out. A format says what follows what (`_scan`) and where that begins again (`_search`)."""

    def __init__(self, summary: Summary, offset: int) -> None:
        """``offset``: where in the file the bytes begin."""
        self._summary = summary
        self._offset = offset
        self._lost: int | None = None
        """Where in the file the damage began behind which nothing sound has been found yet."""

    def walk(self, data: bytes, *, at_end: bool) -> Walked:
        """The packets in ``data``; ``at_end``: nothing will follow it. Linear in the bytes, whatever they are."""
        self._begin(data)
        pos = 0 if self._lost is None else self._find(data, 0, at_end)
        while self._lost is None:
            pos, broken = self._scan(data, pos)
            if not broken:
                if not at_end or pos == len(data):
                    break
                if not self._search(data, self._resume(pos), at_end)[1]:
                    self._summary.cut = True
                    pos = len(data)
                    break
            self._lost = self._offset + pos
            pos = self._find(data, self._resume(pos), at_end)
        block = self._finish()
        self._offset += pos
        return Walked(block, pos)

    def _find(self, data: bytes, pos: int, at_end: bool) -> int:
        """Looks for sound records from ``pos`` on; the damage ends there, or with the file."""
        assert self._lost is not None
        pos, found = self._search(data, pos, at_end)
        if at_end and not found:
            pos = len(data)
        if at_end or found:
            begin, end = sorted((self._lost, self._offset + pos))
            self._summary.add_damage(begin, end - begin)
            self._lost = None
        return pos

    def _begin(self, data: bytes) -> None:
        """New data; what was found in the data before is finished."""
        raise NotImplementedError

    def _scan(self, data: bytes, pos: int) -> tuple[int, bool]:
        """Takes sound records from ``pos`` on; where that ended, and whether what is there cannot be a record."""
        raise NotImplementedError

    def _resume(self, pos: int) -> int:
        """Where to look for sound records when there is none at ``pos``."""
        return pos + 1

    def _search(self, data: bytes, pos: int, at_end: bool) -> tuple[int, bool]:
        """The first place from ``pos`` on with sound records, and True; else where to go on later, and False."""
        raise NotImplementedError

    def _finish(self) -> PacketBlock:
        """The packets taken since `_begin`."""
        raise NotImplementedError
