"""What the flow list says of a flow: its session, transport, namespaces, and how its heart beats."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from analyzer.live.material import SID
from analyzer.records import Layer, Row
from analyzer.text import elide

_MOST: Final = 4096
_SHOWN, _LONGEST = 8, 60
"""Namespaces that a comment names, and characters of each."""
_BEGIN: Final = "sio "
_TELLING: Final = frozenset({"CONNECT", "open", "ping", "pong"})
"""Types of rows that there is something to learn from."""
WELL, ILL = ":green_heart:", ":broken_heart:"


@dataclass(slots=True)
class _Session:
    namespaces: dict[str, None] = field(default_factory=dict)
    timeout: int | None = None
    pinged: int | None = None
    answered: int = 0
    missed: int = 0
    rtt: float = 0.0
    said: dict[tuple[str, bool], tuple[str, str]] = field(default_factory=dict)
    """Comment and marker by transport, and whether a heartbeat is late now; until something changes."""


class Notes:
    """Learns from rows, and writes on flows."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def learn(self, rows: Iterable[Row]) -> None:
        """What rows say of their sessions."""
        for row in rows:
            if row.session is None or row.type not in _TELLING:
                continue
            session = self._sessions.get(row.session)
            if session is None:
                session = self._sessions[row.session] = _Session()
                if len(self._sessions) > _MOST:
                    self._sessions.popitem(last=False)
            session.said.clear()
            if row.layer == Layer.ENGINE:
                _beat(session, row)
            elif row.layer == Layer.SOCKET and row.direction == "s2c":
                _join(session, row.namespace or "/")

    def text(self, sid: str, transport: str, now: int) -> tuple[str, str]:
        """Comment and marker for a flow of a session at a time in ns."""
        session = self._sessions.get(sid) or _Session()
        late = session.pinged is not None and session.timeout is not None and now - session.pinged > session.timeout
        found = session.said.get((transport, late))
        if found is None:
            found = session.said[transport, late] = _text(session, sid, transport, late)
        return found

    def write(self, flow: Any, sid: str, now: int) -> bool:
        """Put them on a flow, unless someone else has written there; whether that changed anything."""
        transport = "websocket" if flow.websocket is not None else "polling"
        comment, marker = self.text(sid, transport, now)
        if flow.comment == comment and (not marker or flow.marked == marker):
            return False
        flow.metadata[SID] = sid
        before = flow.comment, flow.marked
        if not flow.comment or flow.comment.startswith(_BEGIN):
            flow.comment = comment
        if marker and flow.marked in ("", WELL, ILL):
            flow.marked = marker
        return before != (flow.comment, flow.marked)


def _text(session: _Session, sid: str, transport: str, late: bool) -> tuple[str, str]:
    more = len(session.namespaces) - _SHOWN
    names = ", ".join(islice(session.namespaces, _SHOWN)) or "no namespace"
    names += f" and {more} more" if more > 0 else ""
    missed = session.missed + late
    beats = f"{session.answered} heartbeats" + (f", last {session.rtt:.0f} ms" if session.answered else "")
    beats += f", {missed} MISSED" if missed else ""
    marker = ILL if missed else WELL if session.answered else ""
    return f"{_BEGIN}{sid} {transport} {names} {beats}", marker


def _join(session: _Session, namespace: str) -> None:
    if len(session.namespaces) < _MOST:
        session.namespaces.setdefault(elide(namespace, _LONGEST))


def _beat(session: _Session, row: Row) -> None:
    if row.type == "open":
        session.timeout = _timeout(row.data)
    elif row.type == "ping" and row.data is None:
        session.missed += session.pinged is not None
        session.pinged = row.time
    elif row.type == "pong" and row.data is None and session.pinged is not None:
        session.answered += 1
        session.rtt, session.pinged = (row.time - session.pinged) / 1e6, None


def _timeout(text: str | None) -> int | None:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    value = found.get("pingTimeout") if isinstance(found, dict) else None
    return int(value * 1_000_000) if isinstance(value, int | float) and 0 <= value < 1e9 else None
