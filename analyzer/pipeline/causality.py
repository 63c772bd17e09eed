"""What cannot have been before its cause, whatever a coarse clock says.

Browsers give the start of an exchange in whole milliseconds, so what followed within one may seem to come before.
"""

from analyzer.decoding import query
from analyzer.decoding.body import Body, payloads
from analyzer.decoding.handshake import sid_of
from analyzer.decoding.query import Query
from analyzer.issues import PacketError
from analyzer.limits import Limits
from analyzer.sources.seen import Seen

TICK = 1_000_000
"""Ns by which the start of an exchange may be wrong."""


class Causes:
    """First `learn` of every exchange, then `mend` each."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._opened: dict[tuple[int, str], int] = {}
        self._posted: dict[tuple[int, str], int] = {}

    def learn(self, source: int, seen: Seen) -> None:
        """Remember when a session's sid was given out, and when its client first sent something."""
        asked = _asked(seen)
        if asked is None or seen.upgraded:
            return
        if asked.sid is None:
            sid = self._given(seen, asked)
            if sid is not None:
                self._opened.setdefault((source, sid), seen.ended)
        elif asked.engine == 4 and seen.exchange.head is not None and seen.exchange.head.method == "POST":
            key = source, asked.sid
            self._posted[key] = min(self._posted.get(key, seen.asked), seen.asked)

    def mend(self, source: int, seen: Seen) -> None:
        """A request that names a sid comes after the answer that gave it. In revision 4 the client speaks first: an
        answer that seems to come a moment before the client's first POST comes after it.
        """
        asked = _asked(seen)
        if asked is None or asked.sid is None or seen.upgraded:
            return
        key = source, asked.sid
        seen.asked = max(seen.asked, self._opened.get(key, seen.asked - 1) + 1)
        seen.ended = max(seen.ended, seen.asked)
        posted = max(self._posted.get(key, 0), self._opened.get(key, 0) + 1)
        if key in self._posted and posted - TICK < seen.ended <= posted:
            seen.ended = posted + 1

    def _given(self, seen: Seen, asked: Query) -> str | None:
        """The sid that a handshake's answer gives."""
        response = seen.exchange.response
        if response is None or response.head.status != 200:
            return None
        try:
            first = next(payloads(Body.of(response, self._limits), asked.engine, None), None)
        except PacketError:
            return None
        return sid_of(first.text) if first is not None and first.text is not None else None


def _asked(seen: Seen) -> Query | None:
    head = seen.exchange.head
    return query.parse(head.target) if seen.exchange.wanted and head is not None else None
