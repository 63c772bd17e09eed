"""Attempts to upgrade a session from polling to WebSocket, step by step."""

import re
from dataclasses import dataclass

import numpy as np

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.carriers import Carriers
from analyzer.tables.nearest import by_group, nearest_after
from analyzer.tables.view import NONE, PROBE, Bools, Ints, View

_SID = re.compile(r"[?&]sid=[^&]")


@dataclass(frozen=True)
class Attempts:
    """One entry an attempt, in the order of their requests; rows of the log, `NONE` where there is none."""

    request: Ints
    """The WebSocket's ``open``, or the HTTP exchange that was refused."""
    key: Ints
    accepted: Bools
    """Whether it was answered 101."""
    carried: Bools
    """Whether the WebSocket carried the session in the end."""
    probe: Ints
    answer: Ints
    upgrade: Ints
    drained: Ints
    """The last polling exchange that was answered, from the request on."""
    ended: Ints
    """The WebSocket's close, or the end of its connection."""


def attempts(view: View, carried: Carriers) -> Attempts:
    """All attempts of a log: WebSocket requests that name a session."""
    accepted = view.of(Layer.WEBSOCKET, "open") & (view.key >= 0)
    refused = view.exchange() & (view.key >= 0) & view.websocket & ~view.equal("issue", Issue.HTTP_AFTER_101)
    rows = np.flatnonzero((accepted | refused) & _names_session(view, carried))
    place = carried.place
    pings = view.websocket & view.equal("data", PROBE) & view.engineio
    probe = _next(rows, place, pings & view.c2s & view.equal("type", "ping"))
    answer = _next(rows, place, pings & view.s2c & view.equal("type", "pong"))
    upgrade = _next(rows, place, view.websocket & view.engineio & view.c2s & view.equal("type", "upgrade"))
    over = view.of(Layer.WEBSOCKET, "close") | (view.equal("layer", Layer.TCP) & view.among("type", ("fin", "reset")))
    taken = carried.rows[rows] & accepted[rows]
    drained = np.where(taken, _drained(view, rows), NONE)
    ended = _next(rows, place, over)
    return Attempts(rows, view.key[rows], accepted[rows], taken, probe, answer, upgrade, drained, ended)


def _names_session(view: View, carried: Carriers) -> Bools:
    """Rows whose URL names a session or, where it is not known, that are of a session begun on polling."""
    rows = np.flatnonzero(view.of(Layer.WEBSOCKET, "open") | (view.exchange() & view.websocket))
    found = np.zeros(view.rows, np.bool_)
    for row, url, key in zip(rows.tolist(), view.values("url", rows), view.key[rows].tolist(), strict=True):
        found[row] = bool(_SID.search(url)) if isinstance(url, str) else key >= 0 and bool(carried.polling[key])
    return found


def _next(rows: Ints, place: Ints, mask: Bools) -> Ints:
    """For each row the first of ``mask`` behind it at the same place."""
    return nearest_after(rows, place[rows], *by_group(mask, place))


def _drained(view: View, rows: Ints) -> Ints:
    """The last polling exchange of the session that was answered with 200, if that was after the request."""
    last = view.last(view.exchange() & view.polling & (view.whole("status") == 200))
    found = last[view.key[rows]]
    return np.where(found > rows, found, NONE)
