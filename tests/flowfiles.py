"""Flow files made by hand: tnetstrings as mitmproxy writes them, and flows as its reader gives them."""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.hars import EPOCH, SECOND

START = EPOCH / SECOND
POLL = b"/socket.io/?EIO=4&transport=polling&sid=S"
SOCKET = b"/socket.io/?EIO=4&transport=websocket&sid=S"


def mitmproxy() -> Any:
    """mitmproxy's own writer and test flows; without mitmproxy the test is skipped, in CI it fails."""
    try:
        from mitmproxy import io
        from mitmproxy.test import tflow
    except ImportError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"in CI this must not be missing: {error}")
        pytest.skip(str(error))
    return SimpleNamespace(io=io, tflow=tflow)


def dumps(value: Any) -> bytes:
    """A value as a tnetstring."""
    if value is None:
        return b"0:~"
    if isinstance(value, bool):
        return _framed(str(value).lower().encode(), b"!")
    if isinstance(value, int | float):
        return _framed(repr(value).encode(), b"#" if isinstance(value, int) else b"^")
    if isinstance(value, bytes | str):
        return _framed(value, b",") if isinstance(value, bytes) else _framed(value.encode(), b";")
    if isinstance(value, dict):
        return _framed(b"".join(dumps(k) + dumps(v) for k, v in value.items()), b"}")
    return _framed(b"".join(map(dumps, value)), b"]")


def _framed(data: bytes, kind: bytes) -> bytes:
    return b"%d:%b%b" % (len(data), data, kind)


class Reader:
    """Reads as mitmproxy's FlowReader does, as far as the file is concerned; a flow is its dumped bytes."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def stream(self) -> Iterator[bytes]:
        """Flow by flow; raises ValueError where there is none."""
        self._file.peek(4)
        while (mark := self._file.read(1)) != b"":
            size = b""
            while mark.isdigit():
                size, mark = size + mark, self._file.read(1)
            if mark != b":" or len(size) > 12:
                raise ValueError("not a tnetstring: missing or invalid length prefix")
            data = self._file.read(int(size))
            if self._file.read(1) != b"}" or b"broken" in data:
                raise ValueError("Invalid data format.")
            yield data


def state(name: str, size: int = 0) -> bytes:
    """Something like the state of a flow."""
    return dumps({"websocket": None, "id": name, "response": {"content": b"x" * size}})


def headers(*fields: tuple[str, str]) -> SimpleNamespace:
    """Header fields."""
    return SimpleNamespace(fields=tuple((name.encode(), value.encode()) for name, value in fields))


def request(
    path: bytes = POLL, method: bytes = b"GET", content: bytes | None = b"", at: float = 0, **more: Any
) -> SimpleNamespace:
    """A request that takes 1 ms, so many seconds after `START`."""
    values = {
        "method": method,
        "path": path,
        "authority": b"",
        "http_version": b"HTTP/1.1",
        "headers": headers(("Host", "h:1")),
    }
    data = SimpleNamespace(**values | more)
    times = {"timestamp_start": START + at, "timestamp_end": START + at + 0.001}
    return SimpleNamespace(data=data, raw_content=content, **times)


def response(status: int = 200, content: bytes | None = b"ok", at: float = 0.002, **more: Any) -> SimpleNamespace:
    """An answer that takes 1 ms."""
    values = {"http_version": b"HTTP/1.1", "status_code": status, "reason": b"OK", "headers": headers()}
    values |= {"timestamp_start": START + at, "timestamp_end": START + at + 0.001}
    return SimpleNamespace(data=SimpleNamespace(**values | more), status_code=status, raw_content=content)


def flow(asked: Any = None, answered: Any = None, websocket: Any = None, **more: Any) -> SimpleNamespace:
    """A flow."""
    client = SimpleNamespace(id="conn", peername=("10.0.0.9", 50000, 0, 0))
    server = SimpleNamespace(peername=("::1", 3000, 0, 0), address=("example.org", 3000))
    values = {"type": "http", "id": "flow", "client_conn": client, "server_conn": server, "error": None}
    return SimpleNamespace(
        **values | {"request": asked or request(), "response": answered, "websocket": websocket} | more
    )


def said(content: bytes, at: float, **more: Any) -> SimpleNamespace:
    """A WebSocket message, the client's text unless more is said."""
    values = {"from_client": True, "is_text": True, "dropped": False, "injected": False}
    return SimpleNamespace(content=content, timestamp=START + at, **values | more)


def socket(*messages: Any, **more: Any) -> SimpleNamespace:
    """The flow of a WebSocket."""
    values = {
        "messages": list(messages),
        "closed_by_client": None,
        "close_code": None,
        "close_reason": None,
        "timestamp_end": None,
    }
    return flow(request(SOCKET), response(101, b""), SimpleNamespace(**values | more))
