"""How a captured session used its transports, read from its rows: what a live session has to do alike."""

import json
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from analyzer.records import C2S, Layer, Row, Transport
from analyzer.replay.steps import Manner

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
    query = parse_qsl(urlsplit(first.url or "").query, keep_blank_values=True, max_num_fields=1000)
    fields = dict(query)
    opened = next((row for row in rows if row.layer == Layer.WEBSOCKET and row.type == "open" and row.status), None)
    websocket = first.layer == Layer.WEBSOCKET
    upgraded = any(row.layer == Layer.ENGINE and row.type == "upgrade" and row.direction == C2S for row in rows)
    return Manner(
        revision=4 if first.engine == 4 else 3,
        transport=Transport.WEBSOCKET if websocket else Transport.POLLING,
        upgrade=upgraded and not websocket,
        path=urlsplit(first.url or "").path or "/socket.io/",
        query=tuple((name, value) for name, value in query if name not in _OWN),
        parser=_parser(rows),
        base64=fields.get("b64") in ("1", "true"),
        jsonp="j" in fields,
        packed=any(row.type == "POST" and "octet-stream" in _headers(row).get("content-type", "") for row in rows),
        legacy=any(r.type == "CONNECT" and r.direction == C2S and r.raw == f"0{r.namespace}" for r in rows),
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
    for row in rows:
        if row.headers and (host := _headers(row).get("host")):
            found |= {host.lower(), (urlsplit(f"//{host}").hostname or host).lower()}
    return found


def _parser(rows: Sequence[Row]) -> str | None:
    talk = [row for row in rows if row.layer == Layer.SOCKET]
    if any(row.parser == "msgpack" for row in talk):
        return "msgpack"
    if any(row.raw is not None and row.raw.startswith("{") for row in talk):
        return "object"
    plain = any(row.layer == Layer.ENGINE and row.type == "message" and row.issue is None for row in rows)
    return None if plain and not talk else "json"
