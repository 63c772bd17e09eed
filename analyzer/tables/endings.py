"""By whom and why each session ended, told from what came before, since the close itself hardly ever says it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.carriers import Carriers
from analyzer.tables.evidence import Evidence, evidence
from analyzer.tables.handshake import Handshakes
from analyzer.tables.leaving import Leaving, leaving
from analyzer.tables.offences import offences
from analyzer.tables.timeouts import Moment, timed_out
from analyzer.tables.view import NONE, Bools, Ints, View, pick

Texts = npt.NDArray[np.object_]

CLIENT, SERVER, NETWORK = "client", "server", "network"
TOO_LARGE, TOO_LARGE_HTTP = 1009, 413
"""WebSocket close code and HTTP status of a message over the limit."""

_SHORTLY = 2_000_000_000
"""Ns within which a close answers a packet."""


@dataclass(frozen=True)
class Endings:
    """Of each key; None while open."""

    evidence: Evidence
    by: Texts
    cause: Texts


def endings(view: View, carried: Carriers, shakes: Handshakes) -> Endings:
    """Finds who ended each session of a log, and why."""
    left = leaving(view)
    proof = evidence(view, carried, shakes, left)
    row = proof.row
    moment = Moment(row, view.times(row), _at(view.c2s, row), _at(view.polling, row))
    http, tcp = _at(view.exchange(), row), _at(view.equal("layer", Layer.TCP), row)
    moment = Moment(row, moment.time, moment.by_client & ~http, moment.polling)
    gone = left.all_left & (left.row <= row) & (row >= 0)
    graceful = _at(view.c2s, left.row)
    unanswered = http & _at(view.equal("issue", Issue.HTTP_NO_RESPONSE), row)
    cases: list[tuple[Bools, object, object]] = [
        (proof.silent, NETWORK, "transport_cut"),
        (row < 0, None, None),
        (_too_large(view, row), _side(moment.by_client), "payload_too_large"),
        (gone, _side(graceful), np.where(graceful, "client_close", "server_close")),
        (timed_out(view, shakes, moment), _side(moment.by_client), "ping_timeout"),
        (_offended(view, left, moment), _side(moment.by_client), "protocol_error"),
        (tcp & _holed(view, carried, row), _side(moment.by_client), "unknown"),
        (tcp, _side(moment.by_client), "transport_cut"),
        (unanswered, _hanging_up(view, row), "transport_cut"),
        (http, SERVER, "unknown"),
        (~moment.by_client & _never_joined(view, left), SERVER, "never_joined"),
    ]
    default = np.where(moment.by_client, "client_close", "server_close")
    where = [case for case, _, _ in cases]
    return Endings(
        proof,
        np.select(where, [_objects(by, row) for _, by, _ in cases], _objects(_side(moment.by_client), row)),
        np.select(where, [_objects(cause, row) for _, _, cause in cases], _objects(default, row)),
    )


def _at(mask: Bools, rows: Ints) -> Bools:
    """Whether each row, where there is one, is among those of ``mask``."""
    return pick(mask, rows, False)


def _side(by_client: Bools) -> Texts:
    return np.where(by_client, CLIENT, SERVER).astype(object)


def _objects(value: object, like: Ints) -> Texts:
    found = np.empty(len(like), object)
    found[:] = value
    return found


def _too_large(view: View, row: Ints) -> Bools:
    status = view.whole("status")
    return _at((status == TOO_LARGE) & view.of(Layer.WEBSOCKET, "close"), row) | _at(
        (status == TOO_LARGE_HTTP) & view.exchange(), row
    )


def _offended(view: View, left: Leaving, end: Moment) -> Bools:
    """Whether the side that closed had just been sent what it cannot accept."""
    earlier = offences(view, left) & view.before(end.row)
    last = np.where(end.by_client, view.last(earlier & view.s2c), view.last(earlier & view.c2s))
    found: Bools = (last >= 0) & (end.time - view.times(last) <= _SHORTLY)
    return found


def _holed(view: View, carried: Carriers, row: Ints) -> Bools:
    """Whether bytes are missing before the end, after the last packet: a close may have been among them."""
    gap = view.last(view.of(Layer.TCP, "gap") & carried.rows)
    found: Bools = (gap >= 0) & (gap < row) & (gap > view.last(view.packets))
    return found


def _hanging_up(view: View, row: Ints) -> Texts:
    """Who ended the connection of a request that was never answered."""
    cut = view.last(view.equal("layer", Layer.TCP) & view.among("type", ("fin", "reset")))
    stream = view.whole("stream")
    cut_on, asked_on = pick(stream, cut, NONE), pick(stream, row, NONE)
    same = (cut_on == asked_on) & (cut_on != NONE)
    return np.where(same, _side(_at(view.c2s, cut)), NETWORK).astype(object)


def _never_joined(view: View, left: Leaving) -> Bools:
    """Revision 4, open packet seen, let into no namespace, and no plain Engine.IO either."""
    plain = view.has(view.engineio & view.equal("type", "message") & ~view.given("issue"))
    found: Bools = (view.engines >= 4) & (view.first(view.opens) >= 0) & ~left.joined & ~plain
    return found
