"""The table of broadcasts: pushes of one namespace, event and payload that reached several sessions at once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.bursts import Pushes, bursts
from analyzer.tables.payloads import payloads
from analyzer.tables.presence import Presence
from analyzer.tables.view import NONE, Bools, Ints, View

PROMPTED: Final = 50_000_000
"""ns between a client's event and the broadcast that it may have brought about."""
RELAYED: Final = 250_000_000
"""The same where the broadcast has the event's payload."""
GREETED: Final = 500_000_000
"""ns after its CONNECT in which a session is still being greeted: what it is told then, others that come at the same
moment are told as well.
"""
_EVENTS: Final = ("EVENT", "BINARY_EVENT")


def broadcasts(log: pd.DataFrame) -> pd.DataFrame:
    """A row for each broadcast, in time order; for columns see docs/rooms.md. ``room`` is missing in all of them: see
    `analyzer.tables.rooms`.

    ``log`` has all columns, or the one that `analyzer.tables.payloads` adds.
    """
    return Fanout(log).table(np.empty(0, np.int64))


@dataclass(frozen=True)
class Found:
    """Broadcasts, one array each; their pushes are rows of the log in ``pushes[starts[n]:starts[n + 1]]``."""

    pushes: Ints
    starts: Ints

    @cached_property
    def first(self) -> Ints:
        """The first push of each."""
        return self.pushes[self.starts[:-1]]

    @cached_property
    def count(self) -> Ints:
        """How many sessions each reached."""
        return np.diff(self.starts)

    @cached_property
    def last(self) -> Ints:
        """The last push of each."""
        return self.pushes[self.starts[1:] - 1]


class Fanout:
    """The broadcasts of a log, and what can be told of who caused them."""

    def __init__(self, log: pd.DataFrame) -> None:
        self.view = View(log)
        self.presence = Presence(self.view)
        self._payload = payloads(log)

    @cached_property
    def kind(self) -> Ints:
        """Of each row a number for its namespace and payload together."""
        codes = self.view.codes("namespace").astype(np.int64) + 1
        payload, _ = pd.factorize(self._payload)
        found: Ints = payload.astype(np.int64) * (int(codes.max(initial=0)) + 1) + codes
        return found

    @cached_property
    def _sent(self) -> Bools:
        view = self.view
        return view.socketio & ~view.refused & view.main & view.among("type", _EVENTS)

    @cached_property
    def found(self) -> Found:
        """The broadcasts, in time order."""
        view = self.view
        rows = np.flatnonzero(self._sent & view.s2c & (view.key >= 0))
        rows, kind = self._repeated(rows, self._kinds(rows))
        order = np.lexsort((view.time[rows], kind))
        rows, kind = rows[order], kind[order]
        burst = bursts(Pushes(kind, view.time[rows], view.key[rows], view.polling[rows]))
        _, burst, counts = np.unique(burst, return_inverse=True, return_counts=True)
        several = counts[burst] > 1
        rows, burst = rows[several], burst[several]
        order = np.argsort(burst, kind="stable")
        rows, burst = rows[order], burst[order]
        starts = np.flatnonzero(np.diff(burst, prepend=-1))
        return self._by_time(rows, starts)

    def _kinds(self, rows: Ints) -> Ints:
        """Of some rows a number for namespace, event and payload together."""
        events = self.view.codes("event")[rows].astype(np.int64) + 1
        found, _ = pd.factorize(self.kind[rows] * (int(events.max(initial=0)) + 1) + events)
        return found.astype(np.int64)

    @staticmethod
    def _repeated(rows: Ints, kind: Ints) -> tuple[Ints, Ints]:
        """Without the pushes of which there is only one of their kind."""
        kept = np.bincount(kind)[kind] > 1 if len(kind) else np.empty(0, np.bool_)
        return rows[kept], kind[kept]

    def _by_time(self, rows: Ints, starts: Ints) -> Found:
        counts = np.diff(np.append(starts, len(rows)))
        order = np.lexsort((starts, self.view.time[rows[starts]]))
        begins = np.concatenate(([0], np.cumsum(counts[order])))
        places = np.repeat(starts[order] - begins[:-1], counts[order]) + np.arange(len(rows))
        return Found(rows[places], begins)

    @cached_property
    def prompts(self) -> tuple[Ints, Bools]:
        """Of each broadcast the client's event that came just before, a row of the log or `NONE`, and whether it had
        the same payload.
        """
        view, found = self.view, self.found
        asked = np.flatnonzero(self._sent & view.c2s & (view.key >= 0))
        telling = self._payload != 0
        relayed = np.where(telling[self.found.first], self._before(asked[telling[asked]], self.kind, RELAYED), NONE)
        nearest = self._before(asked, view.codes("namespace").astype(np.int64), PROMPTED)
        return np.where(relayed >= 0, relayed, nearest), (relayed >= 0) & (found.count > 0)

    def _before(self, asked: Ints, alike: Ints, within: int) -> Ints:
        """Of each broadcast the last of some rows before it, at most so many ns, and in something alike."""
        time, first = self.view.time, self.found.first
        both = np.concatenate((asked, first))
        is_asked = np.arange(len(both)) < len(asked)
        order = np.lexsort((both, time[both], alike[both]))  # by row where the time is the same
        last = np.maximum.accumulate(np.where(is_asked[order], np.arange(len(both)), NONE))
        places = np.flatnonzero(~is_asked[order])
        row = np.where(last[places] >= 0, both[order][last[places]], NONE)
        at = both[order][places]
        fits = (row >= 0) & (alike[row] == alike[at]) & (time[at] - time[row] <= within)
        result = np.full(len(first), NONE, np.int64)
        result[order[places] - len(asked)] = np.where(fits, row, NONE)
        return result

    @cached_property
    def payload(self) -> Ints:
        """Of each broadcast a number for what it says."""
        return self._kinds(self.found.first)

    @cached_property
    def greeting(self) -> Bools:
        """Whether all that a broadcast reached had joined its namespace only just before."""
        found, presence = self.found, self.presence
        if not len(found.first):
            return np.empty(0, np.bool_)
        spaces = presence.spaces[found.pushes]
        oldest = np.minimum.reduceat(presence.began[spaces], found.starts[:-1])
        known = np.logical_and.reduceat(presence.connected[spaces], found.starts[:-1])
        greeted: Bools = known & (self.view.time[found.first] - oldest < GREETED)
        return greeted

    @cached_property
    def everyone(self) -> Ints:
        """How many sessions were in the namespace of each broadcast then."""
        return self.presence.count(self.found.first)

    def names(self, rows: Ints) -> npt.NDArray[np.object_]:
        """The sessions of rows."""
        return self.view.values("session", rows)

    def table(self, rooms: Ints, senders: Any = None) -> pd.DataFrame:
        """The broadcasts with the rooms they are of (`NONE`: of none; empty: not known), and who is taken for the
        sender of each: rows of the log, or `NONE`.
        """
        view, found = self.view, self.found
        total = len(found.first)
        if not total:
            return schema.empty(schema.BROADCASTS)
        prompts = self.prompts[0] if senders is None else senders
        people = self.names(found.pushes)
        reached = np.split(people, found.starts[1:-1])
        sender = self.names(prompts)
        return schema.table(
            schema.BROADCASTS,
            {
                "broadcast": np.arange(1, total + 1),
                "room": np.where(rooms >= 0, rooms + 1.0, np.nan) if len(rooms) else np.full(total, np.nan),
                "namespace": view.values("namespace", found.first),
                "event": view.values("event", found.first),
                "time": view.time[found.first],
                "spread_ms": (view.time[found.last] - view.time[found.first]) / 1e6,
                "frame": view.numbers("frame")[found.first],
                "size": view.numbers("size")[found.first],
                "payload": self.payload + 1,
                "recipients": [some.tolist() for some in reached],
                "sender": sender,
                "sender_is": list(map(_place, sender, reached)),
            },
        )


def _place(sender: Any, reached: Any) -> str | None:
    """Whether a sender got its own broadcast."""
    if sender is None:
        return None
    return "included" if sender in set(reached.tolist()) else "left out"
