"""Whether a session ended for a message over the server's limit (maxHttpBufferSize).

On WebSocket the server closes with 1009. On polling, engine.io 6.2 and later, which tell the limit as maxPayload,
answer 413 and go on, but the official client then gives up; earlier ones drop the connection of the request without an
answer and close the session, as python-engineio does with an answer of 400.
"""

import numpy as np

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.carriers import Carriers
from analyzer.tables.cuts import cuts
from analyzer.tables.handshake import Handshakes
from analyzer.tables.timeouts import Moment
from analyzer.tables.view import Bools, Ints, View, pick

TOO_LARGE, TOO_LARGE_HTTP = 1009, 413
"""WebSocket close code and HTTP status of a message over the limit."""

_ERROR = 400
_AT_ONCE = 50_000_000
"""Ns within which two rows tell of the same."""

_SHORTLY = 2_000_000_000
"""Ns within which a session ends for a message."""


def too_large(view: View, carried: Carriers, shakes: Handshakes, end: Moment) -> Bools:
    """A close or an answer that says so, or that of a client or server which gives up shortly after such a request."""
    status, exchange = view.whole("status"), view.exchange()
    refused = (status == TOO_LARGE_HTTP) & exchange
    said = ((status == TOO_LARGE) & view.of(Layer.WEBSOCKET, "close")) | refused
    dropped = exchange & view.equal("issue", Issue.HTTP_NO_RESPONSE) & view.equal("type", "POST")
    over = view.has(_over_limit(view, shakes) & _near(view, end)) & ~end.by_client
    given_up = end.by_client & _shortly(view, end, view.last(refused & view.before(end.row)))
    cut = view.last(dropped & view.before(end.row))
    by_server = pick(view.s2c, cuts(view, carried, cut), False) & ~end.by_client & ~np.isfinite(shakes.payload)
    found: Bools = pick(said, end.row, False) | over | given_up | (by_server & end.polling & _shortly(view, end, cut))
    return found | (pick(dropped, end.row, False) & _forgotten(view, carried, shakes, end))


def _forgotten(view: View, carried: Carriers, shakes: Handshakes, end: Moment) -> Bools:
    """Whether a server that does not tell its limit dropped the last request, lives, and does not know the session any
    more: it refuses the next request at once.
    """
    refused = view.exchange() & view.polling & (view.whole("status") == _ERROR)
    next_ = view.first(refused & (np.arange(view.rows) > pick(end.row, view.key, view.rows)))
    dropped = pick(view.s2c, cuts(view, carried, end.row), False) & ~np.isfinite(shakes.payload)
    found: Bools = dropped & (next_ >= 0) & (view.times(next_) - end.time <= _SHORTLY)
    return found


def _over_limit(view: View, shakes: Handshakes) -> Bools:
    """Requests that failed, of more bytes than their session's server takes."""
    failed = (view.numbers("status") >= _ERROR) | view.equal("issue", Issue.HTTP_NO_RESPONSE)
    posts = view.exchange() & view.equal("type", "POST") & failed
    found: Bools = posts & (view.numbers("size") > pick(shakes.payload, view.key, np.nan))
    return found


def _near(view: View, end: Moment) -> Bools:
    """Rows at about the time of their session's end."""
    found: Bools = pick(end.row >= 0, view.key, False) & (np.abs(view.time - pick(end.time, view.key, 0)) <= _AT_ONCE)
    return found


def _shortly(view: View, end: Moment, rows: Ints) -> Bools:
    """Whether there is a row of each key not long before its end."""
    found: Bools = (rows >= 0) & (end.time - view.times(rows) <= _SHORTLY)
    return found
