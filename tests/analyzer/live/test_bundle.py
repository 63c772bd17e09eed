"""Several addons as one, under mitmproxy's own addon manager."""

import asyncio
import logging
from typing import Any

import pytest

from tests.flowfiles import mitmproxy


class Part:
    """Notes what it is asked."""

    def __init__(self, name: str, heard: list[str]) -> None:
        self._name, self._heard = name, heard

    def websocket_message(self, flow: Any) -> None:
        """A hook that all have."""
        self._heard.append(f"{self._name} message")

    def _private(self) -> None:
        """No hook."""


class Failing(Part):
    """Fails."""

    def websocket_message(self, flow: Any) -> None:
        """A hook that all have."""
        raise ValueError("no luck")

    def request(self, flow: Any) -> None:
        """A hook."""
        raise ValueError("none here either")


class Patient(Part):
    """Takes its time."""

    async def request(self, flow: Any) -> None:
        """A hook that waits."""
        await asyncio.sleep(0)
        self._heard.append(f"{self._name} request")


class Last(Part):
    """Has what the others have not."""

    def request(self, flow: Any) -> None:
        """A hook."""
        self._heard.append(f"{self._name} request")

    def websocket_end(self, flow: Any) -> None:
        """A hook of this one alone."""
        self._heard.append(f"{self._name} end")


def test_hooks_run_in_order_and_one_that_fails_keeps_none_of_the_others_from_theirs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Those that wait are waited for; the event log hears of failures as if the addon were on its own."""
    mitmproxy()
    from mitmproxy.proxy.layers.http import HttpRequestHook
    from mitmproxy.proxy.layers.websocket import WebsocketEndHook, WebsocketMessageHook
    from mitmproxy.test import taddons, tflow

    from analyzer.live.bundle import Bundle

    heard: list[str] = []
    bundle = Bundle([Patient("a", heard), Failing("b", heard), Last("c", heard)])

    async def main() -> None:
        with taddons.context(bundle) as bench:
            flow = tflow.twebsocketflow()
            for hook in (HttpRequestHook(flow), WebsocketMessageHook(flow), WebsocketEndHook(flow)):
                await bench.master.addons.handle_lifecycle(hook)

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert heard == ["a request", "c request", "a message", "c message", "c end"]
    told = [record.getMessage() for record in caplog.records if "Addon error" in record.getMessage()]
    assert told == ["Addon error: none here either", "Addon error: no luck"]


def test_it_has_the_hooks_of_its_addons_and_no_others() -> None:
    """mitmproxy would call them."""
    mitmproxy()
    from mitmproxy import hooks

    from analyzer.live.addon import make

    (bundle,) = make()
    for name in hooks.all_hooks:
        assert hasattr(bundle, name) == any(hasattr(part, name) for part in bundle.parts), name
        assert all(callable(getattr(part, name, max)) for part in bundle.parts), name


def test_options_that_make_no_sense_are_refused_as_ever() -> None:
    """Errors that mitmproxy means to hear of reach it."""
    mitmproxy()
    from mitmproxy import exceptions
    from mitmproxy.test import taddons

    from analyzer.live.addon import make

    (bundle,) = make()
    with taddons.context(bundle) as bench, pytest.raises(exceptions.OptionsError):
        bench.configure(bundle, sioscope_rules="/nowhere/rules.toml")
    with taddons.context(*make()) as bench, pytest.raises(exceptions.OptionsError):
        bench.configure(bench.master.addons.get("sioscope"), sioscope_filter="~n")


def test_commands_are_there() -> None:
    """By the names that they have."""
    mitmproxy()
    from mitmproxy.test import taddons

    from analyzer.live.addon import make

    with taddons.context(*make()) as bench:
        assert bench.master.commands.execute("sioscope.sessions") == []
        names = {name for name in bench.master.commands.commands if name.startswith("sioscope.")}
    assert names == {
        f"sioscope.{name}" for name in ("emit", "ask", "ack", "disconnect", "sessions", "records", "replay")
    }


def test_an_attribute_named_like_a_hook_is_none() -> None:
    """Only what can be called."""
    mitmproxy()
    from analyzer.live.bundle import Bundle

    part = Part("a", [])
    part.running = ["a thread"]  # type: ignore[attr-defined]
    assert not hasattr(Bundle([part]), "running")
