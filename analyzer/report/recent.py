"""The newest rows of a log that has no end, as many as memory is granted, for the report when it is over."""

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from analyzer import store, tables
from analyzer.records import Row
from analyzer.report import analysis
from analyzer.tables.frame import slim

BYTES: Final = 256 << 20
"""What the rows kept take at most, about; a report needs some times as much."""
_PIECE: Final = 4_096
_PIECE_BYTES: Final = 4 << 20


class Recent:
    """Takes rows in time order; of each no more is kept than tables and reports need."""

    def __init__(self, rows: int) -> None:
        """``rows``: how many are kept at most."""
        self._most = rows
        self._pieces: deque[Any] = deque()
        self._kept = 0
        self._bytes = 0
        self._pending: list[Row] = []
        self._pending_bytes = 0
        self.taken = 0
        """Rows in all."""

    @property
    def left_out(self) -> int:
        """Rows that had to make room for newer ones."""
        self._settle()
        return self.taken - self._kept

    def add(self, rows: Sequence[Row]) -> None:
        """More rows."""
        self.taken += len(rows)
        self._pending += rows
        self._pending_bytes += sum([row.size or 0 for row in rows])
        if len(self._pending) >= min(_PIECE, self._most) or self._pending_bytes > _PIECE_BYTES:
            self._settle()

    def analysis(self) -> analysis.Analysis:
        """The report's tables of the rows that are kept."""
        self._settle()
        return analysis.of_log(tables.frame(self._pieces))

    def _settle(self) -> None:
        for batch in store.batches(self._pending):
            piece = slim(batch)
            self._pieces.append(piece)
            self._kept += piece.num_rows
            self._bytes += piece.nbytes
        self._pending, self._pending_bytes = [], 0
        while self._kept > self._most or (len(self._pieces) > 1 and self._bytes > BYTES):
            self._let_go(self._kept - self._most)

    def _let_go(self, surplus: int) -> None:
        """Of the oldest rows so many, or a piece of them."""
        oldest = self._pieces.popleft()
        self._kept -= oldest.num_rows
        self._bytes -= oldest.nbytes
        if 0 < surplus < oldest.num_rows:
            rest = oldest.slice(surplus)
            self._pieces.appendleft(rest)
            self._kept += rest.num_rows
            self._bytes += rest.nbytes
