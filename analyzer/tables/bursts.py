"""Pushes that belong together: the same to several sessions at about the same time.

Most go by rule: all of a burst, in which no session shows twice, are one broadcast. Where the same was sent again
before the burst was over, the pushes are dealt out one by one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analyzer.tables.view import Bools, Ints

GAP: Final = 50_000_000
"""ns between two pushes of one broadcast over WebSocket: a server writes to its sockets in one go."""
GAP_POLLING: Final = 1_000_000_000
"""The same where one of them had to wait for the client's next poll."""
SPAN: Final = 2_000_000_000
"""ns from the first to the last push of one broadcast."""
_OPEN: Final = 8
"""Broadcasts of the same that may be under way at once."""


@dataclass(frozen=True)
class Pushes:
    """Pushes by what they carry, and those alike by time; one array each, equally long."""

    kind: Ints
    """Equal where namespace, event and payload are."""
    time: Ints
    """ns since 1970 UTC."""
    session: Ints
    polling: Bools

    def part(self, rows: Ints) -> "Pushes":
        """Some of them."""
        return Pushes(self.kind[rows], self.time[rows], self.session[rows], self.polling[rows])


def bursts(pushes: Pushes) -> Ints:
    """The number of the broadcast that each push is part of, which may be its only one."""
    if not len(pushes.kind):
        return np.empty(0, np.int64)
    gap = np.where(pushes.polling[1:], GAP_POLLING, GAP)
    apart = (np.diff(pushes.kind) != 0) | (np.diff(pushes.time) > gap)
    burst = np.concatenate(([0], np.cumsum(apart)))
    starts = np.searchsorted(burst, np.arange(int(burst[-1]) + 2))
    for number in np.flatnonzero(_mixed(pushes, burst, starts)).tolist():
        rows = np.arange(starts[number], starts[number + 1])
        _deal(pushes.part(rows), rows, burst)
    return burst


def _mixed(pushes: Pushes, burst: Ints, starts: Ints) -> Bools:
    """The bursts that are more than one broadcast: one session shows twice, or they last too long."""
    mixed = np.zeros(len(starts) - 1, np.bool_)
    order = np.lexsort((pushes.session, burst))
    same = (np.diff(burst[order]) == 0) & (np.diff(pushes.session[order]) == 0)
    mixed[burst[order][1:][same]] = True
    found: Bools = mixed | (pushes.time[starts[1:] - 1] - pushes.time[starts[:-1]] > SPAN)
    return found


class _Open:
    """A broadcast under way."""

    def __init__(self, number: int, time: int) -> None:
        self.number, self.began, self.last = number, time, time
        self.sessions: set[int] = set()


def _deal(pushes: Pushes, rows: Ints, burst: Ints) -> None:
    """Each push to the newest broadcast under way that its session has no part in, or to a new one; numbers of new
    ones are below zero.
    """
    under_way: list[_Open] = []
    lowest = -1 - int(rows[0])  # no two bursts have a row in common, so neither have they numbers
    sessions, polling = pushes.session.tolist(), pushes.polling.tolist()
    for place, time in enumerate(pushes.time.tolist()):
        gap = GAP_POLLING if polling[place] else GAP
        chosen = _choose(under_way, time, sessions[place], gap)
        if chosen is None:
            chosen = _Open(lowest - place, time)
            under_way = [*under_way[1 - _OPEN :], chosen]
        chosen.sessions.add(sessions[place])
        chosen.last = time
        burst[rows[place]] = chosen.number


def _choose(under_way: list[_Open], time: int, session: int, gap: int) -> _Open | None:
    for one in reversed(under_way):
        if session not in one.sessions and time - one.last <= gap and time - one.began <= SPAN:
            return one
    return None
