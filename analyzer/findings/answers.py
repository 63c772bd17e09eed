"""Rules about acknowledgements."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import quote, took
from analyzer.tables.acks import pairs
from analyzer.tables.view import NONE, Ints
from analyzer.units import count

PATIENCE = 1_000_000_000
"""Ns that an answer may take at least."""
_LONGER = 5
"""How many times the slowest answer of the log is waited for."""
_NAMED = 5


def ack_unanswered(case: Case) -> Iterator[Draft]:
    """``ack_unanswered``: an event with an id, no ACK with that id, although the side that was asked went on sending
    for longer than a second, and five times the slowest answer in the log, and no packet of the session is missing; a
    finding a namespace, event and direction. Source: socket.io-protocol (an id may be answered once, or never);
    `analyzer.tables.acks` for the pairing.
    """
    view = case.view
    request, answer = pairs(view)
    if not (answer < 0).any():
        return
    latency = (view.time[answer] - view.time[request])[answer >= 0]
    patience = max(PATIENCE, _LONGER * int(latency.max(initial=0)))
    open_ = request[(answer < 0) & ~case.holed[view.key[request]]]
    heard = view.times(np.where(view.c2s[open_], _last(case, open_, False), _last(case, open_, True)))
    left = heard - view.time[open_] > patience
    table = pd.DataFrame({"row": open_[left], "lived": (heard - view.time[open_])[left]})
    for name in ("namespace", "event", "direction"):
        table[name] = view.codes(name)[table["row"].to_numpy(np.int64)]
    for _, some in table.groupby(["namespace", "event", "direction"], sort=False):
        yield _finding(case, some["row"].to_numpy(np.int64), int(some["lived"].max()))


def _last(case: Case, rows: Ints, by_client: bool) -> Ints:
    """The last packet of a side in the session of each row."""
    return case.view.last(case.from_client if by_client else case.from_server)[case.view.key[rows]]


def _finding(case: Case, rows: Ints, lived: int) -> Draft:
    view = case.view
    row, keys = int(rows[0]), np.unique(view.key[rows])
    client = bool(view.c2s[row])
    ids = ", ".join(case.text("ack_id", int(each)) for each in rows[:_NAMED])
    space = case.text("namespace", row)
    alike = int(np.sum(view.equal("event", case.text("event", row)) & view.given("ack_id")))
    fields = {
        "who": f"{'The client' if client else 'The server'} of {case.sid(int(keys[0]))}"
        if len(keys) == 1
        else f"{'Clients' if client else 'The server'} in {len(keys)} sessions",
        "event": quote(case.text("event", row), 40),
        "namespace": f" in {quote(space, 40)}" if space != "/" else "",
        "ids": f"id {ids}"
        if len(rows) == 1
        else f"{count(len(rows))} times: ids {ids}{', ...' if len(rows) > _NAMED else ''}",
        "after": took(lived),
        "others": f"; {count(alike - len(rows))} others of this event were answered" if alike > len(rows) else "",
        "other": "server" if client else "client",
    }
    key = int(keys[0]) if len(keys) == 1 else NONE
    cause = (fields["event"], space, client)
    return Draft("ack_unanswered", case.time(row), rows[:_NAMED].tolist(), fields, key, cause)
