"""One HAR entry as an HTTP exchange, with the WebSocket messages behind it."""

import re
from typing import Any, NamedTuple

from analyzer.issues import Issue
from analyzer.sources import har_content, har_messages, har_times, loose
from analyzer.sources.har_content import Content
from analyzer.sources.har_messages import Talk
from analyzer.sources.har_times import Times
from analyzer.sources.seen import Seen, Terms
from analyzer.wire.events import Exchange
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

Fields = list[tuple[str, str]]
_NO_BODY = frozenset((204, 304))
_DEFLATE = "permessage-deflate"
_UNSENT = re.compile(
    "CONNECTION_(REFUSED|FAILED|TIMED_OUT)|UNKNOWN_HOST|NAME_(NOT_RESOLVED|RESOLUTION_FAILED)|ADDRESS_(UNREACHABLE|INVALID)"
    "|INTERNET_DISCONNECTED|BLOCKED_BY|CERT_|SSL_|UNSAFE_PORT|ACCESS_DENIED"
)
"""Errors of requests that never left the browser."""


class Entry(NamedTuple):
    """What is needed to read an entry: the ``json`` itself, its ``start`` (ns), its ``place`` as `Seen.place` has it,
    the file's ``writer``.
    """

    json: Any
    url: str
    start: int
    place: int
    writer: str

    @property
    def status(self) -> int | None:
        """Status of the answer, None where there is none: browsers write 0 or -1 then."""
        found = loose.integer(self.json, "response", "status")
        return found if found is not None and 100 <= found <= 599 else None

    @property
    def failure(self) -> str:
        """What the writer says of a request that was not answered; empty where it says nothing."""
        response = loose.member(self.json, "response")
        return loose.text(response, "_error") or loose.text(response, "_failureText") or ""

    @property
    def upgraded(self) -> bool:
        """Whether it became a WebSocket, by HTTP/1.1 or by HTTP/2, where the status is 200 (RFC 8441 section 5)."""
        websocket = loose.text(self.json, "_resourceType") == "websocket"
        return self.status == 101 or (websocket and self.status == 200) or any(har_messages.records(self.json))


def read(entry: Entry, terms: Terms) -> tuple[Seen, Talk]:
    """The exchange, and what was read of its WebSocket's messages."""
    times = har_times.times(entry.json, entry.start, entry.writer)
    head = _asking(entry, times, terms.frame)
    exchange = Exchange(head, wanted=terms.wanted(head))
    seen = Seen(times.begun, entry.place, times.asked, times.ended, exchange, upgraded=entry.upgraded)
    talk = Talk([], 0, 0, 0)
    if not exchange.wanted:
        exchange.head = head._replace(headers=[])
    elif entry.upgraded:
        talk = _websocket(entry, seen, times, terms)
    else:
        _plain(entry, seen, times, terms)
    return seen, talk


def _websocket(entry: Entry, seen: Seen, times: Times, terms: Terms) -> Talk:
    """When the 101 came few writers tell: Chrome counts a WebSocket's whole life as waiting for it, Playwright gives no
    phases. It was before the first message, and with Engine.IO not long before.
    """
    opened = min([times.answered, *har_messages.times(entry.json)])
    assert seen.exchange.head is not None
    begun, asked = min(times.begun, opened), min(times.asked, opened)
    seen.begun, seen.asked, seen.ended = begun, asked, opened
    seen.exchange.head = seen.exchange.head._replace(time=asked, begun=begun)
    fields = _fields(entry.json, "response")
    if entry.status is not None:
        seen.exchange.answer = _answering(entry, opened, opened, terms.frame)
    deflate = not fields or any(name == "sec-websocket-extensions" and _DEFLATE in value for name, value in fields)
    talk = har_messages.read(entry.json, opened, terms.frame, terms.limits, deflate=deflate)
    seen.messages = talk.messages
    return talk


def _plain(entry: Entry, seen: Seen, times: Times, terms: Terms) -> None:
    exchange, frame = seen.exchange, terms.frame
    assert exchange.head is not None
    sent = har_content.request(entry.json, entry.writer).within(terms.limits.message, Issue.HTTP_BODY_LIMIT)
    kind = loose.text(entry.json, "request", "postData", "mimeType")
    head = exchange.head._replace(headers=_with_type(exchange.head.headers, kind))
    exchange.request = _message(head, sent, None if sent.issue else len(sent.data), times.asked, frame)
    if entry.status is None:
        seen.failed = bool(entry.failure)
        if _UNSENT.search(entry.failure):
            exchange.request = None
        return
    exchange.answer = _answering(entry, times.answered, times.ended, frame)
    got = Content(b"")
    if entry.status not in _NO_BODY and head.method != "HEAD":
        got = har_content.response(entry.json, entry.writer).within(terms.limits.inflated, Issue.HTTP_BODY_LIMIT)
    # the content is given unpacked, so the head that goes with it must not say that it is packed
    fields = [(name, value) for name, value in exchange.answer.headers if name != "content-encoding"]
    fields = _with_type(fields, loose.text(entry.json, "response", "content", "mimeType"))
    wire_size = _wire_size(exchange.answer, got)
    exchange.response = _message(exchange.answer._replace(headers=fields), got, wire_size, times.ended, frame)


def _message(head: Head, content: Content, wire_size: int | None, time: int, frame: int) -> HttpMessage:
    data, issue, detail = content
    return HttpMessage(head, data, wire_size, time, frame, issue, detail, complete=issue is None)


def _wire_size(head: Head, content: Content) -> int | None:
    """Bytes of the answer's body as sent; None where that is not known: ``bodySize`` counts chunk framing as well."""
    length = head.get("content-length") or ""
    if length.isascii() and length.isdigit() and len(length) < 16:
        return int(length)
    return len(content.data) if content.issue is None and head.get("content-encoding") in (None, "identity") else None


def _asking(entry: Entry, times: Times, frame: int) -> Head:
    method = (loose.text(entry.json, "request", "method") or "GET").upper()
    version = _version(entry.json, "request")
    return Head(times.asked, frame, times.begun, method, entry.url, 0, "", version, _fields(entry.json, "request"))


def _answering(entry: Entry, begun: int, time: int, frame: int) -> Head:
    reason = loose.text(entry.json, "response", "statusText") or ""
    version, fields = _version(entry.json, "response"), _fields(entry.json, "response")
    return Head(time, frame, begun, "", "", entry.status or 0, reason, version, fields)


def _version(entry: Any, side: str) -> str:
    return (loose.text(entry, side, "httpVersion") or "").lower().removeprefix("http/").removeprefix("h")


def _fields(entry: Any, side: str) -> Fields:
    """Header fields, names in lower case; of those of HTTP/2 that stand for the start line, the host only."""
    fields = [(name.lower(), value) for name, value in loose.pairs(entry, side, "headers")]
    host = [("host", value) for name, value in fields if name == ":authority"]
    return host + [(name, value) for name, value in fields if not name.startswith(":")]


def _with_type(fields: Fields, kind: str | None) -> Fields:
    """The fields, with the content type that the HAR gives elsewhere where they name none."""
    if not kind or any(name == "content-type" for name, _ in fields):
        return fields
    return [*fields, ("content-type", kind)]
