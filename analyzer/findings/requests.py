"""Rules about HTTP requests: two polls at once, origins that are refused, pages that connect twice, lost packets."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.unknown import SAID
from analyzer.findings.words import clock, named, quote, took
from analyzer.records import Layer
from analyzer.tables.view import NONE
from analyzer.units import plural

_REFUSED = re.compile(r"is not an accepted origin", re.IGNORECASE)
"""python-engineio, status 400."""
_AT_ONCE = 2_000_000_000
"""Ns within which one page opens its sessions."""
_SETTLED = 1_000_000_000
"""Ns after a handshake in which its client goes on, if it may."""
_FEWEST = 3
"""Events that sessions must have in common, by name or number, to be doing the same."""


def overlapping_polls(case: Case) -> Iterator[Draft]:
    """``overlapping_polls``: a poll answered 400 (500 by engine.io up to 6.4) with an empty body, begun while another
    request of its session and method was open. Source: engine.io ``polling.ts`` ("overlap from client").
    """
    view = case.view
    empty = case.polls & np.isin(view.whole("status"), (400, 500)) & ~view.given("data") & (view.key >= 0)
    for row in case.rows(empty):
        key, begun = int(view.key[row]), int(case.started[row])
        others = case.of(key, case.polls)
        others = others[(others != row) & (view.codes("type")[others] == view.codes("type")[row])]
        open_then = others[(case.started[others] < begun) & (view.time[others] >= begun)]
        if not len(open_then):
            continue
        other = int(open_then[-1])
        fields = {
            "sid": case.sid(key),
            "method": quote(case.text("type", row), 10),
            "first": clock(int(case.started[other])),
            "apart": took(begun - int(case.started[other])),
            "status": case.text("status", row),
        }
        yield Draft("overlapping_polls", begun, [other, row], fields, key, "overlap")


def origin_refused(case: Case) -> Iterator[Draft]:
    """``origin_refused``: python's 400 "... is not an accepted origin", or a handshake over polling with an Origin
    whose answer does not allow it, after which its client asked for nothing more; also a preflight (OPTIONS) whose
    answer does not allow it. Source: Fetch standard, CORS protocol; engine.io 4 and newer allow no origin by default.
    """
    view = case.view
    rows = case.rows(case.polls & view.given("headers"))
    for row in rows:
        said = case.text("data", row)
        headers = _headers(case, row)
        origin = headers["request"].get("origin", "")
        if not isinstance(origin, str) or not origin or _SAME.search(str(headers["request"].get("sec-fetch-site", ""))):
            continue
        answer = (
            _judged(case, row, headers, origin)
            if not _REFUSED.search(said[:400])
            else f"was answered {quote(said, 90)}"
        )
        if answer:
            host = urlsplit(case.text("url", row)).path
            fields = {"origin": quote(origin, 60), "url": quote(host, 60), "at": clock(case.time(row)), "said": answer}
            yield Draft("origin_refused", case.time(row), [row], fields, int(view.key[row]), origin)


_SAME = re.compile(r"^(same-origin|none)$")


def _judged(case: Case, row: int, headers: dict[str, dict[str, Any]], origin: str) -> str:
    """Why a browser does not hand on this answer; empty where it does, or where its client went on all the same."""
    allowed = headers["response"].get("access-control-allow-origin")
    status = case.cell("status", row)
    if status is None or (allowed in (origin, "*") and not (allowed == "*" and "cookie" in headers["request"])):
        return ""
    if case.text("type", row) != "OPTIONS" and (status >= 400 or _went_on(case, row)):
        return ""
    if allowed is None:
        return f"was answered {status} without Access-Control-Allow-Origin, and asked for nothing more"
    return f"was answered {status} with Access-Control-Allow-Origin {quote(allowed, 60)}, and asked for nothing more"


def _went_on(case: Case, row: int) -> bool:
    """Whether the session was used after its handshake, or the log ends too soon to tell."""
    view, key = case.view, int(case.view.key[row])
    if key < 0 or int(view.time.max()) - case.time(row) < _SETTLED:
        return True
    later = case.of(key)
    later = later[(later > row) & view.c2s[later]]
    return bool((view.codes("layer")[later] != view.code("layer", Layer.TCP)).any())


def _headers(case: Case, row: int) -> dict[str, dict[str, Any]]:
    """The headers of a request and of its answer."""
    try:
        found = json.loads(case.text("headers", row) or "{}")
    except (ValueError, RecursionError):
        found = {}
    parts = {name: found.get(name) if isinstance(found, dict) else None for name in ("request", "response")}
    return {name: part if isinstance(part, dict) else {} for name, part in parts.items()}


def duplicate_connections(case: Case) -> Iterator[Draft]:
    """``duplicate_connections``: sessions of one browser (address, user agent, cookie and referrer of the handshake),
    opened within 2 s, alive at the same time, that use the same events. Source: every ``io()`` with forceNew, or to
    another instance, is a session of its own; socket.io issue 3975.
    """
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    view = case.view
    first = view.first(view.given("headers") & (view.exchange() | view.of(Layer.WEBSOCKET, "open")))
    for key in np.flatnonzero(first >= 0).tolist():
        groups[_page(case, int(first[key]))].append(key)
    for page, keys in groups.items():
        if page[1].startswith("Mozilla"):
            yield from _doubles(case, keys)


def _page(case: Case, row: int) -> tuple[str, ...]:
    request = _headers(case, row)["request"]
    client = case.text("client", row).rpartition(":")[0]
    return client, *(str(request.get(name, "")) for name in ("user-agent", "cookie", "referer", "origin", "host"))


def _doubles(case: Case, keys: list[int]) -> Iterator[Draft]:
    view = case.view
    heard = [key for key in keys if case.opened[key] >= 0 and not case.ends.evidence.silent[key]]
    known = sorted(heard, key=lambda key: int(case.opened[key]))
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for key in known:
        alike[_events(case, key)].append(key)
    for events, same in alike.items():
        opened = view.time[case.opened[same]]
        near = [key for key, time in zip(same, opened.tolist(), strict=True) if time - opened[0] <= _AT_ONCE]
        until = case.ends.evidence.until[near]
        if len(near) > 1 and events and bool((until[:-1] > opened[: len(near)][1:]).all()):
            yield _double(case, near, events)


def _events(case: Case, key: int) -> tuple[Any, ...]:
    """The names of a session's events with their namespaces and directions."""
    view = case.view
    rows = case.of(key, case.named)
    names = {(case.text("namespace", r), case.text("event", r), bool(view.c2s[r])) for r in rows[:200].tolist()}
    return tuple(sorted(names))


def _double(case: Case, keys: list[int], events: tuple[Any, ...]) -> Draft:
    rows = [int(case.opened[key]) for key in keys]
    fields = {
        "client": quote(case.text("client", rows[0]).rpartition(":")[0], 40),
        "count": str(len(keys)),
        "within": took(case.time(rows[-1]) - case.time(rows[0])),
        "events": quote(named(list(dict.fromkeys(name for _, name, _ in events))), 80),
        "names": named([case.sid(key) for key in keys]),
    }
    return Draft("duplicate_connections", case.time(rows[0]), rows, fields, cause=tuple(keys))


def loss_at_switch(case: Case) -> Iterator[Draft]:
    """``loss_at_switch``: Socket.IO packets in a POST that was refused, behind the upgrade of their session, and not
    because its sid is unknown. Source: engine.io answers requests of another transport than the session's 400 code 3.
    """
    view = case.view
    upgrade = view.last(case.upgrades)
    lost = view.refused & view.socketio & view.polling & view.c2s & (view.key >= 0)
    lost &= (case.per_row(upgrade, NONE) >= 0) & (np.arange(view.rows) > case.per_row(upgrade, view.rows))
    first, counts, failed = view.first(lost), view.counts(lost), case.polls & ~case.answered
    for key in np.flatnonzero(first >= 0).tolist():
        row = int(first[key])
        posts = case.of(key, failed)
        posts = posts[view.codes("stream")[posts] == view.codes("stream")[row]]
        post = int(posts[0]) if len(posts) else NONE
        if SAID.search(case.text("data", post)[:400]):
            continue
        fields = {
            "sid": case.sid(key),
            "count": f"{plural(counts[key], 'packet')} ({_what(case, row)}) was"
            if counts[key] == 1
            else f"{plural(counts[key], 'packet')} (first {_what(case, row)}) were",
            "where": f"by POST {took(case.time(row) - case.time(int(upgrade[key])))} after the switch to WebSocket",
            "at": clock(case.time(row)),
            "fate": f"and refused ({case.text('status', post)})" if post >= 0 else "and refused",
        }
        yield Draft("loss_at_switch", case.time(row), [row, post, int(upgrade[key])], fields, key, "switch")


def _what(case: Case, row: int) -> str:
    event = quote(case.text("event", row), 30)
    return f'{case.text("type", row)} "{event}"' if event else case.text("type", row)
