"""The sessions of a running proxy as a table that is drawn anew in place: who is there, how they are, what they do."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from analyzer.records import S2C, Layer, Row
from analyzer.report import units
from analyzer.report.text.line import BAD, DIM, GOOD, ODD
from analyzer.report.text.screen import Screen

MOST: Final = 1_000
"""Sessions remembered; the one that was closed, or heard of, longest ago makes room."""
_WIDE: Final = 100
"""Columns from which on there is room for the client's address."""
_AROUND: Final = 4
"""Lines of the table that are no session."""
_CARRIERS: Final = {"websocket": "ws", "polling": "poll", "webtransport": "wt"}


@dataclass(slots=True)
class _Session:
    opened: int
    seen: int
    sid: str = ""
    client: str | None = None
    transport: str | None = None
    closed: int | None = None
    namespaces: dict[str, None] = field(default_factory=dict)
    c2s: int = 0
    s2c: int = 0
    pinged: int | None = None
    rtt: int | None = None
    missed: int = 0
    issues: int = 0
    last: str = ""


class Board:
    """Takes rows in time order; `picture` is how things stand. ``clock`` gives ns since 1970."""

    def __init__(self, console: Console, clock: Callable[[], int] = time.time_ns) -> None:
        self._console = console
        self._clock = clock
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self.sessions = self.packets = self.issues = 0
        """Sessions, packets and oddities in all."""

    def add(self, rows: Iterable[Row]) -> None:
        """More rows."""
        for row in rows:
            self.issues += row.issue is not None
            if row.session is not None and row.layer != Layer.CAPTURE:
                self._learn(row)

    def picture(self) -> Group:
        """The table, and a line that sums it up; may be called from another thread than `add`."""
        now, known = self._clock(), list(self._sessions.values())
        there = [each for each in known if each.closed is None]
        screen = Screen(self._console)  # anew: windows change their sizes
        table = _table(screen)
        room = max(self._console.height - _AROUND, 1)
        for each in _shown(known, room):
            table.add_row(*_cells(each, now, screen), style=DIM if each.closed is not None else "")
        parts = [f"{len(there)} open", f"{self.sessions} in all", units.plural(self.packets, "packet")]
        parts += [units.plural(self.issues, "oddity", "oddities")] if self.issues else []
        parts += [f"{len(known) - room} more"] if len(known) > room else []
        return Group(
            table, Text(", ".join(parts) + ("" if known else ": no Socket.IO yet"), style="bold", no_wrap=True)
        )

    def _learn(self, row: Row) -> None:
        session = self._session(row)
        session.seen, session.transport = row.time, row.transport or session.transport
        session.client = row.client or session.client
        session.issues += row.issue is not None
        if row.layer in (Layer.ENGINE, Layer.SOCKET):
            self.packets += 1
            session.closed = row.time if row.type == "close" else None
            if row.direction == S2C:
                session.s2c += 1
            else:
                session.c2s += 1
            _packet(session, row)
        elif row.layer == Layer.WEBSOCKET and row.type == "close":
            session.closed = row.time

    def _session(self, row: Row) -> _Session:
        key = str(row.session)
        found = self._sessions.get(key)
        if found is None:
            self.sessions += 1
            if len(self._sessions) >= MOST:
                closed = (name for name, each in self._sessions.items() if each.closed is not None)
                self._sessions.pop(next(closed, next(iter(self._sessions))))
            found = self._sessions[key] = _Session(row.time, row.time, key)
        return found


def _table(screen: Screen) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), width=screen.width, header_style="bold", show_edge=False)
    table.add_column("session", width=8, no_wrap=True)
    if screen.width >= _WIDE:
        table.add_column("client", width=21, no_wrap=True)
    table.add_column("by", width=4, no_wrap=True)
    table.add_column("up", width=8, justify="right", no_wrap=True)
    for arrow in (screen.forwards, screen.backwards):
        table.add_column(arrow, width=7, justify="right", no_wrap=True)
    table.add_column("heartbeat", width=10, no_wrap=True)
    table.add_column("namespaces", ratio=1, no_wrap=True)
    table.add_column("last", ratio=1, no_wrap=True)
    return table


def _cells(session: _Session, now: int, screen: Screen) -> list[str | Text]:
    safe = screen.safe
    until = session.closed if session.closed is not None else now
    names = safe(", ".join(list(session.namespaces)), 40) if session.namespaces else ""
    last = Text(safe(session.last, 40) if session.last else "")
    if session.issues:
        last = Text(f"{session.issues} odd ", style=ODD) + last
    client = [safe(session.client, 21)] if screen.width >= _WIDE else []
    carrier = _CARRIERS.get(session.transport or "", "")
    up = _clock(max(until - session.opened, 0) // 1_000_000_000)
    front = [safe(session.sid, 8), *client, carrier, up, str(session.c2s), str(session.s2c)]
    return [*front, _health(session), names, last]


def _packet(session: _Session, row: Row) -> None:
    """What a packet says of its session."""
    if row.layer == Layer.SOCKET:
        if row.type == "CONNECT" and row.direction == S2C:
            session.namespaces[row.namespace or "/"] = None
        elif row.type == "DISCONNECT":
            session.namespaces.pop(row.namespace or "/", None)
        session.last = row.event or row.type or ""
    elif row.type == "ping" and row.data is None:
        session.missed += session.pinged is not None
        session.pinged = row.time
    elif row.type == "pong" and row.data is None and session.pinged is not None:
        session.rtt, session.pinged = row.time - session.pinged, None


def _clock(seconds: int) -> str:
    """Such as ``1:05`` and ``26:03:59``."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _health(session: _Session) -> Text:
    if session.closed is not None:
        return Text("closed")
    if session.missed:
        return Text(f"{session.missed} missed", style=BAD)
    return Text("" if session.rtt is None else units.duration(session.rtt / 1e9), style=GOOD)


def _shown(known: list[_Session], room: int) -> list[_Session]:
    """Those that fit, in the order in which they came: open ones first of all, then those heard of last."""
    wanted = sorted(known, key=lambda each: (each.closed is None, each.seen), reverse=True)[:room]
    return sorted(wanted, key=lambda each: each.opened)
