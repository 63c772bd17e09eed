"""Rules about packets that break the protocol."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, quote, took
from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.offences import CODES, RESERVED, offences
from analyzer.tables.view import NONE, Bools
from analyzer.text import elide

_PARTS = (Issue.SIO_ATTACHMENT_MISSING, Issue.SIO_ATTACHMENT_SURPLUS)
_ANSWER = 2_000_000_000
"""Ns within which a close is taken for the answer to a packet."""


def attachment_missing(case: Case) -> Iterator[Draft]:
    """``attachment_missing``: a row with issue ``sio_attachment_missing`` or ``sio_attachment_surplus``, in a session
    of which nothing is missing and whose start was captured; not where the session merely ended before they came.
    Source: socket.io-protocol (attachments follow their header), socket.io-parser ``BinaryReconstructor``.
    """
    view = case.view
    rows = np.flatnonzero(view.among("issue", _PARTS) & (view.key >= 0) & ~_unreliable(case))
    seen: set[int] = set()
    for row in rows.tolist():
        key = int(view.key[row])
        if key in seen or _unfinished(case, key, row):
            continue
        seen.add(key)
        side = "client" if view.c2s[row] else "server"
        said = quote(case.text("detail", row), 160)
        end, closed = _answered(case, key, row)
        what = f"the {side} at {clock(case.time(row))}: {said}{closed}"
        yield Draft("attachment_missing", case.time(row), [row, end], {"sid": case.sid(key), "what": what}, key, side)


def _unfinished(case: Case, key: int, row: int) -> bool:
    """Whether attachments are missing only because the session ended in the middle of a packet."""
    view = case.view
    if case.text("issue", row) != Issue.SIO_ATTACHMENT_MISSING:
        return False
    later = case.of(key, case.from_client if view.c2s[row] else case.from_server)
    cut = case.ends.cause[key] in ("transport_cut", None)
    return bool(cut and not (later > row).any())


def protocol_error(case: Case) -> Iterator[Draft]:
    """``protocol_error``: a packet or frame with an issue that no peer accepts, or one the other side closed for within
    2 s (a namespace that was not joined, a second CONNECT). Not behind a hole of the capture, nor where the session's
    start is missing. Source: `analyzer.tables.offences`; engine.io and socket.io close with "parse error" or "forced
    close" and say nothing on the wire.
    """
    view = case.view
    wrong = offences(view, case.left) & ~view.among("issue", _PARTS) & ~_unreliable(case)
    wrong &= ~_cut_off(case)
    wrong &= ~(case.pings | view.engine("pong"))
    coded = view.among("issue", CODES)
    first = view.first(wrong & (coded | _closed_for(case, wrong)))
    for key in np.flatnonzero(first >= 0).tolist():
        yield _offence(case, key, int(first[key]))


def _cut_off(case: Case) -> Bools:
    """Rows on connections of which a request or its answer was not whole."""
    view = case.view
    broken = view.exchange() & view.among("issue", (Issue.HTTP_BODY_CUT, Issue.HTTP_NO_RESPONSE, Issue.HTTP_BODY_LIMIT))
    found: Bools = view.polling & np.isin(view.codes("stream"), np.unique(view.codes("stream")[broken]))
    return found


def _closed_for(case: Case, wrong: Bools) -> Bools:
    """Rows after which the other side ended the session at once, for breaking the protocol."""
    ended = case.per_row(case.ends.evidence.closed, 0)
    cause = case.per_row(np.asarray(case.ends.cause == "protocol_error", bool), False)
    found: Bools = wrong & cause & (ended - case.view.time <= _ANSWER)
    return found


def _unreliable(case: Case) -> Bools:
    """Rows of sessions with holes, or that began before the capture."""
    found: Bools = case.per_row(case.holed | (case.opened < 0), False)
    return found


def _offence(case: Case, key: int, row: int) -> Draft:
    view = case.view
    side = "client" if view.c2s[row] else "server"
    sent = _sent(case, row)
    end, closed = _answered(case, key, row)
    fields = {
        "sid": case.sid(key),
        "side": side,
        "quote": elide(sent, 60) or "bytes",
        "quoted": elide(sent, 30).replace("'", ""),
        "at": clock(case.time(row)),
        "why": quote(case.text("detail", row), 140) or _unjoined(case, row),
        "end": closed.removeprefix(", and ") or "the session went on",
    }
    return Draft("protocol_error", case.time(row), [row, end], fields, key, (side, case.text("issue", row)))


def _sent(case: Case, row: int) -> str:
    """What was sent, as far as the row has it."""
    if case.text("layer", row) == Layer.SOCKET:
        return " ".join(case.text(name, row) for name in ("type", "namespace", "event")).strip()
    return case.text("data", row)


def _unjoined(case: Case, row: int) -> str:
    space = quote(case.text("namespace", row), 40)
    kind = case.text("type", row)
    if kind == "CONNECT":
        return f"a second CONNECT to {space}"
    if case.text("event", row) in RESERVED:
        return "no event may have a reserved name"
    if kind.startswith("BINARY") and not case.cell("attachments", row):
        return "a binary packet without attachments"
    return "only servers send it" if kind == "CONNECT_ERROR" else f"the client had not joined {space}"


def _answered(case: Case, key: int, row: int) -> tuple[int, str]:
    """The end of the session where it follows at once, and that in words."""
    end = int(case.end_row[key]) if key >= 0 else NONE
    if end < row or case.time(end) - case.time(row) > _ANSWER:
        return NONE, ""
    return end, f", and the {case.ends.by[key]} closed the session {took(case.time(end) - case.time(row))} later"
