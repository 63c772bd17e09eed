"""The sessions that poll, as far as their exchanges tell; one that is silent for longer than its heartbeats may take is
over. Time is given, in seconds.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_MOST: Final = 4096
_BUDGET: Final = 85.0
"""Seconds that a session may be silent where its handshake was not seen: the longest defaults (25 and 60)."""
_LONGEST: Final = 86_400.0


@dataclass(slots=True)
class _Session:
    server: str
    seen: float
    budget: float = _BUDGET


class Polled:
    """Sessions by their sid; those seen longest ago are forgotten where there are too many."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def seen(self, sid: str, server: str, now: float, handshake: str | None = None) -> str | None:
        """Something of it passed, at first perhaps the JSON of its open packet; the sid that is forgotten for it."""
        session = self._sessions.setdefault(sid, _Session(server, now))
        session.server, session.seen = server, now
        if handshake is not None:
            session.budget = _budget(handshake)
        self._sessions.move_to_end(sid)
        return self._sessions.popitem(last=False)[0] if len(self._sessions) > _MOST else None

    def over(self, sid: str) -> None:
        """It ended, or goes on elsewhere."""
        self._sessions.pop(sid, None)

    def live(self, now: float) -> dict[str, str]:
        """Those that are there, with their servers."""
        return {sid: each.server for sid, each in self._sessions.items() if now - each.seen <= each.budget}


def _budget(handshake: str) -> float:
    try:
        found = json.loads(handshake)
        budget = (found["pingInterval"] + found["pingTimeout"]) / 1000
    except (ValueError, RecursionError, KeyError, TypeError):
        return _BUDGET
    return float(budget) if 0 < budget < _LONGEST else _BUDGET
