"""Field sections of HTTP/2 as heads (RFC 9113 section 8.3): what HTTP/1 says in the first line is in pseudo fields."""

from analyzer.wire.http2_known import Field, Section
from analyzer.wire.http_head import Head, Span

VERSION = "2"

_new = tuple.__new__


def request_head(fields: list[Field], span: Span) -> Head | None:
    """The head of a request; None where method or path are not (or no longer) known.

    ``host`` comes first and is the authority; ``:scheme`` and ``:protocol`` stay as they are. A CONNECT without a path
    has the authority as its target. Heads of a known form share their ``headers``.
    """
    if fields.__class__ is not Section:
        return _request_head(fields, span)
    form, target = fields.form, fields.target
    head = form.request
    if head is None:
        head = form.request = _request_head(fields, span)
    if head is None:
        return None
    if target is None:
        target = head.target
    return _new(Head, (*span, head.method, target, 0, "", VERSION, head.headers))


def _request_head(fields: list[Field], span: Span) -> Head | None:
    pseudo, headers, names = _divided(fields)
    method, target, host = pseudo.get(":method"), pseudo.get(":path"), pseudo.get(":authority")
    if method == "CONNECT" and target is None and ":protocol" not in pseudo:
        target = host
    if method is None or target is None:
        return None
    headers[:0] = [(name, pseudo[name]) for name in (":scheme", ":protocol") if name in pseudo]
    if host is not None and "host" not in names:
        headers.insert(0, ("host", host))
    return _new(Head, (*span, method, target, 0, "", VERSION, headers))


def response_head(fields: list[Field], span: Span) -> Head | None:
    """The head of an answer; None without a status: trailers, or a head of which too much is not known.

    Heads of a known form share their ``headers``.
    """
    if fields.__class__ is not Section:
        return _response_head(fields, span)
    head = fields.form.response
    if head is None:
        head = fields.form.response = _response_head(fields, span)
    return None if head is None else _new(Head, (*span, "", "", head.status, "", VERSION, head.headers))


def _response_head(fields: list[Field], span: Span) -> Head | None:
    pseudo, headers, _ = _divided(fields)
    status = pseudo.get(":status", "")
    if len(status) != 3 or not status.isascii() or not status.isdigit():
        return None
    return _new(Head, (*span, "", "", int(status), "", VERSION, headers))


def asks_websocket(head: Head) -> bool:
    """Extended CONNECT for a WebSocket (RFC 8441 section 4)."""
    return head.method == "CONNECT" and head.get(":protocol") == "websocket"


def _divided(fields: list[Field]) -> tuple[dict[str, str], list[Field], list[str]]:
    """The pseudo fields, which come first, all others, and the names of these."""
    first = 0
    for name, _ in fields:
        if name[:1] != ":":
            break
        first += 1
    pseudo, headers = fields[:first], fields[first:]
    names = [name for name, _ in headers]
    if "?" in names:  # behind a hole: pseudo fields may stand between those that are not known
        pseudo += [field for field in headers if field[0][:1] == ":"]
        headers = [field for field in headers if field[0][:1] != ":"]
    if names.count("cookie") > 1:
        headers = _one_cookie(headers)
    return dict(pseudo), headers, names


def _one_cookie(headers: list[Field]) -> list[Field]:
    """A cookie's parts put together again (RFC 9113 section 8.2.3), where the first one is."""
    whole = ("cookie", "; ".join(value for name, value in headers if name == "cookie"))
    at = next(i for i, field in enumerate(headers) if field[0] == "cookie")
    return [*headers[:at], whole, *(field for field in headers[at:] if field[0] != "cookie")]
