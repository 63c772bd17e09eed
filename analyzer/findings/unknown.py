"""Rules about sessions that the server does not know."""

import re
from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import quote, took
from analyzer.records import Layer
from analyzer.tables.view import NONE, Bools

SAID = re.compile(r"session id unknown|invalid session|session is disconnected", re.IGNORECASE)
"""node: JSON with code 1, as HTML on a WebSocket request; python-engineio: ``Invalid session``, ``Session is
disconnected``."""


def unknown_session(case: Case) -> Iterator[Draft]:
    """``no_sticky_sessions``, ``session_expired``: an answer 4xx that says ``Session ID unknown`` (node) or ``Invalid
    session`` (python) to a request that names a sid, whose session nothing had ended before.

    Within pingInterval + pingTimeout of the last accepted request (or before a later accepted one) the session was
    alive: another server answered. A session of which nothing was accepted is alive where its first CONNECT or
    WebSocket request is refused, since these follow the handshake at once. Otherwise it had expired. Source: engine.io
    ``server.ts`` (code 1), python-engineio ``async_server.py``; rows of failures with two servers behind nginx.
    """
    refused = refusals(case)
    first = case.view.first(refused)
    for key in np.flatnonzero(first >= 0).tolist():
        draft = _judged(case, key, int(first[key]), refused)
        if draft is not None:
            yield draft


def refusals(case: Case) -> Bools:
    """Requests of sessions that the server said not to know."""
    view = case.view
    found = view.exchange() & (view.whole("status") >= 400) & (view.whole("status") < 500) & (view.key >= 0)
    rows = np.flatnonzero(found)
    found[rows] = [isinstance(said, str) and bool(SAID.search(said[:400])) for said in view.values("data", rows)]
    return found


def _judged(case: Case, key: int, row: int, refused: Bools) -> Draft | None:
    view = case.view
    accepted = case.of(key, case.accepted)
    earlier, later = accepted[accepted < row], accepted[accepted > row]
    ended = int(case.end_row[key])
    if 0 <= ended < row and not refused[ended]:
        return None  # it was over, and both sides may know
    asked = int(case.started[row])
    polled = later[view.polling[later]]
    since = asked - case.time(int(earlier[-1])) if len(earlier) else None
    if len(polled) or (since is not None and since <= case.patience(key)):
        return _sticky(case, key, row, refused, since, bool(len(polled)))
    if since is None and _fresh(case, key):
        return _sticky(case, key, row, refused, None, False)
    why = (
        "the capture does not show when it was opened, it had expired or was opened on another server"
        if since is None
        else f"that was {took(since)} after its last answered request, the server waits {took(case.patience(key))}"
    )
    return Draft("session_expired", case.time(row), [row], _fields(case, key, row, why), key, "expired")


def _fresh(case: Case, key: int) -> bool:
    """Whether what was refused follows a handshake at once."""
    view = case.view
    rows = case.of(key)
    connect = (view.codes("type")[rows] == view.code("type", "CONNECT")) & view.c2s[rows]
    asked = view.websocket[rows] & (view.codes("layer")[rows] == view.code("layer", Layer.HTTP))
    return bool((connect | asked).any())


def _sticky(case: Case, key: int, row: int, refused: Bools, since: int | None, later: bool) -> Draft:
    answers = case.of(key, refused)
    opened = int(case.opened[key])
    if later:
        why = "the same sid was accepted again afterwards, so that another server must have answered"
    elif since is None:
        why = "the client had just been given that sid, which the capture does not show: by another server"
    else:
        ago = "just then" if since <= 0 else f"{took(since)} before"
        why = f"the session was alive (a request of it had been accepted {ago}), so that another server answered"
    fields = _fields(case, key, row, why) | {"when": _when(case, row, opened)}
    rows = [row, *answers[answers != row][:3].tolist(), opened]
    return Draft("no_sticky_sessions", case.time(row), rows, fields, key, "sticky")


def _when(case: Case, row: int, opened: int) -> str:
    if opened == NONE:
        return "(its handshake is not in the capture)"
    return f"{took(max(int(case.started[row]) - case.time(opened), 0))} after its handshake"


def _fields(case: Case, key: int, row: int, why: str) -> dict[str, str]:
    what = "The WebSocket request" if case.view.websocket[row] else f"A {quote(case.text('type', row), 10)}"
    said = quote(case.text("data", row), 70)
    return {"what": what, "sid": case.sid(key), "status": case.text("status", row), "said": said, "why": why}
