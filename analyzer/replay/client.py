"""Carries out what players ask: the only sockets of a replay. HTTP and WebSocket by aiohttp."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from analyzer.limits import DEFAULT
from analyzer.replay import sockets
from analyzer.replay.actions import Action, Dial, Dialled, Event, Failed, Fetch, Fetched, HangUp, Heard, HungUp, Say
from analyzer.replay.budget import Budget
from analyzer.replay.played import Played
from analyzer.replay.player import Player
from analyzer.replay.websocket import NO_STATUS, Ended
from analyzer.text import elide
from analyzer.wire import content

if TYPE_CHECKING:
    from analyzer.replay.recorder import Recorder, Wire

_PIECE = 1 << 16
_CLOSING = 0.5
"""Seconds that requests and sockets have to end once a session is over."""
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


@dataclass(slots=True)
class World:
    """Where sessions are played: ``base`` is scheme, host and port; ``budget`` what may still be received."""

    base: str
    connector: aiohttp.BaseConnector
    timeout: float = 5.0
    budget: Budget = field(default_factory=Budget)
    recorder: "Recorder | None" = None


class Client:
    """Plays one session. Call `run` once; `stop` ends it before its time; `wake` when the board has something new."""

    def __init__(self, player: Player, world: World) -> None:
        self._player, self._world = player, world
        self._manner = player.result.plan.manner
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: dict[int, sockets.Socket] = {}
        self._leaving: list[sockets.Socket] = []
        self._wires: dict[int, Wire] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, scheduled: float) -> Played:
        """Play the session, which should begin at ``scheduled`` (seconds of the loop's clock)."""
        skipped = {"User-Agent", "Accept-Encoding"}
        async with aiohttp.ClientSession(
            connector=self._world.connector,
            connector_owner=False,
            headers=dict(self._manner.headers),
            skip_auto_headers=skipped,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._world.timeout),
            auto_decompress=False,
        ) as self._http:
            self._player.start(self._loop.time(), scheduled)
            self._after()
            await self._over.wait()
            await self._clean()
        return self._player.result

    def stop(self, code: str, why: str) -> None:
        """End it."""
        self._player.stop(self._loop.time(), code, why)
        self._after()

    def wake(self) -> None:
        """Look again at what is waited for."""
        self._loop.call_soon(self._tick)

    def _tick(self) -> None:
        if not self._player.done:
            self._player.tick(self._loop.time())
            self._after()

    def _feed(self, event: Event) -> None:
        if not self._player.done:
            self._player.feed(event, self._loop.time())
            self._after()

    def _after(self) -> None:
        """Carry out what was asked, and see to the time."""
        actions = self._player.actions
        if actions:
            for action in actions:
                self._carry_out(action)
            actions.clear()
            for socket in self._sockets.values():  # all that was said at once leaves at once
                socket.flush()
        if self._player.done:
            self._over.set()
            return
        at = self._player.wake_at
        if self._timer is not None:
            if self._timer.when() <= at:
                return  # it wakes too early, and looks again: cheaper than a new timer for every message
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._timed) if at < float("inf") else None

    def _timed(self) -> None:
        self._timer = None
        self._tick()

    def _carry_out(self, action: Action) -> None:
        if isinstance(action, Say):
            socket = self._sockets.get(action.number)
            if socket is not None:
                socket.say(action.message)
                if self._wires:
                    self._wires[action.number].said(action.message)
        elif isinstance(action, Fetch):
            self._task(self._fetch(action))
        elif isinstance(action, Dial):
            self._task(self._dial(action))
        elif isinstance(action, HangUp) and action.number in self._sockets:
            self._hang_up(action.number)

    def _task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, fetch: Fetch) -> None:
        headers = {"Content-Type": fetch.content_type} if fetch.content_type else {}
        wire = self._wire(fetch)
        try:
            async with self._http.request(
                fetch.method,
                URL(self._world.base + fetch.target, encoded=True),
                data=fetch.body if fetch.method == "POST" else None,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                if wire is not None:
                    wire.asked(answer.request_info.headers)
                raw = await self._read(answer)
                if wire is not None:
                    wire.answered(answer.status, answer.headers, raw)
                body, issue, detail = content.decode(
                    raw, answer.headers.get("Content-Encoding", "identity"), DEFAULT.inflated
                )
                event: Event = Fetched(fetch.number, answer.status, answer.headers.get("Content-Type", ""), body)
                if issue is not None:
                    event = Failed(fetch.number, f"an answer cannot be decompressed: {detail}")
        except _FAILURES as error:
            event = Failed(fetch.number, _why(error))
            if wire is not None:
                wire.failed()
        self._feed(event)

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        """A body, within limits. ValueError where it is larger."""
        pieces, size = [], 0
        async for piece in answer.content.iter_chunked(_PIECE):
            size += len(piece)
            self._world.budget.spend(len(piece))
            if size > DEFAULT.message:
                raise ValueError("an answer is larger than the limit")
            pieces.append(piece)
        return b"".join(pieces)

    async def _dial(self, dial: Dial) -> None:
        wire, world = self._wire(dial), self._world
        url = URL(world.base + dial.target, encoded=True)
        try:
            socket = await sockets.dial(self._http, url, self._manner.deflate, world.budget)
        except sockets.RefusedError as error:
            if wire is not None:
                wire.answered(error.status, error.headers, error.body)
            self._feed(Failed(dial.number, str(error), error.status, error.body))
            return
        except _FAILURES as error:
            self._feed(Failed(dial.number, _why(error)))
            return
        if wire is not None:
            wire.upgraded(socket.answer)
            self._wires[dial.number] = wire
        self._sockets[dial.number] = socket
        self._feed(Dialled(dial.number))
        socket.listen(partial(self._heard, dial.number))

    def _heard(self, number: int, heard: list[str | bytes], ended: Ended | None) -> None:
        """Messages of a WebSocket have come, or its end."""
        player, now, wire = self._player, self._loop.time(), self._wires.get(number)
        for message in heard:
            if wire is not None:
                wire.heard(message)
            if not player.done:
                player.feed(Heard(number, message), now)
        if ended is not None:
            self._sockets.pop(number, None)
            if wire is not None:
                wire.closed("s2c", ended.code)
            if not player.done:
                player.feed(HungUp(number, *ended), now)
        self._after()

    def _hang_up(self, number: int) -> None:
        socket = self._sockets.pop(number)
        if (wire := self._wires.get(number)) is not None:
            wire.closed("c2s", NO_STATUS)
        self._leaving.append(socket)
        socket.hang_up()

    def _wire(self, action: Fetch | Dial) -> "Wire | None":
        recorder = self._world.recorder
        if recorder is None:
            return None
        if isinstance(action, Dial):
            return recorder.begin("GET", action.target)
        return recorder.begin(action.method, action.target, action.body, action.content_type)

    async def _clean(self) -> None:
        """Leave nothing behind: no timer, no task, no socket."""
        if self._timer is not None:
            self._timer.cancel()
        pending: list[asyncio.Future[None]] = [task for task in self._tasks if not task.done()]
        pending += [socket.gone for socket in self._leaving if not socket.gone.done()]
        if pending:
            await asyncio.wait(pending, timeout=_CLOSING)
        for task in self._tasks:
            task.cancel()
        for socket in (*self._sockets.values(), *self._leaving):
            socket.drop()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _why(error: BaseException) -> str:
    """What went wrong with a connection, in one line."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or "it is not valid"
        return f"the certificate of {error.host}:{error.port} is not taken ({why}); --insecure takes any"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no TLS with {error.host}:{error.port}: is it a server of http?"
    if isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno:
        return f"no connection to {error.host}:{error.port}: {os.strerror(error.os_error.errno)}"
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"what the server sent is no HTTP: {elide(' '.join(error.message.split()), 80)}"
    return " ".join(str(error).split()) or type(error).__name__
