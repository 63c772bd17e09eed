"""The rows of the log that a page holds: all of them where there are few, else a sample that says so.

Rows that tell of something other than everyday traffic (oddities, opens and closes, refusals) are kept before events
and heartbeats are; of each kind every second one goes whenever there are too many, so that what is left spreads evenly
over the time.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

from analyzer.records import Layer, Row

ROWS = 100_000
"""Rows kept at most."""
TEXT = 12_000_000
"""Characters of data and headers kept at most."""
WIDTH = 4_000
"""Characters kept of one text at first; halved whenever all of them together would be too many."""
_NARROWEST = 60
_HEX = 32

_ORDINARY = frozenset(
    {(Layer.ENGINE, kind) for kind in ("ping", "pong", "noop", "message")}
    | {(Layer.SOCKET, kind) for kind in ("EVENT", "ACK", "BINARY_EVENT", "BINARY_ACK")}
    | {(Layer.HTTP, kind) for kind in ("GET", "POST", "OPTIONS")}
    | {(Layer.TCP, "fin")}
)
_LONG = ("data", "headers", "url", "detail", "raw")
"""Columns whose text may be long."""


class Attachments(NamedTuple):
    """Attachments of one packet: their sizes, and how the first one begins, in hexadecimal."""

    sizes: list[int]
    head: str


class Sample:
    """Watches the log go by and keeps what a page can hold."""

    def __init__(self, rows: int = ROWS, text: int = TEXT, *, masked: bool = False) -> None:
        self.masked = masked
        """Whether secrets were masked in the rows that go by."""
        self.seen = 0
        """Rows that went by."""
        self.width = WIDTH
        """Characters kept of one text."""
        self._notable, self._ordinary = _Thinned(), _Thinned()
        self._most = max(rows, 2)
        self._budget = text
        self._text = 0

    def watch(self, blocks: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """The blocks of the log, unchanged."""
        for block in blocks:
            for row in block:
                self.add(row)
            yield block

    def add(self, row: Row) -> None:
        """Take the next row."""
        ordinary = row.issue is None and (row.layer, row.type) in _ORDINARY and (row.status or 0) < 400
        kept = self._ordinary if ordinary else self._notable
        self.seen += 1
        if kept.next():
            slim = _slim(row, self.width)
            self._text += _length(slim)
            kept.kept.append((self.seen, slim))
            if len(self._notable.kept) + len(self._ordinary.kept) > self._most:
                max(self._notable, self._ordinary, key=lambda each: len(each.kept)).thin()
            if self._text > self._budget:
                self._narrow()

    @property
    def rows(self) -> list[tuple[int, Row]]:
        """Number in the log, from 1, and row, in order. Texts are cut, attachments are `Attachments`."""
        return list(merge(self._notable.kept, self._ordinary.kept, key=itemgetter(0)))

    def _narrow(self) -> None:
        """Cut texts until all together are few enough; thinned rows have given back what they took."""
        thinned = (self._notable, self._ordinary)
        self._text = sum(_length(row) for kept in thinned for _, row in kept.kept)
        while self._text > self._budget // 2 and self.width > _NARROWEST:
            self.width //= 2
            for kept in thinned:
                kept.kept = [(number, _cut(row, self.width)) for number, row in kept.kept]
            self._text = sum(_length(row) for kept in thinned for _, row in kept.kept)


class _Thinned:
    """Every ``step``-th of what is offered; the step doubles whenever it is thinned."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, Row]] = []
        self._step = 1
        self._offered = 0

    def next(self) -> bool:
        """Whether the next one is to be kept."""
        self._offered += 1
        return (self._offered - 1) % self._step == 0

    def thin(self) -> None:
        """Let every second one go."""
        self.kept = self.kept[::2]
        self._step *= 2


def _slim(row: Row, width: int) -> Row:
    found: Any = None
    if row.attachments:
        found = Attachments([len(part) for part in row.attachments], row.attachments[0][:_HEX].hex())
    return _cut(row._replace(attachments=found), width)


def _cut(row: Row, width: int) -> Row:
    long = {name: value[:width] for name in _LONG if (value := getattr(row, name)) is not None and len(value) > width}
    return row._replace(**long) if long else row


def _length(row: Row) -> int:
    return sum(len(value) for name in _LONG if (value := getattr(row, name)) is not None)
