"""Which connections carried a session, and which only tried to: a WebSocket that was probed and never switched to
carries nothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyzer.records import Layer
from analyzer.tables.view import NONE, Bools, Ints, View, pick


@dataclass(frozen=True)
class Carriers:
    """A place is a session on one connection, numbered over the log."""

    place: Ints
    """Each row's place; `NONE` for rows without a session."""
    rows: Bools
    """Rows of WebSocket connections that carried their session, of all layers."""
    upgraded: Bools
    """Whether each key began on polling and was carried by a WebSocket later."""
    websocket: Bools
    """Whether each key was carried by a WebSocket."""
    polling: Bools
    """Whether each key was carried by polling."""


def carriers(view: View) -> Carriers:
    """Finds what carried each session of a log.

    A WebSocket carries it from the client's ``upgrade`` on, if the server had not closed it before; where that packet
    is not in the log, from the first packet of the server's that is no probe; and without any polling, whatever is
    sent on it.
    """
    place = _places(view)
    polling = view.has(view.packets & view.polling)
    sent = view.packets & view.websocket & (view.key >= 0)
    switched = sent & view.equal("type", "upgrade") & view.c2s & _before_close(view, place)
    plain = sent & ~view.probes & (view.s2c | ~pick(polling, view.key, True))
    found = np.zeros(int(place.max(initial=NONE)) + 1, np.bool_)
    found[place[switched | plain]] = True
    rows = pick(found, place, False)
    websocket = view.has(rows)
    return Carriers(place, rows, websocket & polling, websocket, polling)


def _places(view: View) -> Ints:
    known = np.flatnonzero(view.key >= 0)
    streams = view.codes("stream")[known] + 1
    codes, _ = pd.factorize(view.key[known] * (int(streams.max(initial=0)) + 1) + streams)
    place = np.full(view.rows, NONE, np.int64)
    place[known] = codes
    return place


def _before_close(view: View, place: Ints) -> Bools:
    """Rows before the WebSocket's close on their place."""
    closes = np.flatnonzero(view.of(Layer.WEBSOCKET, "close") & (place >= 0))[::-1]
    closed = np.full(int(place.max(initial=NONE)) + 1, view.rows, np.int64)
    closed[place[closes]] = closes
    found: Bools = np.arange(view.rows) < pick(closed, place, NONE)
    return found
