"""What a replay is measured against: python-socketio clients that send messages and wait for their acks.

argv: port, clients, messages of each, seconds between two (0: as fast as acks come).
"""

from __future__ import annotations

import asyncio
import sys

import socketio


async def client(port: int, number: int, messages: int, gap: float, clients: int) -> None:
    """One client, begun at its share of a second."""
    await asyncio.sleep(number / clients)
    talk = socketio.AsyncClient(reconnection=False)
    await talk.connect(f"http://127.0.0.1:{port}", transports=["websocket"])
    loop = asyncio.get_running_loop()
    due = loop.time()
    for i in range(messages):
        await talk.call("message", (i, "hello world, hello world"))
        due += gap
        await asyncio.sleep(max(0.0, due - loop.time()) if gap else 0)
    await talk.disconnect()


async def main() -> None:
    """All of them at once."""
    port, clients, messages = (int(word) for word in sys.argv[1:4])
    await asyncio.gather(*(client(port, i, messages, float(sys.argv[4]), clients) for i in range(clients)))


asyncio.run(main())
