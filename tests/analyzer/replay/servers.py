"""Servers on loopback, each in a thread of its own: a shop that speaks Socket.IO, and ones that misbehave."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web

from analyzer.records import Row
from analyzer.store import open_writer

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def running(start: Callable[[], Awaitable[tuple[int, Callable[[], Awaitable[None]]]]]) -> Iterator[int]:
    """Run a server; ``start`` gives its port and what ends it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port, end = asyncio.run_coroutine_threadsafe(start(), loop).result(20)  # type: ignore[arg-type]
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(20)  # type: ignore[arg-type]
        asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _cancel_all() -> None:
    """End what a server has left running."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def app(make: Callable[[], web.Application]) -> Iterator[int]:
    """An aiohttp application on a free port."""

    async def start() -> tuple[int, Callable[[], Awaitable[None]]]:
        runner = web.AppRunner(make(), shutdown_timeout=0.2)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        return int(listener.getsockname()[1]), runner.cleanup

    with running(start) as port:
        yield port


@contextmanager
def raw(handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> Iterator[int]:
    """A TCP server that does with a connection what ``handle`` does."""

    async def start() -> tuple[int, Callable[[], Awaitable[None]]]:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)

        async def end() -> None:
            server.close()

        return int(server.sockets[0].getsockname()[1]), end

    with running(start) as port:
        yield port


def shop_app(heard: list[tuple[str, Any]] | None = None, **change: Any) -> Callable[[], web.Application]:
    """The shop of `talks.shop` by python-socketio. ``change``: ``paid`` (name of that event), ``total`` (False: left
    out of the ack), ``ack`` (False: none for pay), ``nested`` (the order's id is one level deeper), ``slow`` (seconds).
    """

    def make() -> web.Application:
        server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
        site = web.Application()
        server.attach(site)
        told = heard if heard is not None else []
        numbers = itertools.count(100)
        tasks: set[asyncio.Task[None]] = set()

        @server.event
        async def connect(sid: str, environ: Any, auth: Any) -> None:
            told.append(("connect", auth))
            await server.emit("welcome", "hello", to=sid)

        @server.event
        async def order(sid: str, what: Any) -> Any:
            told.append(("order", what))
            await asyncio.sleep(change.get("slow", 0.0))
            number = f"o-{next(numbers)}"
            answer = {"order": {"id": number} if change.get("nested") else number, "total": 3}
            return {k: v for k, v in answer.items() if k != "total" or change.get("total", True)}

        async def after(sid: str, number: str) -> None:
            await server.emit(change.get("paid", "paid"), {"id": number}, to=sid)
            await server.emit("ask", "happy?", to=sid, callback=lambda *args: told.append(("yes", args)))

        async def pay(sid: str, number: str, amount: int) -> str:
            told.append(("pay", number))
            task = asyncio.get_running_loop().create_task(after(sid, number))
            tasks.add(task)
            return "ok"

        server.on("pay", pay)
        if not change.get("ack", True):
            keep = server._send_packet

            async def without(eio_sid: str, packet: Any) -> None:
                if packet.packet_type != 3 or packet.data != ["ok"]:
                    await keep(eio_sid, packet)

            server._send_packet = without
        return site

    return make


def log_of(rows: list[Row], folder: Path, name: str = "capture.jsonl") -> str:
    """Rows as a log on disk."""
    path = str(folder / name)
    with open_writer(path) as writer:
        writer.write(rows)
    return path
