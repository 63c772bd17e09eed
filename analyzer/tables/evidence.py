"""How one knows that a session is over: the first row that ends it, or the silence of one that is due to speak."""

from dataclasses import dataclass

import numpy as np

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.carriers import Carriers
from analyzer.tables.cuts import cuts
from analyzer.tables.handshake import Handshakes
from analyzer.tables.leaving import Leaving
from analyzer.tables.schema import NO_TIME
from analyzer.tables.view import NONE, Bools, Ints, View, pick

_MS = 1_000_000
_ERROR, _TOO_LARGE = 400, 413
_AT_ONCE = 500_000_000
"""Ns within which a client posts a close for a request that failed."""


@dataclass(frozen=True)
class Evidence:
    """The end of each key."""

    row: Ints
    """The row that ends it; `NONE` where it is open or only fell silent."""
    closed: Ints
    """When, in ns; `NO_TIME` while open."""
    silent: Bools
    """Whether nothing ended it but that both sides must have given up."""
    until: Ints
    """Up to when the log tells of it: its end, or the end of its source."""


def evidence(view: View, carried: Carriers, shakes: Handshakes, leaving: Leaving) -> Evidence:
    """Finds the end of every session.

    A session ends with the first Engine.IO close packet (a client's also where its request was refused, but not that by
    which a server ends the polling of a session that was upgraded), WebSocket close, FIN or RST on what carries it; or
    with a refused or unanswered request after which nothing was delivered any more (a client that polls may still post
    a close for it, of which it is the cause); without these with the last of its namespaces left, or when the time in
    which both sides must speak has run out.
    """
    row = _first(view.first(_closing(view, carried)), view.first(_failing(view, carried)))
    left = np.where(leaving.all_left & _quiet_after(view, leaving.row), leaving.row, NONE)
    row = np.where(row >= 0, row, left)
    deadline, ended = _silence(view, shakes)
    silent = (row < 0) & (deadline < ended)
    closed = np.where(row >= 0, view.times(row), np.where(silent, deadline, NO_TIME))
    return Evidence(row, closed, silent, np.where(closed == NO_TIME, ended, closed))


def _closing(view: View, carried: Carriers) -> Bools:
    close = view.engineio & view.equal("type", "close") & (view.c2s | ~view.refused)
    close &= ~(view.s2c & view.polling & pick(carried.upgraded, view.key, False))
    cut = view.of(Layer.WEBSOCKET, "close") | (view.equal("layer", Layer.TCP) & view.among("type", ("fin", "reset")))
    return close | (cut & carried.rows)


def _failing(view: View, carried: Carriers) -> Bools:
    """Polling exchanges that failed, after all that was delivered, of sessions that no WebSocket carried."""
    status = view.numbers("status")
    exchange = view.exchange() & view.polling & (view.key >= 0) & ~view.equal("type", "OPTIONS")
    exchange &= ~view.equal("issue", Issue.HTTP_AFTER_101)
    failed = exchange & ((status >= _ERROR) | view.equal("issue", Issue.HTTP_NO_RESPONSE))
    said = (view.packets & (view.polling | carried.rows)) | (exchange & (status < _ERROR))
    resigned = _resigned(view, carried, failed)
    delivered = view.last(said & (np.arange(view.rows) < pick(resigned, view.key, view.rows)))
    after = np.arange(view.rows) > pick(delivered, view.key, view.rows)
    found: Bools = failed & after & ~pick(carried.websocket, view.key, False)
    return found


def _resigned(view: View, carried: Carriers, failed: Bools) -> Ints:
    """The close by which the client of each key answers a request that failed just before; as many as there are rows
    where there is none. Not to one that the client hung up itself, nor to 413, after which the server goes on.
    """
    close = view.first(view.engineio & view.equal("type", "close") & view.c2s & view.polling)
    cause = view.last(failed & (view.whole("status") != _TOO_LARGE) & view.before(close))
    own = pick(view.c2s, cuts(view, carried, cause), False) & pick(
        view.equal("issue", Issue.HTTP_NO_RESPONSE), cause, False
    )
    at_once = (cause >= 0) & ~own & (view.times(close) - view.times(cause) <= _AT_ONCE)
    return np.where(at_once, close, view.rows)


def _quiet_after(view: View, row: Ints) -> Bools:
    """Whether nothing but noops came after ``row`` of each key."""
    last = view.last(view.packets & ~view.equal("type", "noop"))
    found: Bools = last <= row
    return found


def _silence(view: View, shakes: Handshakes) -> tuple[Ints, Ints]:
    """When both sides must have given up each key, and when its source ends; ns."""
    last = view.last(view.key >= 0)
    sources = view.codes("source") + 1
    ends = np.full(int(sources.max(initial=0)) + 1, NO_TIME, np.int64)
    np.maximum.at(ends, sources, view.time)
    budget = (shakes.interval + shakes.timeout) * 1.1 + 1_000
    known = np.isfinite(budget)
    ended = ends[pick(sources, last, 0)]
    wait = (np.where(known, budget, 0).clip(0, 1e12) * _MS).astype(np.int64)
    return np.where(known, view.times(last) + wait, np.iinfo(np.int64).max), ended


def _first(one: Ints, other: Ints) -> Ints:
    """The lower of two rows, whichever there is."""
    return np.where((one >= 0) & ((other < 0) | (one < other)), one, other)
