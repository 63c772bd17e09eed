"""Heads of HTTP/1 messages (RFC 9112 sections 2 to 5), read as leniently as servers and clients read them."""

import re
from typing import NamedTuple

METHODS = rb"(?:GET|POST|OPTIONS|HEAD|PUT|DELETE|PATCH|CONNECT|TRACE)"

REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([^\r\n]*) HTTP/(1\.\d)[ \t]*\r?\n")
STATUS_LINE = re.compile(rb"HTTP/(1\.\d) +([1-5]\d\d)(?: ([^\r\n]*))?\r?\n")
"""Start lines where one is due."""

REQUEST_ANYWHERE = re.compile(METHODS + rb" [^ \r\n]+ HTTP/1\.[01]\r?\n")
STATUS_ANYWHERE = re.compile(rb"HTTP/1\.[01] [1-5]\d\d(?: [^\r\n]{0,200})?\r?\n")
"""Start lines that are believed wherever they stand; what matches here matches above as well."""

HEAD_END = re.compile(rb"\n\r?\n")


class Head(NamedTuple):
    """Start line and header fields.

    ``time`` (ns) and ``frame`` (packet) are those of its last byte, ``begun`` (ns) is of its first. A request has
    ``method`` and ``target``, a response ``status`` and ``reason``; the others are empty or 0. ``version`` is ``1.0``
    or ``1.1``. ``headers`` in the order sent, names in lower case, values as latin-1 text.
    """

    time: int
    frame: int
    begun: int
    method: str
    target: str
    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]

    def get(self, name: str) -> str | None:
        """Value of the field ``name`` (lower case), several joined by a comma and a space; None where there is none."""
        found = None
        for key, value in self.headers:
            if key == name:
                found = value if found is None else f"{found}, {value}"
        return found

    def tokens(self, name: str) -> list[str]:
        """Members of a comma-separated field, in lower case."""
        return [token.strip().lower() for token in (self.get(name) or "").split(",") if token.strip()]


class Span(NamedTuple):
    """When a head was sent: the moment of its last byte and the time of its first."""

    time: int
    frame: int
    begun: int


def request_head(raw: bytes, span: Span) -> Head:
    """The request head ``raw``, which begins with a line that `REQUEST_LINE` matches and ends with the empty line."""
    match = REQUEST_LINE.match(raw)
    assert match is not None
    method, target, version = (part.decode("latin-1") for part in match.groups())
    return Head(*span, method, target.strip(), 0, "", version, fields(raw[match.end() :]))


def response_head(raw: bytes, span: Span) -> Head:
    """The response head ``raw``, which begins with a line that `STATUS_LINE` matches and ends with the empty line."""
    match = STATUS_LINE.match(raw)
    assert match is not None
    version, status, reason = ((part or b"").decode("latin-1") for part in match.groups())
    return Head(*span, "", "", int(status), reason.strip(), version, fields(raw[match.end() :]))


def fields(raw: bytes) -> list[tuple[str, str]]:
    """Header fields; a line that begins with white space continues the one before, one without a colon is dropped."""
    found: list[tuple[str, list[str]]] = []
    for line in raw.decode("latin-1").split("\n"):
        if line[:1] in (" ", "\t"):
            if found and line.strip():
                found[-1][1].append(line.strip(" \t\r"))
            continue
        name, colon, value = line.partition(":")
        if colon:
            found.append((name.strip(" \t\r").lower(), [value.strip(" \t\r")]))
    return [(name, " ".join(parts)) for name, parts in found]


def wants_switch(head: Head) -> bool:
    """The request asks to go on as a WebSocket (RFC 6455 section 4.1) or in HTTP/2."""
    return "websocket" in head.tokens("upgrade") or asks_http2(head)


def asks_http2(head: Head) -> bool:
    """The request asks, or the answer agrees, to go on in HTTP/2 without TLS (RFC 7540 section 3.2)."""
    return "h2c" in head.tokens("upgrade")
