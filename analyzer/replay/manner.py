"""How a captured session used its transports, read from its rows: what a live session has to do alike."""

import json
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from analyzer.records import C2S, Layer, Row, Transport
from analyzer.replay.steps import Manner

_SOCKET = Layer.SOCKET.value
_OWN = {"EIO", "transport", "sid", "t", "b64", "j"}
"""Fields of the query that are Engine.IO's."""

_TRANSPORTS = {
    "accept",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "dnt",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "via",
    "x-real-ip",
}
"""Fields of a request that HTTP libraries, browsers and proxies set by themselves."""
_PREFIXES = (":", "sec-", "x-forwarded-")


def is_handshake(row: Row) -> bool:
    """Whether a row is the request that opened its session: Engine.IO without a sid."""
    asks = row.layer == Layer.HTTP or (row.layer == Layer.WEBSOCKET and row.type == "open")
    return asks and row.url is not None and "sid=" not in row.url


def of(rows: Sequence[Row]) -> Manner:
    """The manner of a session with these rows, which begin with its handshake."""
    first = next(row for row in rows if is_handshake(row))
    talk, apart = ([row for row in rows if (row.layer == _SOCKET) is socket] for socket in (True, False))
    query = parse_qsl(urlsplit(first.url or "").query, keep_blank_values=True, max_num_fields=1000)
    fields = dict(query)
    opened = next((row for row in apart if row.layer == Layer.WEBSOCKET and row.type == "open" and row.status), None)
    websocket = first.layer == Layer.WEBSOCKET
    upgraded = any(row.layer == Layer.ENGINE and row.type == "upgrade" and row.direction == C2S for row in apart)
    return Manner(
        revision=4 if first.engine == 4 else 3,
        transport=Transport.WEBSOCKET if websocket else Transport.POLLING,
        upgrade=upgraded and not websocket,
        path=urlsplit(first.url or "").path or "/socket.io/",
        query=tuple((name, value) for name, value in query if name not in _OWN),
        parser=_parser(talk, apart),
        base64=fields.get("b64") in ("1", "true"),
        jsonp="j" in fields,
        packed=any(row.type == "POST" and "octet-stream" in _headers(row).get("content-type", "") for row in apart),
        legacy=any(r.type == "CONNECT" and r.direction == C2S and r.raw == f"0{r.namespace}" for r in talk if r.raw),
        deflate=opened is not None
        and "permessage-deflate" in _headers(opened, "response").get("sec-websocket-extensions", ""),
        headers=tuple((name, value) for name, value in _headers(first).items() if not _by_itself(name)),
    )


def _by_itself(name: str) -> bool:
    return name in _TRANSPORTS or name.startswith(_PREFIXES)


def _headers(row: Row, side: str = "request") -> dict[str, str]:
    try:
        found = json.loads(row.headers or "{}").get(side, {})
    except (ValueError, AttributeError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def hosts(rows: Sequence[Row]) -> set[str]:
    """What the captured server was called: its address with the port, and the ``host`` of requests, with and without
    port.
    """
    found = {row.server for row in rows if row.server}
    for row in [row for row in rows if row.headers]:
        if host := _headers(row).get("host"):
            found |= {host.lower(), (urlsplit(f"//{host}").hostname or host).lower()}
    return found


def _parser(talk: Sequence[Row], apart: Sequence[Row]) -> str | None:
    """``talk`` are the rows of Socket.IO, ``apart`` all others."""
    if "msgpack" in {row.parser for row in talk}:
        return "msgpack"
    if any(row.raw.startswith("{") for row in talk if row.raw is not None):
        return "object"
    plain = any(row.layer == Layer.ENGINE and row.type == "message" and row.issue is None for row in apart)
    return None if plain and not talk else "json"
