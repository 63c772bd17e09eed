"""Made-up sessions as rows of the log, and the other side of a live one."""

import json
from typing import Any

from analyzer.records import C2S, S2C, Row

MS = 1_000_000
START = 1_700_000_000_000 * MS
URL = "/socket.io/?EIO=4&transport=websocket"


def row(ms: float, direction: str, layer: str, kind: str | None, **columns: Any) -> Row:
    """A row of the session ``s``, ``ms`` milliseconds after `START`; a Socket.IO packet's namespace defaults to /."""
    if layer == "socket.io":
        columns = {"namespace": "/", "parser": "json"} | columns
    columns = {"session": "s", "transport": "websocket", "engine": 4, "server": "10.0.0.1:3000", "stream": 0} | columns
    return Row(START + int(ms * MS), layer=layer, type=kind, direction=direction, **columns)


def opening(engine: int = 4, **columns: Any) -> list[Row]:
    """The first rows of a session over WebSocket alone: the request, and the open packet."""
    url = URL if engine == 4 else URL.replace("EIO=4", "EIO=3")
    data = json.dumps({"sid": columns.get("session", "s"), "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000})
    return [
        row(1, C2S, "websocket", "open", status=101, url=url, duration=0.001, engine=engine, **columns),
        row(2, S2C, "engine.io", "open", data=data, engine=engine, **columns),
    ]


def sent(ms: float, kind: str, **columns: Any) -> Row:
    """A Socket.IO packet of the client."""
    return row(ms, C2S, "socket.io", kind, **columns)


def said(ms: float, kind: str, **columns: Any) -> Row:
    """A Socket.IO packet of the server."""
    return row(ms, S2C, "socket.io", kind, **columns)


def bye(ms: float, direction: str = C2S, **columns: Any) -> Row:
    """The close of the WebSocket."""
    return row(ms, direction, "websocket", "close", status=1005, **columns)


def shop(order: str = "o-4711") -> list[Row]:
    """A session that orders something: the server gives the id of the order, the client uses it."""
    return [
        *opening(),
        sent(3, "CONNECT", data='{"token":"abc","lang":"fr"}'),
        said(4, "CONNECT", data='{"sid":"x"}'),
        said(5, "EVENT", event="welcome", data='["hello"]'),
        sent(15, "EVENT", event="order", ack_id=0, data='[{"item":"tea"}]'),
        said(25, "ACK", ack_id=0, data=f'[{{"order":"{order}","total":3}}]'),
        sent(45, "EVENT", event="pay", ack_id=1, data=f'["{order}",3]'),
        said(55, "ACK", ack_id=1, data='["ok"]'),
        said(60, "EVENT", event="paid", data=f'[{{"id":"{order}"}}]'),
        said(65, "EVENT", event="ask", ack_id=7, data='["happy?"]'),
        sent(75, "ACK", ack_id=7, data='["yes"]'),
        bye(95),
    ]
