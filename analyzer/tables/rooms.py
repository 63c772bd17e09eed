"""The table of rooms: sessions that receive together, which is all that the wire shows of a server's rooms."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.audiences import Audiences, audiences
from analyzer.tables.broadcasts import Fanout
from analyzer.tables.circles import Circle, Sent, circles
from analyzer.tables.view import NONE, Bools, Ints, View

ENOUGH: Final = 3
"""Broadcasts without which nothing is called a room."""
DIFFERENT: Final = 2
"""Different payloads among them; of two sessions alone one more."""
_CONFIDENCE: Final = ((8, "high"), (5, "medium"), (0, "low"))
"""Broadcasts, and different payloads, from which on a room is that certain."""
NAMESPACE, ROOM = "namespace", "room"


def rooms(log: pd.DataFrame) -> pd.DataFrame:
    """A row for each group of sessions that broadcasts went to together, by first broadcast; for columns see
    docs/rooms.md. ``log`` is as `analyzer.tables.broadcasts` takes it.
    """
    return fanout(log)["rooms"]


def fanout(log: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables ``broadcasts``, with the room of each, and ``rooms``."""
    found = Fanout(log)
    whole = audiences(found)
    evident = [circle for circle in circles(_sent(found, whole), Moves(found.view)) if _is_evident(found, circle)]
    evident.sort(key=lambda circle: circle.periods[0][0].number)
    of = np.full(len(whole.whole), NONE, np.int64)
    for number, circle in enumerate(evident):
        of[[one.number for one in circle.sent]] = number
    table = found.table(of, whole.senders)
    return {"broadcasts": table, "rooms": _table(found, evident, table)}


def _sent(found: Fanout, whole: Audiences) -> list[Sent]:
    first = found.found.first
    columns = (found.view.time, found.view.codes("namespace"), found.view.codes("event"))
    values = [column[first].tolist() for column in columns]
    return list(map(Sent, range(len(first)), *values, whole.whole))


class Moves:
    """When sessions did what may have taken them into a room or out of it: connected, sent an event, ended."""

    def __init__(self, view: View) -> None:
        spoke = view.c2s & view.among("type", ("EVENT", "BINARY_EVENT", "CONNECT", "DISCONNECT"))
        told = view.s2c & view.among("type", ("CONNECT", "DISCONNECT"))
        moves = view.socketio & (view.key >= 0) & (spoke | told)
        moves[view.last(view.key >= 0)] = True
        rows = np.flatnonzero(moves)
        order = np.argsort(view.key[rows], kind="stable")
        self._times: Ints = view.time[rows[order]]
        self._starts = np.searchsorted(view.key[rows[order]], np.arange(view.keys.count + 1))

    def __call__(self, session: int, after: int, until: int) -> bool:
        times = self._times[self._starts[session] : self._starts[session + 1]]
        return bool(np.searchsorted(times, until, "right") > np.searchsorted(times, after, "left"))


def _is_evident(found: Fanout, circle: Circle) -> bool:
    """Whether there is enough that chance does not explain."""
    telling = [one for one in circle.sent if not found.greeting[one.number]]
    payloads = {int(found.payload[one.number]) for one in telling}
    pair = max(len(one.audience) for one in circle.sent) == DIFFERENT
    return len(telling) >= ENOUGH and len(payloads) >= DIFFERENT + pair


def _table(found: Fanout, circles: Sequence[Circle], broadcasts: pd.DataFrame) -> pd.DataFrame:
    if not circles:
        return schema.empty(schema.ROOMS)
    names = found.names(found.view.first(found.view.key >= 0))
    rows = [_row(found, circle, names, broadcasts) for circle in circles]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    return schema.table(schema.ROOMS, {"room": np.arange(1, len(rows) + 1), **columns})


def _row(found: Fanout, circle: Circle, names: npt.NDArray[np.object_], broadcasts: pd.DataFrame) -> dict[str, Any]:
    numbers = np.asarray([one.number for one in circle.sent])
    part = broadcasts.iloc[numbers]
    ever = frozenset().union(*(period[0].audience for period in circle.periods))
    payloads = len(np.unique(found.payload[numbers]))
    everyone: Bools = np.asarray([len(one.audience) for one in circle.sent]) >= found.everyone[numbers]
    senders = part["sender_is"].value_counts()
    return {
        "namespace": part["namespace"].iloc[0],
        "scope": NAMESPACE if everyone.all() else ROOM,
        "members": sorted(names[list(circle.now)].tolist()),
        "former": sorted(names[list(ever - circle.now)].tolist()),
        "events": [str(name) for name in part["event"].value_counts().index],
        "broadcasts": len(numbers),
        "payloads": payloads,
        "left_out": int(senders.get("left out", 0)),
        "included": int(senders.get("included", 0)),
        "first": found.view.time[found.found.first[numbers[0]]],
        "last": found.view.time[found.found.last[numbers].max()],
        "spread_ms": float(part["spread_ms"].median()),
        "confidence": next(name for least, name in _CONFIDENCE if min(len(numbers), payloads) >= least),
    }
