"""The table of sessions: a row for each Engine.IO session, two where it was captured at two places."""

import numpy as np
import pandas as pd

from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables import schema
from analyzer.tables.attempts import attempts
from analyzer.tables.carriers import Carriers, carriers
from analyzer.tables.endings import Texts, endings
from analyzer.tables.handshake import handshakes
from analyzer.tables.schema import NO_TIME
from analyzer.tables.upgrades import ABANDONED, COMPLETED, FAILED, REFUSED, outcomes
from analyzer.tables.view import Bools, Ints, View, pick

_ERROR = 400
_UPGRADES = ("none", REFUSED, FAILED, ABANDONED, COMPLETED)
"""What is said of a session with several attempts: the one that went furthest."""


def sessions(log: pd.DataFrame) -> pd.DataFrame:
    """A row a session and tap, by first row; for columns and values see the README.

    ``opened`` is the time of the open packet, missing where that is not in the log. A sid that was only ever refused
    is no session.
    """
    view = View(log)
    return of_view(view, carriers(view))


def of_view(view: View, carried: Carriers) -> pd.DataFrame:
    """The table of a view."""
    chosen = np.flatnonzero(_live(view))
    if not len(chosen):
        return schema.empty(schema.SESSIONS)
    promised = handshakes(view)
    end = endings(view, carried, promised)
    opened, closed = view.times(view.first(view.opens)), end.evidence.closed
    lasted = np.where((opened == NO_TIME) | (closed == NO_TIME), np.nan, (closed - opened) / 1e9)
    place = view.introduced
    columns = {
        "session": view.values("session", place),
        "engine": _engines(view),
        "client": view.values("client", place),
        "server": view.values("server", place),
        "opened": opened,
        "closed": closed,
        "duration_s": lasted,
        "transports": _transports(carried),
        "upgrade": _upgrades(view, carried),
        "ping_interval_ms": promised.interval,
        "ping_timeout_ms": promised.timeout,
        "max_payload": promised.payload,
        "namespaces": _namespaces(view),
        **_traffic(view),
        "closed_by": end.by,
        "close_cause": end.cause,
    }
    return schema.table(schema.SESSIONS, {name: column[chosen] for name, column in columns.items()})


def _live(view: View) -> Bools:
    """Whether anything of a key was accepted, or may have been."""
    after = view.equal("issue", Issue.HTTP_AFTER_101)
    exchange = view.exchange() & (view.whole("status") > 0) & (view.numbers("status") < _ERROR) & ~after
    opened = view.has(view.of(Layer.WEBSOCKET, "open")) & ~view.has(after)
    sent = view.packets & (view.s2c | ~view.given("issue"))
    return view.has(sent) | view.has(exchange) | opened


def _engines(view: View) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    known = view.has(view.whole("engine") > 0)
    return np.where(known, view.engines, np.nan)


def _transports(carried: Carriers) -> Texts:
    cases = [carried.upgraded, carried.polling, carried.websocket]
    said = ["polling>websocket", "polling", "websocket"]
    found: Texts = np.select(cases, said, "").astype(object)
    found[found == ""] = None
    return found


def _upgrades(view: View, carried: Carriers) -> Texts:
    found = attempts(view, carried)
    furthest = np.where(carried.upgraded, _UPGRADES.index(COMPLETED), 0)
    np.maximum.at(furthest, found.key, [_UPGRADES.index(said) for said in outcomes(found)])
    return np.array(_UPGRADES, object)[furthest]


def _namespaces(view: View) -> Texts:
    """Those the server let the client into, in order; where the log misses the start, those that were used."""
    packets = view.socketio & ~view.refused & (view.key >= 0) & view.given("namespace")
    joins = packets & view.s2c & view.equal("type", "CONNECT")
    used = packets & view.among("type", ("EVENT", "ACK", "BINARY_EVENT", "BINARY_ACK"))
    midstream = view.first(view.opens) < 0
    rows = np.flatnonzero(joins | (used & pick(midstream, view.key, False)))
    pairs = pd.DataFrame({"key": view.key[rows], "namespace": view.codes("namespace")[rows], "row": rows})
    row = pairs.drop_duplicates(["key", "namespace"])["row"].to_numpy(np.int64)
    named: dict[int, dict[str, None]] = {}
    for key, name in zip(view.key[row].tolist(), view.values("namespace", row).tolist(), strict=True):
        named.setdefault(key, {})[name.partition("?")[0]] = None
    found: Texts = np.full(view.keys.count, None, object)
    for key, names in named.items():
        found[key] = ",".join(names)
    return found


def _traffic(view: View) -> dict[str, Ints]:
    """Packets and bytes each way; a packet with attachments is as many more, unless its parser puts them into it."""
    packets = view.socketio | view.engineio
    number = np.ones(view.rows)
    rows = np.flatnonzero(view.socketio & view.given("attachments") & ~view.equal("parser", "msgpack"))
    number[rows] += [len(items) for items in view.values("attachments", rows)]
    size = np.nan_to_num(view.numbers("size"))
    sides = {"c2s": packets & view.c2s, "s2c": packets & view.s2c}
    return {f"packets_{name}": view.counts(mask, number) for name, mask in sides.items()} | {
        f"bytes_{name}": view.counts(mask, size) for name, mask in sides.items()
    }
