"""WebSockets on real connections, with servers that do as they should and ones that do not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from analyzer.replay import sockets
from analyzer.replay.budget import Budget
from analyzer.replay.websocket import Ended
from tests.analyzer.replay import servers

Heard = list[str | bytes | Ended]


def site(handle: Any) -> Callable[[], web.Application]:
    """An application with one handler."""

    def make() -> web.Application:
        found = web.Application()
        found.router.add_get("/", handle)
        return found

    return make


def talk(port: int, do: Callable[[sockets.Socket, Heard], Awaitable[None]], deflate: bool = False) -> Heard:
    """What is heard on a WebSocket until it is gone, while ``do`` does something."""

    async def run() -> Heard:
        heard: Heard = []
        async with aiohttp.ClientSession() as http:
            socket = await sockets.dial(http, URL(f"http://127.0.0.1:{port}/"), deflate, Budget())
            await asyncio.sleep(0.05)  # what comes with the handshake is kept
            socket.listen(lambda messages, ended: heard.extend([*messages, *([ended] if ended else [])]))
            await do(socket, heard)
            await asyncio.wait_for(socket.gone, 10)
        return heard

    return asyncio.run(run())


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Greets, says everything again, and leaves at "bye"."""
    answer = web.WebSocketResponse(compress="deflate" in request.headers.get("Sec-WebSocket-Extensions", ""))
    await answer.prepare(request)
    await answer.send_str("hello")
    async for message in answer:
        if message.data == "bye":
            await answer.close(code=1000)
        elif message.type == aiohttp.WSMsgType.TEXT:
            await answer.send_str(message.data)
        else:
            await answer.send_bytes(message.data)
    return answer


@pytest.mark.parametrize("deflate", [False, True])
def test_messages_of_all_sizes(deflate: bool) -> None:
    """Texts and bytes come back as they were, several written at once."""
    said: list[str | bytes] = ["a", "ü" * 100, b"\0\xff", "x" * 70_000, b"y" * 300_000, "bye"]

    async def say(socket: sockets.Socket, heard: Heard) -> None:
        for message in said:
            socket.say(message)
        socket.flush()

    with servers.app(site(echo)) as port:
        assert talk(port, say, deflate) == ["hello", *said[:-1], Ended(1000)]


def test_hanging_up() -> None:
    """The server answers the close frame, and that is the end."""

    async def leave(socket: sockets.Socket, heard: Heard) -> None:
        socket.hang_up()
        socket.hang_up()

    with servers.app(site(echo)) as port:
        assert talk(port, leave) == ["hello", Ended(1000)]


def test_a_server_that_does_not_answer_the_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waited for no longer than a moment."""
    monkeypatch.setattr(sockets, "_CLOSING", 0.1)

    async def deaf(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse(autoclose=False)
        await answer.prepare(request)
        await asyncio.sleep(30)
        return answer

    async def leave(socket: sockets.Socket, heard: Heard) -> None:
        socket.hang_up()

    with servers.app(site(deaf)) as port:
        assert talk(port, leave) == [Ended(1006)]


@pytest.mark.parametrize("before", [True, False])
def test_a_connection_that_breaks(before: bool) -> None:
    """Before it is listened to or after: told once."""

    async def cut(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        if not before:
            await answer.receive()
        assert request.transport is not None
        request.transport.abort()
        return answer

    async def say(socket: sockets.Socket, heard: Heard) -> None:
        socket.say("x")
        socket.flush()

    with servers.app(site(cut)) as port:
        assert talk(port, say) == [Ended(1006)]


def test_garbage_behind_the_handshake() -> None:
    """Told with the reason."""

    async def bad(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")  # type: ignore[attr-defined]
        await asyncio.sleep(30)
        return answer

    async def nothing(socket: sockets.Socket, heard: Heard) -> None:
        pass

    with servers.app(site(bad)) as port:
        (ended,) = talk(port, nothing)
    assert isinstance(ended, Ended)
    assert ended.code == 1002
    assert "no WebSocket frame" in ended.reason


@pytest.mark.parametrize(("status", "headers"), [(403, {}), (302, {"Location": "/x"}), (101, {"Upgrade": "h2c"})])
def test_refusals(status: int, headers: dict[str, str]) -> None:
    """With status and body, and not followed anywhere."""

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=status, text="" if status == 101 else "no", headers=headers)

    async def nothing(socket: sockets.Socket, heard: Heard) -> None:
        raise AssertionError("it was opened")

    with servers.app(site(refuse)) as port, pytest.raises(sockets.RefusedError) as caught:
        talk(port, nothing)
    assert caught.value.status == status
    assert caught.value.body == (b"" if status == 101 else b"no")
