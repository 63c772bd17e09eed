"""What the flow list says of a flow: its session, transport, namespaces, and how its heart beats."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from analyzer.records import Layer, Row
from analyzer.text import elide

_MOST: Final = 4096
_SHOWN, _LONGEST = 8, 60
"""Namespaces that a comment names, and characters of each."""
_BEGIN: Final = "sio "
WELL, ILL = ":green_heart:", ":broken_heart:"


@dataclass(slots=True)
class _Session:
    namespaces: dict[str, None] = field(default_factory=dict)
    timeout: int | None = None
    pinged: int | None = None
    answered: int = 0
    missed: int = 0
    rtt: float = 0.0


class Notes:
    """Learns from rows, and writes on flows."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def learn(self, rows: Iterable[Row]) -> None:
        """What rows say of their sessions."""
        for row in rows:
            if row.session is None:
                continue
            session = self._sessions.setdefault(row.session, _Session())
            if row.layer == Layer.SOCKET and row.type == "CONNECT" and row.direction == "s2c":
                if len(session.namespaces) < _MOST:
                    session.namespaces.setdefault(elide(row.namespace or "/", _LONGEST))
            elif row.layer == Layer.ENGINE:
                _beat(session, row)
            if len(self._sessions) > _MOST:
                self._sessions.popitem(last=False)

    def text(self, sid: str, transport: str, now: int) -> tuple[str, str]:
        """Comment and marker for a flow of a session at a time in ns."""
        session = self._sessions.get(sid, _Session())
        names = _few(session.namespaces) or "no namespace"
        late = session.pinged is not None and session.timeout is not None and now - session.pinged > session.timeout
        missed = session.missed + late
        beats = f"{session.answered} heartbeats" + (f", last {session.rtt:.0f} ms" if session.answered else "")
        beats += f", {missed} MISSED" if missed else ""
        marker = ILL if missed else WELL if session.answered else ""
        return f"{_BEGIN}{sid} {transport} {names} {beats}", marker

    def write(self, flow: Any, sid: str, now: int) -> bool:
        """Put them on a flow, unless someone else has written there; whether that changed anything."""
        transport = "websocket" if flow.websocket is not None else "polling"
        comment, marker = self.text(sid, transport, now)
        before = flow.comment, flow.marked
        if not flow.comment or flow.comment.startswith(_BEGIN):
            flow.comment = comment
        if marker and flow.marked in ("", WELL, ILL):
            flow.marked = marker
        return before != (flow.comment, flow.marked)


def _few(names: dict[str, None]) -> str:
    """The first of them, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(islice(names, _SHOWN)) + (f" and {more} more" if more > 0 else "")


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
