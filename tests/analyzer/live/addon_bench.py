"""The addon that records in mitmproxy's test bench, and flows for it."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from analyzer.records import Row
from tests.flowfiles import mitmproxy

OPEN = b'0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
PATH = "/x/?EIO=4&transport=websocket"
Steps = Callable[[Any, Any], Coroutine[Any, Any, None]]


def run(steps: Steps, takers: Any = None, **options: Any) -> list[Row]:
    """Run steps with the addon and mitmproxy's test context; what takers were given."""
    mitmproxy()
    from mitmproxy.test import taddons

    from analyzer.live.addon import SioscopeAddon

    printed: list[Row] = []
    more = {"takers": [printed.extend]} if takers is None else {"takers": takers}

    async def main() -> None:
        addon = SioscopeAddon(**more)
        with taddons.context(addon) as bench:
            bench.configure(addon, **options)
            await steps(addon, bench)

    asyncio.run(main())
    return printed


def websocket(*texts: tuple[bool, bytes]) -> Any:
    """A flow of a WebSocket: who said what."""
    tflow = mitmproxy().tflow
    flow = tflow.twebsocketflow(messages=False)
    flow.request.path = PATH
    flow.websocket.messages.clear()
    return flow


def said(addon: Any, flow: Any, text: bytes, *, client: bool = False) -> Any:
    """A message passes."""
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.frame_protocol import Opcode

    message = WebSocketMessage(Opcode.TEXT, client, text)
    flow.websocket.messages.append(message)
    addon.websocket_message(flow)
    return message


def opened(addon: Any) -> Any:
    """A WebSocket with a session."""
    flow = websocket()
    addon.client_connected(flow.client_conn)
    addon.request(flow)
    addon.response(flow)
    addon.websocket_start(flow)
    said(addon, flow, OPEN)
    said(addon, flow, b"40", client=True)
    return flow


def lines(path: Path) -> list[dict[str, Any]]:
    """A log."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


async def until(path: Path, count: int) -> list[dict[str, Any]]:
    """The log, once it has so many rows."""
    for _ in range(2000):
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return lines(path)
        await asyncio.sleep(0.01)
    raise AssertionError(path.read_bytes() if path.exists() else "no log")
