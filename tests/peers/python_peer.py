"""python-socketio as a server (`server PORT`) or a client (`client URL TRANSPORT...`), which talks and ends."""

import asyncio
import sys
from typing import Any

import socketio
from aiohttp import web


def serve(port: int) -> None:
    """Answer events, ask for an ack, send bytes."""
    io = socketio.AsyncServer(async_mode="aiohttp", ping_interval=1, ping_timeout=20)
    app = web.Application()
    io.attach(app)

    @io.event
    async def say(sid: str, text: str, data: bytes) -> tuple[str, bytes]:
        await io.emit("said", {"text": text, "data": data}, to=sid, callback=lambda *_: None)
        return text.upper(), data

    async def ready(_: web.Application) -> None:
        print("ready", flush=True)

    app.on_startup.append(ready)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


async def talk(url: str, transports: list[str]) -> None:
    """Join two namespaces, call, hear the answers, leave."""
    heard = asyncio.Event()
    client = socketio.AsyncClient(reconnection=False, ssl_verify=False)

    @client.event
    async def said(data: dict[str, Any]) -> str:
        heard.set()
        return "heard"

    await client.connect(url, transports=transports, wait_timeout=20)
    for i in range(5):
        heard.clear()
        answer = await client.call("say", (f"näher {i}", bytes([i] * i)), timeout=20)
        assert list(answer) == [f"NÄHER {i}", bytes([i] * i)], answer
        await asyncio.wait_for(heard.wait(), 20)
    await asyncio.sleep(1.2)  # a heartbeat
    await client.disconnect()
    await asyncio.sleep(0.3)


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve(int(sys.argv[2]))
    else:
        asyncio.run(talk(sys.argv[2], sys.argv[3:]))
