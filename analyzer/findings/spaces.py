"""Rules about namespaces: refused, never joined, left, recovered."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, quote, took
from analyzer.records import Layer
from analyzer.tables.endings import SERVER
from analyzer.tables.nearest import by_group, nearest_after
from analyzer.tables.view import NONE
from analyzer.units import plural

_LONGEST = 10_000
"""Characters of a CONNECT's payload that are looked into."""

_UNKNOWN = (
    'The server has no such namespace: create it there (io.of("{namespace}")), or mend the name in the client\'s URL.'
)
_MIDDLEWARE = (
    "A middleware of the server refused it: look at what it checks (token, origin) and at the client's auth option."
)


def namespace_refused(case: Case) -> Iterator[Draft]:
    """``namespace_refused``: CONNECT_ERROR of the server (ERROR in revision 4), with its reason. Source:
    socket.io-protocol type 4; ``Invalid namespace`` for one that does not exist, other texts come from middlewares.
    """
    view = case.view
    for row in case.rows(view.socketio & view.equal("type", "CONNECT_ERROR") & view.s2c & view.main):
        key, space = int(view.key[row]), quote(case.text("namespace", row).partition("?")[0], 40) or "/"
        reason = _reason(case.text("data", row))
        unknown = "invalid namespace" in reason.lower() or "unable to connect" in reason.lower()
        fields = {"sid": case.sid(key), "namespace": space, "reason": f'"{reason}"' if reason else "without a reason"}
        fields["advice"] = _UNKNOWN.format(namespace=space) if unknown else _MIDDLEWARE
        yield Draft("namespace_refused", case.time(row), [row], fields, key, (space, reason))


def _reason(data: str) -> str:
    found = parsed(data)
    if isinstance(found, dict):
        found = found.get("message", data)
    return quote(found if isinstance(found, str) else data, 100)


def parsed(data: str) -> Any:
    """The value of some JSON; None where it is none or too long."""
    try:
        return json.loads(data) if len(data) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None


def never_joined(case: Case) -> Iterator[Draft]:
    """``never_joined``: a session of revision 4 whose client asked for no namespace and that the server closed. Source:
    socket.io ``client.ts``, connectTimeout (45 s by default).
    """
    view = case.view
    asked = view.has(view.socketio & view.equal("type", "CONNECT") & view.c2s)
    sending = case.from_client & ~view.probes & ~view.engine("pong")
    for key in case.ended("never_joined", SERVER):
        end, opened = int(case.end_row[key]), int(case.opened[key])
        if asked[key] or case.holed[key]:
            continue
        sent = int(np.sum(case.of(key, sending) < end))
        fields = {
            "sid": case.sid(key),
            "at": clock(case.time(opened)),
            "sent": f"{plural(sent, 'packet')} but no CONNECT" if sent else "nothing but pongs",
            "after": took(case.time(end) - case.time(opened)),
        }
        yield Draft("never_joined", case.time(end), [opened, end], fields, key, "never")


def server_kick(case: Case) -> Iterator[Draft]:
    """``server_kick``: a DISCONNECT of the server for a namespace that the client had not left, or a session that the
    server closed without any. Source: socket.io-protocol type 1; "io server disconnect" for the client.
    """
    view = case.view
    said = view.socketio & view.equal("type", "DISCONNECT") & ~view.refused & view.main
    left: set[tuple[int, str]] = set()
    told: set[int] = set()
    for row in case.rows(said):
        key, space = int(view.key[row]), case.text("namespace", row)
        if view.s2c[row] and (key, space) not in left:
            told.add(key)
            yield _kick(case, key, row, f"from {quote(space, 40)} (DISCONNECT)")
        left.add((key, space))
    for key in case.ended("server_close", SERVER):
        end = int(case.end_row[key])
        if key not in told and view.main[end] and not case.left.all_left[key]:
            kind = "WebSocket close" if case.text("layer", end) == Layer.WEBSOCKET else "Engine.IO close"
            yield _kick(case, key, end, f"by closing the connection ({kind}, no reason given)")


def _kick(case: Case, key: int, row: int, what: str) -> Draft:
    opened = int(case.opened[key])
    after = took(case.time(row) - case.time(opened)) if opened >= 0 else "some time"
    fields = {"sid": case.sid(key), "what": what, "at": clock(case.time(row)), "after": after}
    return Draft("server_kick", case.time(row), [row], fields, key, what)


def recovery_failed(case: Case) -> Iterator[Draft]:
    """``recovery_failed``: a CONNECT of the client with ``pid`` and ``offset``, answered with a CONNECT whose ``pid``
    is another one or none. Source: socket.io connection state recovery (4.6), ``namespace.ts``.
    """
    view = case.view
    connect = view.socketio & view.equal("type", "CONNECT") & view.main & ~view.refused
    asked = np.flatnonzero(connect & view.c2s & view.given("data"))
    space = np.where(view.key >= 0, view.key * (int(view.codes("namespace").max(initial=0)) + 2), NONE)
    space = np.where(space >= 0, space + view.codes("namespace") + 1, NONE)
    answers = nearest_after(asked, space[asked], *by_group(connect & view.s2c, space))
    for row, answer in zip(asked.tolist(), answers.tolist(), strict=True):
        wish = parsed(case.text("data", row))
        if not isinstance(wish, dict) or not wish.get("pid") or "offset" not in wish:
            continue
        given = parsed(case.text("data", answer)) if answer >= 0 else None
        if isinstance(given, dict) and given.get("pid") != wish["pid"]:
            key = int(view.key[row])
            fields = {"sid": case.sid(key), "at": clock(case.time(row)), "offset": quote(str(wish["offset"]), 30)}
            yield Draft("recovery_failed", case.time(row), [row, answer], fields, key, "recovery")
