"""Heartbeats folded into one line a session: how many, how far apart, and how soon they were answered."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from analyzer.records import Layer, Row
from analyzer.report import units

KEPT: Final = 20_000
"""Sessions whose heartbeats are held back at once; the oldest makes room."""
_APART: Final = 1.1
"""Intervals are one number where the longest is not longer than the shortest by more than this factor."""
_BEATS: Final = frozenset({"ping", "pong"})
Key = tuple[str | None, str | None]
"""A session and its server."""


def is_heartbeat(row: Row) -> bool:
    """Whether a row is a ping or pong of Engine.IO that is no probe and has nothing odd about it."""
    return row.layer == Layer.ENGINE and row.type in _BEATS and row.data != "probe" and row.issue is None


@dataclass(slots=True)
class Fold:
    """Heartbeats in a row, of one session; times in ns."""

    last: Row
    """The latest pong."""
    count: int = 0
    shortest: int | None = None
    """Least time from ping to ping."""
    longest: int = 0
    slowest: int = 0
    """Longest time from ping to pong."""

    def __str__(self) -> str:
        if self.shortest is None:
            apart = ""
        elif self.count == 1:
            apart = f", {units.duration(self.longest / 1e9)} after the last"
        elif self.longest <= self.shortest * _APART:
            apart = f", {units.duration((self.shortest + self.longest) / 2e9)} apart"
        else:
            apart = f", {units.duration(self.shortest / 1e9)} to {units.duration(self.longest / 1e9)} apart"
        most = "rtt" if self.count == 1 else "rtt max"
        return f"{units.plural(self.count, 'heartbeat')}{apart}, {most} {units.duration(self.slowest / 1e9)}"


@dataclass(slots=True)
class _Pulse:
    """What one session has on its way."""

    ping: Row | None = None
    """One without its pong so far."""
    before: int | None = None
    """Time of the ping before."""
    fold: Fold | None = None
    gap: int | None = None
    """From that to the ping on its way."""


class Heartbeats:
    """Rows in, in time order; what is to be shown for them comes out later."""

    def __init__(self, kept: int = KEPT) -> None:
        self._pulses: OrderedDict[Key, _Pulse] = OrderedDict()
        self._kept = kept

    def take(self, row: Row) -> list[Row | Fold]:
        """Keep a heartbeat; a ping that the same side follows with another was never answered, and is shown."""
        key = row.session, row.server
        pulse = self._pulses.setdefault(key, _Pulse())
        self._pulses.move_to_end(key)
        shown = self._ping(pulse, row) if row.type == "ping" else self._pong(pulse, row)
        if len(self._pulses) > self._kept:
            shown += _left(self._pulses.popitem(last=False)[1])
        return shown

    def before(self, row: Row, *, ends: bool) -> list[Row | Fold]:
        """What has to be shown before another row of a session; also a ping without pong where the row ``ends`` it."""
        pulse = self._pulses.get((row.session, row.server))
        if pulse is None:
            return []
        if ends:
            del self._pulses[row.session, row.server]
            return _left(pulse)
        fold, pulse.fold = pulse.fold, None
        return [fold] if fold is not None else []

    def end(self) -> list[Row | Fold]:
        """What is left."""
        left = [shown for pulse in self._pulses.values() for shown in _left(pulse)]
        self._pulses.clear()
        return left

    def _ping(self, pulse: _Pulse, row: Row) -> list[Row | Fold]:
        shown = _left(pulse) if pulse.ping is not None else []
        if pulse.ping is not None:
            pulse.fold = None
        pulse.gap = None if pulse.before is None else row.time - pulse.before
        pulse.ping, pulse.before = row, row.time
        return shown

    def _pong(self, pulse: _Pulse, row: Row) -> list[Row | Fold]:
        if pulse.ping is None or pulse.ping.direction == row.direction:
            return [row]
        fold = pulse.fold = pulse.fold or Fold(row)
        if pulse.gap is not None:
            fold.shortest = pulse.gap if fold.shortest is None else min(fold.shortest, pulse.gap)
            fold.longest = max(fold.longest, pulse.gap)
        fold.count += 1
        fold.last = row
        fold.slowest = max(fold.slowest, row.time - pulse.ping.time)
        pulse.ping = None
        return []


def _left(pulse: _Pulse) -> list[Row | Fold]:
    return [shown for shown in (pulse.fold, pulse.ping) if shown is not None]
