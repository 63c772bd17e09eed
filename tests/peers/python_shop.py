"""What shop.js is, of python-socketio: what differs from run to run, and changes to it. argv: port, change."""

from __future__ import annotations

import asyncio
import random
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import socketio
from aiohttp import web


class Shop:
    """The handlers of a server; ``change`` is what it does otherwise than before."""

    def __init__(self, io: socketio.AsyncServer, change: str) -> None:
        self._io, self._change = io, change
        self._orders = 10_000 + random.randrange(1_000_000)
        self._later: set[asyncio.Task[None]] = set()
        for handler in (self.connect, self.join, self.order, self.pay, self.file, self.fail, self.ask):
            io.on(handler.__name__, handler)
        io.on("connect", self.refuse, namespace="/admin")

    async def connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Times and an id."""
        day = datetime.now(UTC).isoformat()
        welcome = {"at": int(time.time() * 1000), "day": day, "session": str(uuid.uuid4())}
        await self._io.emit("welcome", welcome, to=sid)

    async def refuse(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Nobody may join."""
        raise socketio.exceptions.ConnectionRefusedError("not allowed")

    async def join(self, sid: str, room: str) -> dict[str, Any]:
        """A room, told to all who are in it."""
        await self._io.enter_room(sid, room)
        name = "arrived" if self._change == "renamed" else "joined"
        await self._io.emit(name, {"room": room, "who": sid}, room=room)
        return {"room": room}

    async def order(self, sid: str, item: str) -> dict[str, Any]:
        """An id of the server's own."""
        self._orders += 1
        answer: dict[str, Any] = {"id": self._orders, "item": item, "hash": uuid.uuid4().hex}
        if self._change == "moved":
            answer = {"order": {"id": self._orders}, "item": item}
        if self._change == "dropped":
            del answer["item"]
        await asyncio.sleep(0.4 if self._change == "slower" else 0.015)
        return answer

    async def pay(self, sid: str, number: int) -> Any:
        """Three events in any order."""
        for name in ("stock", "invoice", "mail"):
            self._later.add(asyncio.create_task(self._soon(sid, name, number)))
        if self._change == "silent":
            await asyncio.sleep(60)
        return "paid" if number == self._orders else "no such order"

    async def _soon(self, sid: str, name: str, number: int) -> None:
        await asyncio.sleep(random.random() * 0.02)
        await self._io.emit(name, {"id": number, "name": name}, to=sid)

    async def file(self, sid: str, data: bytes) -> dict[str, bytes]:
        """Bytes, all and half of them."""
        return {"copy": data, "half": data[: len(data) // 2]}

    async def fail(self, sid: str) -> dict[str, str]:
        """An error."""
        return {"error": "as always"}

    async def ask(self, sid: str) -> None:
        """A question of the server's."""

        async def thank(answer: str) -> None:
            await self._io.emit("thanks", answer, to=sid)

        await self._io.emit("question", 1, to=sid, callback=thank)


def main() -> None:
    """Serve until the end."""
    io = socketio.AsyncServer(async_mode="aiohttp")
    app = web.Application()
    io.attach(app)
    Shop(io, *sys.argv[2:3])

    async def ready(_: web.Application) -> None:
        print("ready", flush=True)

    app.on_startup.append(ready)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)


if __name__ == "__main__":
    main()
