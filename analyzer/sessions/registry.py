"""Sessions by sid, and which tap of a session a connection belongs to."""

from collections import OrderedDict, deque

from analyzer.limits import Limits
from analyzer.sessions.places import Link
from analyzer.sessions.scribe import Scribe
from analyzer.sessions.tap import Tap

_CLOSED_KEPT = 4096


class Registry:
    """All sessions of a run. The open packet of one sid on connections to two servers makes two taps of it.

    A session that merely moves between addresses keeps its one tap: another address alone proves nothing.
    """

    def __init__(self, scribe: Scribe, limits: Limits) -> None:
        self._scribe = scribe
        self._limits = limits
        self._taps: OrderedDict[str, list[Tap]] = OrderedDict()
        self._closed: deque[str] = deque()
        self.evicted = 0
        """Sessions forgotten because there were too many."""

    def opened(self, sid: str, engine: int | None, link: Link) -> Tap:
        """The tap on which the open packet of ``sid`` was just seen."""
        taps = self._of(sid)
        tap = next((t for t in taps if link.server in t.servers), None)
        if tap is None or (tap.opened and len(taps) == 1 and link.server not in tap.servers):
            tap = next((t for t in taps if not t.opened), None) or self._add(sid, engine)
        if not tap.opened:
            tap.open(engine)
        return self._join(tap, link)

    def find(self, sid: str, engine: int | None, link: Link, request: tuple[str, str] | None = None) -> Tap:
        """The tap that a connection carrying ``sid`` belongs to; ``request`` is the method and url just seen on it."""
        taps = self._of(sid) or [self._add(sid, engine)]
        tap = taps[0]
        if link.server not in tap.servers:
            # a request that still awaits its answer at one tap is seen again at another: it cannot be a new one
            new = (t for t in taps if request not in t.asking)
            tap = next((t for t in taps if link.server in t.servers), None) or next(new, taps[-1])
        if tap.engine is None:
            tap.engine = engine
        return self._join(tap, link)

    def anonymous(self, link: Link) -> Tap:
        """The session of a connection whose sid the capture never shows."""
        sid = f"?{link.stream}"
        taps = self._of(sid) or [self._add(sid, link.engine)]
        return self._join(taps[0], link)

    def close(self, tap: Tap) -> None:
        """A tap's session is over; it is remembered a little longer for stragglers."""
        if not tap.closed:
            tap.closed = True
            self._closed.append(tap.sid)
            if len(self._closed) > _CLOSED_KEPT:
                self._taps.pop(self._closed.popleft(), None)

    def all(self) -> list[Tap]:
        """Every tap still remembered."""
        return [tap for taps in self._taps.values() for tap in taps]

    def _of(self, sid: str) -> list[Tap]:
        taps = self._taps.get(sid)
        if taps is None:
            return []
        self._taps.move_to_end(sid)
        return taps

    def _add(self, sid: str, engine: int | None) -> Tap:
        tap = Tap(sid, engine, self._scribe, self._limits)
        self._taps.setdefault(sid, []).append(tap)
        if len(self._taps) > self._limits.sessions:
            self._taps.popitem(last=False)
            self.evicted += 1
        return tap

    @staticmethod
    def _join(tap: Tap, link: Link) -> Tap:
        tap.servers.add(link.server)
        link.tap = tap
        link.recognise()
        return tap
