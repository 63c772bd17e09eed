"""Rules about messages that are too large, or too many at once."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.findings.words import clock, quote
from analyzer.issues import Issue
from analyzer.records import Layer
from analyzer.tables.endings import CLIENT
from analyzer.tables.oversize import TOO_LARGE, TOO_LARGE_HTTP
from analyzer.tables.view import NONE, Bools, Ints
from analyzer.units import count, size

_BAD_REQUEST = 400
DECODED = 16
"""Packets that python-engineio decodes from one POST (``Payload.max_decode_packets``)."""

_SERVER = "Raise maxHttpBufferSize on the server (python: max_http_buffer_size), or send large data in pieces."
_PROXY = (
    "A proxy refused it, not the server: raise its limit (nginx client_max_body_size, which is 1 MB by default), then "
    "maxHttpBufferSize on the server; or send large data in pieces."
)


def payload_too_large(case: Case) -> Iterator[Draft]:
    """``payload_too_large``: a request answered 413, a WebSocket closed with 1009, or a POST over the advertised
    maxPayload that was answered 400 or never; where the server does not tell its limit, a POST never answered by a
    server that then does not know the session. Source: RFC 9110 (15.5.14), RFC 6455 (7.4.1), engine.io
    ``maxHttpBufferSize``; python-engineio answers 400 or drops the request.
    """
    view = case.view
    status = view.whole("status")
    large = view.exchange() & (status == TOO_LARGE_HTTP)
    closed = view.of(Layer.WEBSOCKET, "close") & (status == TOO_LARGE)
    over = np.nan_to_num(view.numbers("size")) > case.per_row(case.shakes.payload, np.inf)
    dropped = case.polls & over & (view.equal("issue", Issue.HTTP_NO_RESPONSE) | (status == _BAD_REQUEST))
    ended = np.arange(view.rows) == case.per_row(case.end_row, NONE)
    dropped |= view.equal("issue", Issue.HTTP_NO_RESPONSE) & ended & case.per_row(_too_large(case), False)
    echoed = closed & (np.arange(view.rows) != case.per_row(view.first(closed), NONE)) & (view.key >= 0)
    for row in case.rows((large | closed | dropped) & ~echoed):
        yield _large(case, row)


def _too_large(case: Case) -> Bools:
    """Sessions that ended for it."""
    return np.asarray(case.ends.cause == "payload_too_large", bool)


def _large(case: Case, row: int) -> Draft:
    view = case.view
    key = int(view.key[row])
    http = case.text("layer", row) == Layer.HTTP
    message = row if http else _before_close(case, key, row)
    told = case.cell("size", message) if message >= 0 else None
    limit = case.shakes.payload[key] if key >= 0 else np.nan
    status = case.cell("status", row)
    answer = f"it was answered {status}" if status is not None else "it was never answered"
    by_proxy = http and "<html" in case.text("data", row)[:200].lower()
    survived = key >= 0 and bool((case.of(key, case.polled) > row).any())
    gave_up = survived and bool(_too_large(case)[key]) and case.ends.by[key] == CLIENT
    fields = {
        "sid": case.sid(key),
        "what": f"{quote(case.text('type', row), 10)} body" if http else "WebSocket message",
        "size": size(told) if told is not None else "unknown size",
        "limit": f"the server's limit (maxPayload {size(limit)})"
        if np.isfinite(limit) and not by_proxy
        else "the limit",
        "end": (answer if http else f"the {_closer(case, row)} closed with 1009")
        + (_LEFT if gave_up else _LOST if survived else ", and the session ended"),
        "advice": _PROXY if by_proxy else _SERVER,
    }
    return Draft("payload_too_large", case.time(row), [message, row], fields, key, (http, by_proxy))


_LOST = ", and its packets are lost, the session lives on"
_LEFT = ", its packets are lost, and the client ended the session"


def _closer(case: Case, row: int) -> str:
    return "client" if case.view.c2s[row] else "server"


def _before_close(case: Case, key: int, row: int) -> int:
    """The last message before a close that the side which closed had been sent."""
    view = case.view
    rows = case.of(key, view.websocket)
    messages = rows[
        (rows < row) & (view.c2s[rows] != view.c2s[row]) & (view.codes("layer")[rows] != view.code("layer", Layer.TCP))
    ]
    return int(messages[-1]) if len(messages) else NONE


def too_many_packets(case: Case) -> Iterator[Draft]:
    """``too_many_packets``: a POST of more than 16 packets to a python server. The server is told by its handshake,
    which has pingTimeout before pingInterval where node has them the other way round. Source: python-engineio
    ``payload.py`` and issue 142.
    """
    view = case.view
    sent = np.flatnonzero((view.socketio | view.engineio) & view.c2s & view.polling & (view.key >= 0))
    python = _python(case)
    sent = sent[python[view.key[sent]]]
    places = np.stack((view.key[sent], view.codes("stream")[sent], view.time[sent]))
    _, first, place = np.unique(places, axis=1, return_index=True, return_inverse=True)
    counts = np.bincount(place.reshape(-1), _parts(case, sent), len(first)).astype(np.int64)
    for i in np.flatnonzero(counts > DECODED).tolist():
        row = int(sent[first[i]])
        yield _many(case, row, int(counts[i]))


def _parts(case: Case, rows: Ints) -> Ints:
    """How many Engine.IO packets each row stands for: itself and its attachments."""
    attached = case.view.values("attachments", rows)
    return np.array([1 + len(parts or ()) for parts in attached], np.int64)


def _python(case: Case) -> Bools:
    """Sessions whose handshake has the members in the order of python-engineio."""
    texts = case.view.values("data", case.opened)
    found = [isinstance(text, str) and 0 <= text.find('"pingTimeout"') < text.find('"pingInterval"') for text in texts]
    return np.array(found, bool)


def _many(case: Case, row: int, packets: int) -> Draft:
    view = case.view
    key = int(view.key[row])
    posts = case.of(key, case.polls)
    posts = posts[(view.time[posts] >= case.time(row)) & (view.codes("stream")[posts] == view.codes("stream")[row])]
    post = int(posts[0]) if len(posts) else NONE
    fields = {
        "sid": case.sid(key),
        "at": clock(case.time(row)),
        "count": count(packets),
        "limit": str(DECODED),
        "status": case.text("status", post) or "200",
    }
    return Draft("too_many_packets", case.time(row), [row, post], fields, key, "many")
