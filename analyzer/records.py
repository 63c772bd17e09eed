"""The log's row: its columns, their types and the enumerations used in them. One row is one thing that happened.

The contract of the log is `COLUMNS`; ``SCHEMA`` is its version. A row travels as the named tuple `Row` (cheap to make a
million times), is stored column by column as Arrow, and is analysed as a pandas DataFrame.
"""

from enum import StrEnum
from typing import NamedTuple

SCHEMA = 1
"""Version of the log's columns; `analyzer.store.migrate` has one function per step."""

COLUMNS: dict[str, str] = {
    "time": "timestamp",
    "source": "string",
    "frame": "int64",
    "stream": "int64",
    "client": "string",
    "server": "string",
    "session": "string",
    "transport": "string",
    "direction": "string",
    "engine": "int8",
    "layer": "string",
    "type": "string",
    "namespace": "string",
    "parser": "string",
    "event": "string",
    "ack_id": "int64",
    "data": "string",
    "attachments": "binaries",
    "raw": "string",
    "size": "int64",
    "wire_size": "int64",
    "status": "int16",
    "url": "string",
    "duration": "float64",
    "headers": "string",
    "issue": "string",
    "detail": "string",
}
"""Column name to kind: ``timestamp`` is ns since 1970 UTC, ``binaries`` a list of byte strings."""


class Layer(StrEnum):
    """Where in the stack a row was seen."""

    CAPTURE = "capture"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    WEBSOCKET = "websocket"
    ENGINE = "engine.io"
    SOCKET = "socket.io"


class Transport(StrEnum):
    """What carried a packet."""

    POLLING = "polling"
    WEBSOCKET = "websocket"
    WEBTRANSPORT = "webtransport"


C2S = "c2s"
"""Direction client to server."""
S2C = "s2c"
"""Direction server to client."""


class Row(NamedTuple):
    """One row of the log; `COLUMNS` and the README say what each column means. Times are ns since 1970 UTC."""

    time: int
    source: str | None = None
    frame: int | None = None
    stream: int | None = None
    client: str | None = None
    server: str | None = None
    session: str | None = None
    transport: str | None = None
    direction: str | None = None
    engine: int | None = None
    layer: str = Layer.CAPTURE
    type: str | None = None
    namespace: str | None = None
    parser: str | None = None
    event: str | None = None
    ack_id: int | None = None
    data: str | None = None
    attachments: list[bytes] | None = None
    raw: str | None = None
    size: int | None = None
    wire_size: int | None = None
    status: int | None = None
    url: str | None = None
    duration: float | None = None
    headers: str | None = None
    issue: str | None = None
    detail: str | None = None
