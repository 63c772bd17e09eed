"""What commands say on WebSockets."""

import asyncio
from typing import Any

from tests.analyzer.live.test_shaper import Injection, said, websocket
from tests.flowfiles import mitmproxy

HEAD = b'452-["file",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'


class Addon:
    """Passes messages on."""

    def __init__(self) -> None:
        from analyzer.live.voices import Voices

        self.injection = Injection()
        self.voices = Voices(self.injection)  # type: ignore[arg-type]

    def websocket_message(self, flow: Any) -> None:
        """A message."""
        self.voices.heard(flow, flow.websocket.messages[-1])

    def say(self, flow: Any, *items: Any) -> list[Any]:
        """To the client; what has been sent so far."""
        self.voices.say(flow, list(items), to_client=True, why="")
        return [item for item, _ in self.injection.sent]


def run(steps: Any) -> None:
    """Steps, where timers can be set."""
    mitmproxy()

    async def main() -> None:
        await steps(Addon(), websocket())

    asyncio.run(main())


def test_it_waits_for_attachments() -> None:
    """Both of them, heartbeats in between or not; what is said then goes at once."""

    async def steps(addon: Addon, flow: Any) -> None:
        said(addon, flow, HEAD, client=False)
        assert addon.say(flow, "42", b"\0") == []
        said(addon, flow, b"\1", text=False, client=False)
        said(addon, flow, b"2", client=False)
        said(addon, flow, b"\1", text=False)
        assert addon.injection.sent == []
        said(addon, flow, b"\2", text=False, client=False)
        assert addon.say(flow, "2") == ["42", b"\0", "2"]

    run(steps)


def test_attachments_that_do_not_come() -> None:
    """Another packet says so, or time does."""

    async def steps(addon: Addon, flow: Any) -> None:
        said(addon, flow, HEAD, client=False)
        addon.say(flow, "a")
        said(addon, flow, b'42["x"]', client=False)
        assert addon.say(flow) == ["a"]
        said(addon, flow, HEAD, client=False)
        addon.say(flow, "b")
        async with asyncio.timeout(20):
            while len(addon.injection.sent) < 2:
                await asyncio.sleep(0.05)

    run(steps)


def test_an_end() -> None:
    """What waited is not said any more."""

    async def steps(addon: Addon, flow: Any) -> None:
        said(addon, flow, HEAD, client=False)
        addon.say(flow, "a")
        addon.voices.ended(flow)
        assert addon.say(flow, "b") == ["b"]

    run(steps)
