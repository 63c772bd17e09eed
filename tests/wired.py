"""A real mitmproxy in this process, between a server and clients that say byte for byte what a test wants said.

With sioscope's addon or without it, so that what arrives can be compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage
from wsproto.extensions import PerMessageDeflate

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""What RFC 6455 section 1.3 answers to that key."""
WAIT = 60.0
"""Seconds for anything to happen that will."""
Said = str | bytes | tuple[int, str | None]
"""A message, or the code and reason of a close frame."""


class End:
    """One end of a connection: bytes, and WebSocket messages once it has become one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.heard = bytearray()
        """All bytes that came."""
        self.ws: Connection | None = None
        self.count = 0
        """WebSocket messages that came."""
        self._partial: str | bytes = ""

    async def line(self, until: bytes = b"\r\n\r\n") -> bytes:
        """Bytes up to and including some."""
        found = await asyncio.wait_for(self.reader.readuntil(until), WAIT)
        self.heard += found
        return found

    async def body(self, head: bytes) -> bytes:
        """The body behind a head, by its Content-Length."""
        fields = [line.split(b":", 1) for line in head.lower().split(b"\r\n") if b":" in line]
        size = int(dict(fields).get(b"content-length", b"0"))
        found = await asyncio.wait_for(self.reader.readexactly(size), WAIT)
        self.heard += found
        return found

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(data)

    def upgraded(self, *, client: bool, deflate: bool = False) -> None:
        """From now on it is a WebSocket."""
        extensions = []
        if deflate:
            extensions.append(PerMessageDeflate())
            extensions[0].finalize("permessage-deflate")
        self.ws = Connection(ConnectionType.CLIENT if client else ConnectionType.SERVER, extensions)

    def say(self, *messages: str | bytes, together: bool = False) -> None:
        """WebSocket messages, each a frame; all in one segment where they go ``together``."""
        assert self.ws is not None
        parts = [self.ws.send(TextMessage(m) if isinstance(m, str) else BytesMessage(m)) for m in messages]
        for part in [b"".join(parts)] if together else parts:
            self.writer.write(part)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """A close frame."""
        assert self.ws is not None
        self.writer.write(self.ws.send(CloseConnection(code, reason)))

    async def said(self) -> AsyncIterator[Said]:
        """Messages as they come, up to a close frame; (1006, None) where the connection ends without one."""
        assert self.ws is not None
        while True:
            for event in self.ws.events():
                if isinstance(event, CloseConnection):
                    yield int(event.code), event.reason
                    return
                if isinstance(event, Message):
                    self._partial = self._partial + event.data if self._partial else event.data  # type: ignore[operator]
                    if event.message_finished:
                        whole, self._partial = self._partial, ""
                        self.count += 1
                        yield bytes(whole) if isinstance(whole, bytes | bytearray) else whole
                elif isinstance(event, Ping):
                    self.writer.write(self.ws.send(event.response()))
            try:
                data = await asyncio.wait_for(self.reader.read(65536), WAIT)
            except ConnectionError:
                data = b""
            self.heard += data
            if not data:
                yield 1006, None
                return
            self.ws.receive_data(data)

    async def until(self, count: int) -> None:
        """Wait until so many messages have come, which somebody else takes."""
        while self.count < count:
            await asyncio.sleep(0.01)

    async def next(self, count: int) -> list[Said]:
        """The next so many messages."""
        found: list[Said] = []
        if not count:
            return found
        async for said in self.said():
            found.append(said)
            if len(found) == count:
                break
        return found

    async def rest(self) -> list[Said]:
        """All that comes until the end."""
        return [said async for said in self.said()]

    async def drained(self) -> bytes:
        """All bytes until the end of the connection."""
        with contextlib.suppress(ConnectionError):
            while data := await asyncio.wait_for(self.reader.read(65536), WAIT):
                self.heard += data
        return bytes(self.heard)


Server = Callable[[End], Awaitable[None]]


@dataclass
class Wired:
    """A proxy that runs: how to reach it, and its log so far."""

    port: int
    master: Any
    logged: list[Any] = field(default_factory=list)

    async def connect(self) -> End:
        """A client's connection to it."""
        return End(*await asyncio.open_connection("127.0.0.1", self.port))

    async def websocket(self, query: str = "EIO=4&transport=websocket", deflate: bool = False) -> End:
        """A client's WebSocket through it."""
        end = await self.connect()
        extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else ""
        end.send(
            f"GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n{extension}\r\n".encode()
        )
        head = await end.line()
        assert head.startswith(b"HTTP/1.1 101")
        end.upgraded(client=True, deflate=deflate)
        return end

    async def post(self, body: bytes, query: str = "EIO=4&transport=polling&sid=S") -> tuple[int, bytes]:
        """Status and body of the answer to a POST."""
        return await self._ask(f"POST /socket.io/?{query} HTTP/1.1\r\nContent-Length: {len(body)}\r\n", body)

    async def poll(self, query: str = "EIO=4&transport=polling&sid=S") -> tuple[int, bytes]:
        """Likewise to a GET."""
        return await self._ask(f"GET /socket.io/?{query} HTTP/1.1\r\n", b"")

    async def _ask(self, head: str, body: bytes) -> tuple[int, bytes]:
        end = await self.connect()
        end.send(f"{head}Host: x\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n".encode() + body)
        answer = await end.line()
        found = int(answer.split(b" ")[1]), await end.body(answer)
        end.writer.close()
        return found


async def accept(end: End, deflate: bool = False) -> bytes:
    """A server's answer to an upgrade; the request's head."""
    head = await end.line()
    extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else ""
    end.send(
        f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {ACCEPT}\r\n{extension}\r\n".encode()
    )
    end.upgraded(client=False, deflate=deflate)
    return head


@cache
def conf() -> tempfile.TemporaryDirectory[str]:
    """Where mitmproxy keeps its certificate, whose making takes long."""
    return tempfile.TemporaryDirectory()


@contextlib.asynccontextmanager
async def proxied(
    serve: Server, settings: dict[str, Any] | None = None, addons: Sequence[Any] = ()
) -> AsyncIterator[Wired]:
    """mitmproxy in front of a server; ``settings`` None: without sioscope."""
    from mitmproxy import options
    from mitmproxy.tools.dump import DumpMaster

    tasks: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await serve(End(reader, writer))
        writer.close()

    back = await asyncio.start_server(served, "127.0.0.1", 0)
    target = f"reverse:http://127.0.0.1:{back.sockets[0].getsockname()[1]}@127.0.0.1:0"
    master = DumpMaster(options.Options(confdir=conf().name, mode=[target]), with_termlog=False, with_dumper=False)
    # It ends the program where anything logs an error meanwhile, such as what is left of another test.
    master.addons.remove(master.addons.get("errorcheck"))
    found = list(addons)
    if settings is not None:
        from analyzer.live.addon import make

        found += make([lambda rows: None])
    master.addons.add(*found)
    master.options.update(keep_host_header=True, **(settings or {}))
    running = asyncio.create_task(master.run())
    try:
        server = master.addons.get("proxyserver")
        while not (places := server.listen_addrs()):
            await asyncio.sleep(0.01)
        yield Wired(places[0][1], master)
    finally:
        master.shutdown()
        await asyncio.wait_for(running, WAIT)
        back.close()
        for task in tasks:
            task.cancel()
