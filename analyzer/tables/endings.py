"""By whom and why each session ended, told from what came before, since the close itself hardly ever says it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.browsers import browsers
from analyzer.tables.carriers import Carriers
from analyzer.tables.cuts import cuts
from analyzer.tables.evidence import Evidence, evidence
from analyzer.tables.handshake import Handshakes
from analyzer.tables.leaving import Leaving, leaving
from analyzer.tables.offences import offences
from analyzer.tables.oversize import too_large
from analyzer.tables.timeouts import Moment, timed_out
from analyzer.tables.view import NONE, Bools, Ints, View, pick

Texts = npt.NDArray[np.object_]

CLIENT, SERVER, NETWORK = "client", "server", "network"
PROTOCOL_BROKEN = (1002, 1003, 1007)
"""WebSocket close codes of a side that was sent what it cannot accept (RFC 6455, 7.4.1)."""

_AT_ONCE = 50_000_000
"""Ns within which two rows tell of the same."""

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
    http, tcp = _at(view.exchange(), row), _at(view.equal("layer", Layer.TCP), row)
    end = Moment(row, view.times(row), _at(view.c2s, row) & ~http, _at(view.polling, row))
    side, graceful = _side(end.by_client), _at(view.c2s, left.row)
    unanswered = http & _at(view.equal("issue", Issue.HTTP_NO_RESPONSE), row)
    cases: list[tuple[Bools, object, object]] = [
        (proof.silent & ~_taken_up(view), CLIENT, "unknown"),
        (proof.silent, NETWORK, "transport_cut"),
        (row < 0, None, None),
        (too_large(view, carried, shakes, end), side, "payload_too_large"),
        (_gone(view, left, end), _side(graceful), np.where(graceful, "client_close", "server_close")),
        (timed_out(view, shakes, end), side, "ping_timeout"),
        (_offended(view, left, end) | _overlapped(view, end), side, "protocol_error"),
        (tcp & _holed(view, carried, row), side, "unknown"),
        (tcp, side, "transport_cut"),
        (unanswered & _page_closed(view, carried, row), CLIENT, "client_close"),
        (unanswered, _hanging_up(view, carried, row), "transport_cut"),
        (http, SERVER, "unknown"),
        (~end.by_client & _never_joined(view, left), SERVER, "never_joined"),
        (row >= 0, side, np.where(end.by_client, "client_close", "server_close")),
    ]
    where = [case for case, _, _ in cases]
    nothing: Any = None
    by, causes = ([_objects(case[i], row) for case in cases] for i in (1, 2))
    return Endings(proof, np.select(where, by, nothing), np.select(where, causes, nothing))


def _at(mask: Bools, rows: Ints) -> Bools:
    """Whether each row, where there is one, is among those of ``mask``."""
    return pick(mask, rows, False)


def _side(by_client: Bools) -> Texts:
    return np.where(by_client, CLIENT, SERVER).astype(object)


def _objects(value: object, like: Ints) -> Texts:
    found = np.empty(len(like), object)
    found[:] = value
    return found


def _gone(view: View, left: Leaving, end: Moment) -> Bools:
    """Whether it had left all its namespaces, and ended for that: shortly after, or without another heartbeat."""
    ping = view.last(view.pings & view.before(end.row))
    soon = end.time - view.times(left.row) <= _SHORTLY
    found: Bools = left.all_left & (left.row >= 0) & (left.row <= end.row) & (soon | (ping < left.row))
    return found


def _offended(view: View, left: Leaving, end: Moment) -> Bools:
    """Whether the side that closed had just been sent what it cannot accept, or says so."""
    said = view.of(Layer.WEBSOCKET, "close") & np.isin(view.whole("status"), PROTOCOL_BROKEN)
    earlier = offences(view, left) & view.before(end.row)
    last = np.where(end.by_client, view.last(earlier & view.s2c), view.last(earlier & view.c2s))
    found: Bools = _at(said, end.row) | ((last >= 0) & (end.time - view.times(last) <= _SHORTLY))
    return found


def _overlapped(view: View, end: Moment) -> Bools:
    """Whether a server that closed polling refused a request at once with it, without a word: two were open at a time
    (400, up to engine.io 6.4.0 500).
    """
    mute = view.exchange() & view.polling & np.isin(view.whole("status"), (400, 500)) & ~view.given("data")
    near = np.abs(view.time - pick(end.time, view.key, 0)) <= _AT_ONCE
    return view.has(mute & near) & _at(view.engineio, end.row) & end.polling & ~end.by_client


def _holed(view: View, carried: Carriers, row: Ints) -> Bools:
    """Whether bytes are missing before the end, after the last packet: a close may have been among them."""
    gap = view.last(view.of(Layer.TCP, "gap") & carried.rows)
    found: Bools = (gap >= 0) & (gap < row) & (gap > view.last(view.packets))
    return found


def _hanging_up(view: View, carried: Carriers, row: Ints) -> Texts:
    """Who first ended the connection of a request that was never answered."""
    cut = cuts(view, carried, row)
    return np.where(cut >= 0, _side(_at(view.c2s, cut)), NETWORK).astype(object)


def _taken_up(view: View) -> Bools:
    """Whether the client of each key did anything with it, where the log shows its handshake: a client that had gone
    before it was answered, or a page that must not read the answer (CORS), does not.
    """
    opened = view.first(view.opens)
    asked = (view.packets & view.c2s) | (view.exchange() & ~view.equal("type", "OPTIONS"))
    shaken = view.time <= pick(view.times(opened), view.key, 0)
    found: Bools = view.has(asked & ~shaken) | (opened < 0) | ~pick(view.polling, opened, False)
    return found


def _page_closed(view: View, carried: Carriers, row: Ints) -> Bools:
    """Whether a browser closed the connection of its poll in order: so it does when a page is left, which is not told
    otherwise (engine.io-client ``closeOnBeforeunload`` is off by default).
    """
    cut = cuts(view, carried, row)
    found: Bools = _at(view.c2s & view.equal("type", "fin"), cut) & browsers(view, np.where(cut >= 0, row, NONE))
    return found


def _never_joined(view: View, left: Leaving) -> Bools:
    """Revision 4, open packet seen, let into no namespace, and no plain Engine.IO either."""
    plain = view.has(view.engineio & view.equal("type", "message") & ~view.given("issue"))
    found: Bools = (view.engines >= 4) & (view.first(view.opens) >= 0) & ~left.joined & ~plain
    return found
