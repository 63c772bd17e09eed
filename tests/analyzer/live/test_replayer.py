"""The command that replays."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.issues import ReplayError
from analyzer.live import material
from tests.analyzer.live.test_material import polled, socket
from tests.flowfiles import mitmproxy


@pytest.fixture(autouse=True)
def _mitmproxy() -> None:
    """All of it needs mitmproxy."""
    mitmproxy()


def run(steps: Callable[[Any], None]) -> None:
    """Steps with the addon in mitmproxy's own test bench; its replays are awaited."""
    from mitmproxy.test import taddons

    from analyzer.live.replayer import ReplayAddon

    async def main() -> None:
        addon = ReplayAddon(list)
        with taddons.context(addon):
            steps(addon)
            while any(thread.is_alive() for thread in addon.replays):
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.01)

    asyncio.run(main())


def test_options() -> None:
    """Those of the guard, by their names on the command line."""
    from analyzer.live.replayer import wish_of

    words = ["--allow-host", "staging", "--insecure", "--allow-host", "b", "--yes-captured-origin"]
    wish = {"target": "http://staging", "hosts": ["staging", "b"], "insecure": True, "origin": True}
    assert wish_of("http://staging", words) == wish
    for target, bad in (("ftp://x", []), ("http://x", ["--allow-host"]), ("http://x", ["--force"])):
        with pytest.raises(ReplayError):
            wish_of(target, bad)


def test_calls_that_make_no_sense() -> None:
    """Are refused at once."""

    def steps(addon: Any) -> None:
        from mitmproxy import exceptions

        with pytest.raises(exceptions.CommandError, match=r"belongs to an Engine\.IO session"):
            addon.replay([polled("/index.html", b"")], "http://127.0.0.1:1")
        with pytest.raises(exceptions.CommandError, match="ftp://x: is no URL"):
            addon.replay([socket()], "ftp://x")
        assert addon.replays == []

    run(steps)


def test_the_outcome_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Of one that may not be: another machine is not replayed against."""
    with caplog.at_level(logging.INFO):
        run(lambda addon: addon.replay([socket()], "http://192.0.2.1:9"))
    assert caplog.messages[0] == "sioscope: replaying W against http://192.0.2.1:9"
    assert "sioscope replay: 192.0.2.1:9 is not this machine" in caplog.messages[-1]


def test_a_bug_stays_in_its_thread(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is told."""
    monkeypatch.setattr(material, "collected", lambda *_: 1 // 0)
    run(lambda addon: addon.replay([socket()], "http://127.0.0.1:1"))
    assert "sioscope replay: ZeroDivisionError" in caplog.messages[-1]
