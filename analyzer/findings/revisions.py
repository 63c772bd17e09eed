"""Rules about peers of different generations."""

import re
from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, ms, quote
from analyzer.issues import Issue
from analyzer.tables.handshake import Floats
from analyzer.tables.heartbeats import pings
from analyzer.tables.view import Ints

SAID = re.compile(r"unsupported (protocol )?version", re.IGNORECASE)
"""node: code 5 ``Unsupported protocol version``; python: ``The client is using an unsupported version of ...``."""
_EIO = re.compile(r"[?&]EIO=(\d+)")

_SLACK_MS = 500.0
_PINGS = 3
"""Pings from which on a habit is told from chance."""
GENERATIONS = {3: "socket.io 1 and 2", 4: "socket.io 3 and 4"}
"""Revision of Engine.IO to the generations that speak it."""

_OLD_CLIENT = (
    "Update the client to socket.io-client 3 or 4 (or a library of that generation); or let the server accept the old "
    "one: allowEIO3: true (socket.io 3.1 and newer; python needs python-socketio 4 for it)."
)
_OLD_SERVER = (
    "Use a client of the server's generation (socket.io-client 2 for socket.io 2), or update the server to socket.io 4."
)


def version_refused(case: Case) -> Iterator[Draft]:
    """``version_mismatch``: a handshake answered 400 with ``Unsupported protocol version`` (also as HTTP text behind a
    101, `Issue.HTTP_AFTER_101`), with the revision that its ``EIO`` names; anything but 4 means 3. Source: engine.io
    ``server.ts`` (code 5), python-engineio ``async_server.py``.
    """
    view = case.view
    rows = np.flatnonzero(view.exchange() & ((view.whole("status") >= 400) | view.equal("issue", Issue.HTTP_AFTER_101)))
    said = view.values("data", rows)
    for row, text in zip(rows.tolist(), said.tolist(), strict=True):
        if isinstance(text, str) and SAID.search(text[:400]):
            theirs = _asked(case.text("url", row))
            ours = 4 if theirs < 4 else 3
            how = "after a 101" if case.text("issue", row) == Issue.HTTP_AFTER_101 else f"{case.text('status', row)}"
            yield _mismatch(case, row, theirs, ours, f"it answered {how}: {quote(text, 90)}")


def version_assumed(case: Case) -> Iterator[Draft]:
    """``version_mismatch``: a client that asks with ``EIO=4`` is answered in the framing of revision 3 (a length before
    the open packet), or joined to ``/`` unasked by a server whose handshake has no maxPayload. Source: engine.io 3 does
    not look at ``EIO``; socket.io 2 sends CONNECT first, socket.io-client 3 and newer wants one with ``sid``.
    """
    view = case.view
    framed = np.flatnonzero(
        view.equal("issue", Issue.EIO_BAD_HANDSHAKE) & view.exchange() & (view.whole("engine") >= 4)
    )
    for row, text in zip(framed.tolist(), view.values("data", framed).tolist(), strict=True):
        if isinstance(text, str) and _FRAMED.match(text):
            yield _mismatch(
                case, row, 4, 3, f"it answered the handshake in the framing of revision 3: {quote(text, 50)}"
            )
    message = view.equal("type", "message") | view.socketio
    first, wish = view.first(message & case.from_server), view.first(message & case.from_client)
    unasked = (first >= 0) & ((wish < 0) | (wish > first)) & (view.engines >= 4) & ~np.isfinite(case.shakes.payload)
    for key in np.flatnonzero(unasked & (case.opened >= 0)).tolist():
        row = int(first[key])
        connect = case.text("data", row) == "0" if not view.socketio[row] else case.text("type", row) == "CONNECT"
        if connect and case.time(row) - case.time(int(case.opened[key])) < _AT_ONCE:
            yield _mismatch(case, row, 4, 3, "it joined the client to / unasked, as servers of that revision do")


_FRAMED = re.compile(r"[0-9]+:0\{")
_AT_ONCE = 1_000_000_000
"""Ns within which a server of revision 3 joins a client to ``/``."""


def _asked(url: str) -> int:
    found = _EIO.search(url)
    return 4 if found and found[1] == "4" else 3


def _mismatch(case: Case, row: int, theirs: int, ours: int, said: str) -> Draft:
    fields = {
        "client": quote(case.text("client", row).rpartition(":")[0]) or "an unknown address",
        "server": quote(case.text("server", row)) or "",
        "theirs": str(theirs),
        "ours": str(ours),
        "their_versions": GENERATIONS[theirs],
        "our_versions": GENERATIONS[ours],
        "said": said,
        "advice": _OLD_CLIENT if theirs < ours else _OLD_SERVER,
    }
    key = int(case.view.key[row])
    return Draft("version_mismatch", case.time(row), [row], fields, key, (theirs, case.text("server", row)))


def heartbeat_mismatch(case: Case) -> Iterator[Draft]:
    """``heartbeat_mismatch``: a ping (no probe) of the side that must not ping in this revision, or the pong to it; or
    a side that has to ping, went on sending for half as long again as pingInterval after the handshake, and never
    pinged. Source: engine.io ``socket.ts`` ("invalid heartbeat direction"); revision 4: the server pings, 3: the
    client.
    """
    view = case.view
    modern = case.per_row(view.engines, 4) >= 4
    pong = view.engine("pong")
    wrong = np.where(modern, (case.pings & view.c2s) | (pong & view.s2c), (case.pings & view.s2c) | (pong & view.c2s))
    first, counts = view.first(wrong), view.counts(wrong)
    for key in np.flatnonzero(first >= 0).tolist():
        row = int(first[key])
        times = f" ({counts[key]} times)" if counts[key] > 1 else ""
        what = f"the {case.side(row)} sent a {case.text('type', row)} at {clock(case.time(row))}{times}"
        yield _mismatched(case, key, row, what)
    for key, row in _never(case, first):
        yield _mismatched(case, key, row, f"the {case.side(row)} went on sending, but never pinged")


def _never(case: Case, wrong: Ints) -> Iterator[tuple[int, int]]:
    """Sessions whose side that has to ping never did, with the last packet of that side."""
    view = case.view
    modern = view.engines >= 4
    last = np.where(modern, view.last(case.from_server & ~view.probes), view.last(case.from_client & ~view.probes))
    lived = (view.times(last) - view.times(case.opened)) / 1e6
    due = 1.5 * case.shakes.interval + _SLACK_MS
    mute = (last >= 0) & (case.opened >= 0) & (lived > due) & ~view.has(case.pings) & (wrong < 0) & ~case.holed
    for key in np.flatnonzero(mute & (case.shakes.interval > 0)).tolist():
        yield key, int(last[key])


def _mismatched(case: Case, key: int, row: int, what: str) -> Draft:
    end, engine = int(case.end_row[key]), int(case.view.engines[key])
    if end >= 0 and case.ends.cause[key] in ("protocol_error", "ping_timeout"):
        what += f", and the {case.ends.by[key]} closed the session at {clock(case.time(end))}"
    fields = {
        "sid": case.sid(key),
        "engine": str(engine),
        "pinger": "server" if engine >= 4 else "client",
        "what": what,
    }
    return Draft("heartbeat_mismatch", case.time(row), [row, end], fields, key, (engine, case.side(row)))


def handshake_lies(case: Case) -> Iterator[Draft]:
    """``handshake_lies``: in revision 4 at least three pings of the server that differ from what is due (pingInterval
    and the round trip before) by more than a tenth and 100 ms, all in the same direction and by about the same. Pings
    that are late by no more than the network takes are not: of a capture near the client the way to the server and
    back is part of the interval, and shows in the quickest of its answers.
    Source: python-engineio ``async_server.py`` advertises ``int(ping_interval + grace)``.
    """
    view = case.view
    beats, rows = case.heartbeats, pings(view)
    apart = beats["deviation_ms"].to_numpy(np.float64, na_value=np.nan)
    due = beats["expected_ms"].to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(apart) & view.s2c[rows]
    much = known & (np.abs(apart) > np.maximum(100.0, due / 10))
    half = np.bincount(view.key[rows[much]], minlength=view.keys.count) * 2
    known &= (half >= np.bincount(view.key[rows[known]], minlength=view.keys.count))[view.key[rows]]
    order = np.flatnonzero(known)[np.argsort(view.key[rows[known]], kind="stable")]
    for some in np.split(order, np.flatnonzero(np.diff(view.key[rows[order]])) + 1):
        if len(some) >= _PINGS and _steady(
            _without_network(case, rows[some], apart[some]), float(np.median(due[some]))
        ):
            yield _lie(case, rows[some], float(np.median((apart + due)[some])))


def _without_network(case: Case, rows: Ints, apart: Floats) -> Floats:
    """How much pings of a session are off, less what the way to the server and back explains."""
    took = case.durations[case.of(int(case.view.key[rows[0]]), case.accepted)] * 1e3
    took = took[np.isfinite(took)]
    network = float(took.min()) if len(took) else 0.0
    found: Floats = np.where(apart > 0, np.maximum(apart - network, 0), apart)
    return found


def _steady(apart: Floats, due: float) -> bool:
    """Whether pings differ from what is due by much, and always by about the same."""
    middle = float(np.median(apart))
    spread = float(np.percentile(apart, 80) - np.percentile(apart, 20))
    return abs(middle) > max(100.0, due / 10) and spread <= abs(middle) / 2


def _lie(case: Case, rows: Ints, seen: float) -> Draft:
    key = int(case.view.key[rows[0]])
    said = case.shakes.interval[key]
    fields = {"sid": case.sid(key), "said": ms(said), "seen": ms(seen), "count": str(len(rows))}
    opened = int(case.opened[key])
    return Draft("handshake_lies", case.time(opened), [opened, *rows[:3].tolist()], fields, key, round(float(said)))
