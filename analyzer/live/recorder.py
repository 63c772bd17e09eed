"""Events of a running proxy to rows, some milliseconds at a time; what goes wrong is counted and told, never raised."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analyzer.decoding.trunk import Trunk
from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.live.intake import Socket
from analyzer.records import Layer, Row
from analyzer.stamps import to_text
from analyzer.wire.events import Event

ANSWER_SECONDS, HELD_SECONDS = 0.06, 1.0
"""Seconds that a POST's packets wait for its answer, and the opening of a WebSocket for the first packet on it, which
names its session and comes with it. All rows behind wait as well, and have to be on disk soon.
"""
Happened = Callable[[], list[Event]]
"""Gives events when it is asked."""
Failed = Callable[[Exception], None]
"""Hears of each thing that could not be read."""


class Recorder:
    """Takes what happened and gives rows. ``source`` is what the log calls this proxy."""

    def __init__(self, source: str, limits: Limits = DEFAULT) -> None:
        self._sources = [source]
        self.trunk = Trunk(replace(limits, held_seconds=HELD_SECONDS, answer_seconds=ANSWER_SECONDS), self._sources)
        self._pending: list[Happened | list[Event] | tuple[Socket, Any]] = []
        self._acts: list[Row] = []
        self._first: int | None = None
        self.rows = 0
        """Rows given out so far."""

    @property
    def waiting(self) -> bool:
        """Whether there is anything to release, now or soon."""
        return bool(self._pending or self._acts) or self.trunk.outbox.waiting

    def rename(self, source: str) -> None:
        """What the log calls this proxy from now on."""
        self._sources[0] = source

    def add(self, happened: Happened | list[Event]) -> None:
        """Something happened."""
        self._pending.append(happened)

    def say(self, socket: Socket, record: Any) -> None:
        """A message was said on a WebSocket. It is read later: by then other addons have had their say about it."""
        self._pending.append((socket, record))

    def act(self, row: Row) -> None:
        """The proxy did something itself; the row takes its place among the others by its time."""
        self._acts.append(row)

    def release(self, now: int, failed: Failed) -> list[Row]:
        """Rows that may leave at ``now`` (ns); ``failed`` hears of each thing that could not be read."""
        pending, self._pending = self._pending, []
        for happened in pending:
            try:
                if isinstance(happened, tuple):
                    self._said(*happened)
                else:
                    self.trunk.take_all(happened() if callable(happened) else happened)
            except Exception as error:  # whatever it is, it concerns this one alone
                failed(error)
        acts, self._acts = self._acts, []
        self.trunk.outbox.extend(acts)
        return self._counted(self.trunk.release(now))

    def finish(self, now: int, connections: int) -> list[Row]:
        """The proxy ends: rows that were held back, and a summary."""
        rows = self._counted(self.trunk.finish(now, 0))
        first = None if self._first is None else to_text(self._first)
        counters = {"rows": self.rows, "connections": connections, "first_time": first, "last_time": to_text(now)}
        summary = Row(now, self._sources[0], layer=Layer.CAPTURE, type="summary", data=json.dumps(counters))
        return [*rows, summary]

    def unwritten(self, now: int, what: str) -> Row:
        """The row that tells of rows that are not in the log."""
        return self.row(now, type="issue", issue=Issue.CAPTURE_UNWRITTEN.value, detail=what)

    def row(self, now: int, **columns: Any) -> Row:
        """A row of the proxy's own."""
        return Row(now, self._sources[0], layer=Layer.CAPTURE.value, **columns)

    def _said(self, socket: Socket, record: Any) -> None:
        direction, message = socket.talk.said(record)
        link = socket.link
        if link.tap is None or not link.tap.channels[direction].single(message, link):
            self.trunk.take(Event(message.time, 0, link, direction, message))

    def _counted(self, rows: list[Row]) -> list[Row]:
        if rows and self._first is None:
            self._first = rows[0].time
        self.rows += len(rows)
        return rows
