"""What the relay of a real mitmproxy can be made to do."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests import wired
from tests.flowfiles import mitmproxy

BIG = "4" + "x" * 300_000


class Steered:
    """Does something at each message that passes; also to be asked for what is to go before a close."""

    def __init__(self, act: Any, *, steered: bool = True) -> None:
        mitmproxy()
        self.steered = steered
        self.act, self.made, self.flow = act, [], None

    def websocket_start(self, flow: Any) -> None:
        """From the first message on."""
        from analyzer.live.relaying import relay_of

        self.flow, self.relay = flow, relay_of(flow)
        assert self.relay is not None
        assert self.relay is relay_of(flow)
        self.relay.steered = self.steered

    def websocket_message(self, flow: Any) -> None:
        """One message."""
        message = flow.websocket.messages[-1]
        self.made.append(self.relay.made)
        if self.relay.made is None:
            self.act(self.relay, message)

    def websocket_end(self, flow: Any) -> None:
        """It is over."""
        self.relay.over()


def talk(folder: Path, addon: Steered, client: Any) -> list[Any]:
    """What the server hears of what a client does."""
    heard: list[Any] = []
    done = asyncio.Event()

    async def serve(end: wired.End) -> None:
        await wired.accept(end)
        heard.extend(await end.rest())
        done.set()

    async def main() -> None:
        async with wired.proxied(serve, addons=[addon]) as proxy:
            end = await proxy.websocket()
            await client(end, proxy)
            await end.rest()
            await asyncio.wait_for(done.wait(), wired.WAIT)

    asyncio.run(main())
    return heard


def test_right_behind(tmp_path: Path) -> None:
    """Also where the next message has arrived already; it is known by what is said of it."""

    def act(relay: Any, message: Any) -> None:
        if message.content == b"a":
            relay.behind("twice", "why")
            relay.behind(b"\1", "why")

    async def client(end: wired.End, proxy: Any) -> None:
        end.say("a", "b", together=True)
        end.close()

    addon = Steered(act)
    assert talk(tmp_path, addon, client) == ["a", "twice", b"\1", "b", (1000, "")]
    assert addon.made == [None, "why", "why", None]


def test_before_a_close(tmp_path: Path) -> None:
    """What was kept back arrives, from the side that closes."""

    def act(relay: Any, message: Any) -> None:
        from analyzer.live.relaying import Made

        message.drop()
        relay.ending = lambda from_client: [Made("kept", "why")] if from_client else []

    async def client(end: wired.End, proxy: Any) -> None:
        end.say("a")
        end.close(3000, "bye")

    assert talk(tmp_path, Steered(act), client) == ["kept", (3000, "bye")]


def test_not_into_a_message_that_is_arriving(tmp_path: Path) -> None:
    """Which mitmproxy alone would mix up with it."""

    async def client(end: wired.End, proxy: Any) -> None:
        assert end.ws is not None
        from wsproto.events import TextMessage

        data = end.ws.send(TextMessage(BIG))
        end.send(data[:100_000])
        await asyncio.sleep(0.2)
        proxy.master.commands.call("inject.websocket", addon.flow, False, b"2", True)
        await asyncio.sleep(0.2)
        end.send(data[100_000:])
        end.close()

    for steered in (False, True):
        addon = Steered(lambda relay, message: None, steered=steered)
        assert talk(tmp_path, addon, client) == ["2", BIG, (1000, "")]


def closed(folder: Path, code: int, reason: str, to: str) -> tuple[list[Any], list[Any], Any]:
    """What server and client hear, and what mitmproxy writes down, when it is closed at the first message."""
    found: list[Any] = []

    async def client(end: wired.End, proxy: Any) -> None:
        end.say("a", "b", together=True)
        found.extend(await end.rest())

    addon = Steered(lambda relay, message: relay.close(code, reason, to))
    heard = talk(folder, addon, client)
    assert addon.flow is not None
    return heard, found, addon.flow.websocket.close_code


def test_a_close(tmp_path: Path) -> None:
    """To both sides, to one, and without a code."""
    assert closed(tmp_path, 1011, "gone", "both") == (["a", (1011, "gone")], [(1011, "gone")], 1011)
    assert closed(tmp_path, 1013, "", "client") == (["a", (1006, None)], [(1013, "")], 1013)
    assert closed(tmp_path, 1013, "", "server") == (["a", (1013, "")], [(1006, None)], 1013)
    assert closed(tmp_path, 1005, "", "both") == (["a", (1005, "")], [(1005, "")], 1005)


@pytest.mark.parametrize("steered", [False, True])
def test_why_mitmproxy_closed_it(tmp_path: Path, steered: bool) -> None:
    """Told of something illegal alone: not of a close, nor of an end, nor of what a rule did."""

    def ended(data: bytes | None, act: Any = lambda relay, message: None) -> Any:
        async def client(end: wired.End, proxy: Any) -> None:
            end.say("a")
            await asyncio.sleep(0.1)
            if data is None:
                end.writer.close()
            else:
                end.send(data)

        addon = Steered(act, steered=steered)
        talk(tmp_path, addon, client)
        assert addon.flow is not None
        return getattr(addon.flow.websocket, "refused", None)

    assert "opcode" in ended(b"\x83\x80\0\0\0\0").lower()
    assert ended(b"\x88\x82\0\0\0\0\x03\xe8") is None
    assert ended(b"\x88\x80\0\0\0\0") is None
    assert ended(None) is None
    if steered:
        assert ended(None, lambda relay, message: relay.close(1011)) is None
