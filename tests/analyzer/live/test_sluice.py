"""What is held back, and let go in time."""

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.live.lane import Held
from tests.flowfiles import mitmproxy


class Injection:
    """Notes what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, flow: Any, item: Any, *, to_client: bool, why: str) -> None:
        """A packet."""
        self.sent.append((item, to_client, why))


class Relay(SimpleNamespace):
    """Notes what is to go right behind."""

    def behind(self, item: Any, why: str) -> None:
        """A packet."""
        self.sent.append((item, why))


def run(steps: Callable[[Any, Injection], Coroutine[Any, Any, None]], relay: Any = None) -> list[Any]:
    """Steps with a sluice; what was injected."""
    mitmproxy()
    from analyzer.live.sluice import Sluice

    injection = Injection()

    async def main() -> None:
        await steps(Sluice("flow", injection, relay), injection)  # type: ignore[arg-type]

    asyncio.run(main())
    return injection.sent


def test_in_time() -> None:
    """What is due goes at once, the rest by itself."""

    async def steps(sluice: Any, injection: Injection) -> None:
        loop = asyncio.get_running_loop()
        sluice.hold(True, Held(["a", b"\1"], "why", 0.0))
        sluice.hold(False, Held(["b"], "why", loop.time() + 0.05), "rule")
        sluice.pump(True)
        sluice.pump(False)
        assert injection.sent == [("a", False, "why"), (b"\1", False, "why")]
        assert sluice.busy(True)
        for content in (b"a", b"\1"):
            sluice.seen(SimpleNamespace(from_client=True, content=content))
        assert not sluice.busy(True)
        while len(injection.sent) < 3:
            await asyncio.sleep(0.01)

    assert run(steps)[2:] == [("b", True, "why")]


def test_right_behind() -> None:
    """By the relay, or injected where there is none."""

    async def steps(sluice: Any, injection: Injection) -> None:
        sluice.swap(True, Held(["a"], "why", 9e9), 1)
        sluice.passed(True)

    relay = Relay(sent=[])
    assert (run(steps, relay), relay.sent) == ([], [("a", "why")])
    assert run(steps) == [("a", False, "why")]


def test_the_end() -> None:
    """Nothing goes on then; what is left can still be asked for."""

    async def steps(sluice: Any, injection: Injection) -> None:
        sluice.hold(True, Held(["a"], "why", 9e9))
        sluice.pump(True)
        sluice.stop()
        sluice.say(True, Held(["b"], "why", 0.0))
        assert [made.item for made in sluice.rest(True)] == ["a", "b"]

    assert run(steps) == []


def test_a_quick_sender_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until there is room again."""
    mitmproxy()
    from analyzer.live import sluice as module

    told: list[tuple[bool, bool]] = []
    monkeypatch.setattr(module.transports, "pause", lambda flow, client, paused: told.append((client, paused)))

    async def steps(sluice: Any, injection: Injection) -> None:
        due = asyncio.get_running_loop().time() + 0.05
        for _ in range(3):
            sluice.hold(True, Held([b"\0" * (module.HIGH // 2)], "why", due))
            sluice.pump(True)
        assert told == [(True, True)]
        while len(injection.sent) < 3:
            await asyncio.sleep(0.01)

    run(steps)
    assert told == [(True, True), (True, False)]
