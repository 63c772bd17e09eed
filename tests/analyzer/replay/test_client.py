"""The sockets of a replay, against servers that do as they should and ones that do not."""

import asyncio
import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from analyzer.replay import outcome
from analyzer.replay.board import Board
from analyzer.replay.client import Client, World, _why
from analyzer.replay.pace import Pace
from analyzer.replay.played import Played
from analyzer.replay.player import Player, Terms
from analyzer.replay.prepare import Wishes, prepared
from tests.analyzer.replay import servers
from tests.analyzer.replay.opposite import handshake, session
from tests.analyzer.replay.talks import shop


def play(
    port: int, transport: str = "captured", timeout: float = 0.5, most: int = 1000, scheme: str = "http", **more: Any
) -> Played:
    """The shop's client against a server on a port."""
    plan, _ = prepared(session(shop()), Wishes(transport=transport, **more), {})

    async def run() -> Played:
        async with aiohttp.TCPConnector(limit=0) as connector:
            world = World(f"{scheme}://127.0.0.1:{port}", connector, timeout)
            client = Client(Player(plan, 0, Terms(Pace(timeout=timeout), most=most), Board([plan])), world)
            return await asyncio.wait_for(client.run(asyncio.get_running_loop().time()), 20)

    return asyncio.run(run())


@pytest.mark.parametrize("transport", ["websocket", "polling", "upgrade"])
def test_every_transport(transport: str) -> None:
    """A real server hears what the client says, whatever carries it."""
    heard: list[Any] = []
    with servers.app(servers.shop_app(heard)) as port:
        result = play(port, transport, timeout=5.0, auth=("token=mine",))
    assert (result.outcome, result.unsent, result.timeouts, result.upgrade_failure) == ("completed", [], [], None)
    assert heard[0] == ("connect", {"token": "mine", "lang": "fr"})
    assert [name for name, _ in heard] == ["connect", "order", "pay", "yes"]


def test_nobody_there() -> None:
    """Refused connections are told at once."""
    with servers.app(servers.shop_app()) as port:
        pass
    result = play(port)
    assert result.outcome == outcome.UNREACHABLE
    assert result.detail == f"no connection to 127.0.0.1:{port}: Connection refused"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_no_tls(transport: str) -> None:
    """A server of http that is asked for https."""
    with servers.app(servers.shop_app()) as port:
        result = play(port, transport, timeout=5.0, scheme="https")
    assert result.outcome == outcome.UNREACHABLE
    assert result.detail == f"no TLS with 127.0.0.1:{port}: is it a server of http?"


def test_certificates_that_are_not_taken() -> None:
    """The way out is named."""
    key: Any = SimpleNamespace(host="shop.test", port=443, ssl=True)
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_message = "self-signed certificate"
    told = _why(aiohttp.ClientConnectorCertificateError(key, error))
    assert told == "the certificate of shop.test:443 is not taken (self-signed certificate); --insecure takes any"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_server_that_never_answers(transport: str) -> None:
    """Given up in time."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    with servers.raw(silent) as port:
        assert play(port, transport).outcome == outcome.NO_ANSWER


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("answer", [b"", b"\0\1garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n4"])
def test_garbage_instead_of_http(transport: str, answer: bytes) -> None:
    """A connection that breaks or is no HTTP."""

    async def bad(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        writer.close()

    with servers.raw(bad) as port:
        result = play(port, transport)
    assert result.outcome in (outcome.UNREACHABLE, outcome.REFUSED)
    assert result.sid is None


def site(handle: Any) -> Any:
    """An application with one handler for everything."""

    def make() -> web.Application:
        found = web.Application()
        found.router.add_route("*", "/{path:.*}", handle)
        return found

    return make


@pytest.mark.parametrize(
    ("transport", "status", "body", "code"),
    [
        ("polling", 400, '{"code":5,"message":"Unsupported protocol version"}', outcome.WRONG_REVISION),
        ("polling", 403, '{"code":4,"message":"Forbidden"}', outcome.REFUSED),
        ("websocket", 403, "", outcome.REFUSED),
        ("polling", 200, "<!doctype html>", outcome.GARBAGE),
        ("polling", 302, "", outcome.REDIRECTED),
        ("websocket", 302, "", outcome.REDIRECTED),
    ],
)
def test_servers_that_refuse(transport: str, status: int, body: str, code: str) -> None:
    """Each has an outcome of its own, and nobody is followed elsewhere."""
    elsewhere: list[str] = []

    async def other(request: web.Request) -> web.Response:
        elsewhere.append(request.path)
        return web.Response(text=handshake())

    with servers.app(site(other)) as far:

        async def refuse(request: web.Request) -> web.Response:
            return web.Response(status=status, text=body, headers={"Location": f"http://127.0.0.1:{far}/"})

        with servers.app(site(refuse)) as port:
            result = play(port, transport)
    assert result.outcome == code
    assert elsewhere == []
    assert len(result.unsent) == 4


def test_a_server_that_vanishes() -> None:
    """The connection breaks in the middle of the session."""

    async def vanish(request: web.Request) -> web.StreamResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.send_str(handshake())
        await answer.receive()
        assert request.transport is not None
        request.transport.abort()
        return answer

    with servers.app(site(vanish)) as port:
        result = play(port)
    assert result.outcome == outcome.CLOSED_EARLY
    assert result.sid == "live"


def test_garbage_in_the_middle() -> None:
    """Bytes that are no WebSocket frame, in a session that had begun well."""

    async def bad(request: web.Request) -> web.StreamResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.send_str(handshake())
        await answer.receive()
        assert request.transport is not None
        request.transport.write(b"\xff\x01\xff")  # type: ignore[attr-defined]
        await asyncio.sleep(10)
        return answer

    with servers.app(site(bad)) as port:
        result = play(port)
    assert (result.outcome, result.sid) == (outcome.GARBAGE, "live")
    assert "no WebSocket frame" in result.detail


def test_a_server_that_falls_silent() -> None:
    """It opens the session, and says nothing more: given up by its own heartbeat."""
    opened = '0{"sid":"live","upgrades":[],"pingInterval":200,"pingTimeout":200,"maxPayload":1000}'

    async def silent(request: web.Request) -> web.StreamResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.send_str(opened)
        await asyncio.sleep(10)
        return answer

    with servers.app(site(silent)) as port:
        result = play(port, timeout=5.0)
    assert (result.outcome, result.sid) == (outcome.PING_TIMEOUT, "live")


def test_a_server_that_floods() -> None:
    """Left once it has sent far too much."""

    async def flood(request: web.Request) -> web.StreamResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.send_str(handshake())
        while not answer.closed:
            await answer.send_str('42["x"]')
            await asyncio.sleep(0)
        return answer

    with servers.app(site(flood)) as port:
        result = play(port, timeout=30.0)
    assert result.outcome == outcome.FLOODED


def test_answers_are_decompressed() -> None:
    """gzip as the server likes; what cannot be decompressed ends the session."""
    import gzip

    bodies = [gzip.compress(handshake().encode()), b"no gzip"]

    async def packed(request: web.Request) -> web.Response:
        if request.method == "POST":
            return web.Response(text="ok")
        return web.Response(body=bodies.pop(0), headers={"Content-Encoding": "gzip", "Content-Type": "text/plain"})

    with servers.app(site(packed)) as port:
        result = play(port, "polling")
    assert result.sid == "live"
    assert "decompressed" in result.detail
