"""Hooks to those addons that have them, under mitmproxy's own addon manager."""

import asyncio
import inspect
import logging
from typing import Any

import pytest

from tests.flowfiles import mitmproxy


class Addon:
    """Notes what it is asked."""

    def __init__(self, name: str, heard: list[str], *addons: Any) -> None:
        self.name, self.heard = name, heard
        if addons:
            self.addons = addons


class Hearing(Addon):
    """Has the hook."""

    def request(self, flow: Any) -> None:
        """The hook."""
        self.heard.append(self.name)


class Waiting(Addon):
    """Has the hook and takes its time."""

    async def request(self, flow: Any) -> None:
        """The hook."""
        await asyncio.sleep(0)
        self.heard.append(self.name)


class Failing(Addon):
    """Has the hook and fails."""

    def request(self, flow: Any) -> None:
        """The hook."""
        raise ValueError(f"no luck with {self.name}")


class Halting(Addon):
    """Has the hook and wants no other to be asked."""

    def request(self, flow: Any) -> None:
        """The hook."""
        from mitmproxy.exceptions import AddonHalt

        raise AddonHalt


class Odd(Addon):
    """Has something else by the hook's name."""

    request = 3

    def __repr__(self) -> str:
        return self.name


def called(steps: Any, *, quick: bool) -> tuple[list[str], list[str]]:
    """Which addons heard of requests, and the errors that mitmproxy logged. ``steps`` get its master and `heard`, and
    call what they are given for a request.
    """
    mitmproxy()
    from mitmproxy.proxy.layers.http import HttpRequestHook
    from mitmproxy.test import taddons, tflow

    from analyzer.live.dispatch import DispatchAddon

    heard: list[str] = []

    async def main() -> None:
        with taddons.context(DispatchAddon()) as bench:
            bench.options.sioscope_quick_hooks = quick
            await bench.master.addons.trigger_event(HttpRequestHook(tflow.tflow()))
            await steps(
                bench.master, heard, lambda: bench.master.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
            )
            assert ("trigger_event" in vars(bench.master.addons)) is quick

    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(str(record.exc_info[1]) if record.exc_info else record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers = [handler]
    try:
        asyncio.run(main())
    finally:
        root.handlers = before  # without those of the bench, which stay on and want its event loop
    return heard, errors


async def mixed(master: Any, heard: list[str], request: Any) -> None:
    """Addons of all sorts, one behind the other and one in another."""
    inner = Addon("none", heard, Hearing("inner", heard), Addon("deaf", heard, Waiting("inmost", heard)))
    master.addons.add(Hearing("a", heard), Addon("deaf too", heard), Failing("b", heard), inner, Waiting("c", heard))
    master.addons.add(Odd("odd", heard))
    await request()
    master.addons.add(Hearing("d", heard), Halting("e", heard), Hearing("f", heard))
    await request()
    master.addons.remove(master.addons.get("e"))
    await request()


def test_all_is_as_without_it() -> None:
    """Order, those that wait, those that fail, those in others, those that come and go."""
    heard, errors = called(mixed, quick=False)
    one = ["a", "inner", "inmost", "c"]
    assert heard == [*one, *one, "d", *one, "d", "f"]
    assert len(errors) == 6
    assert called(mixed, quick=True) == (heard, errors)


@pytest.mark.parametrize("quick", [False, True])
def test_a_hook_that_an_addon_gets_while_it_runs(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called from the next look on."""
    mitmproxy()
    from analyzer.live import dispatch

    monkeypatch.setattr(dispatch, "_GOOD", 0.0)

    async def steps(master: Any, heard: list[str], request: Any) -> None:
        addon = Addon("late", heard)
        master.addons.add(addon)
        await request()
        addon.request = lambda flow: heard.append("late")  # type: ignore[attr-defined]
        await asyncio.sleep(0.001)
        await request()

    assert called(steps, quick=quick) == (["late"], [])


def test_who_has_no_hook_is_not_asked_for_it() -> None:
    """Which is what it is for: once a second is enough."""
    asked: list[str] = []

    class Slow:
        """Notes each time an attribute of its is wanted that is not there."""

        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            raise AttributeError(name)

    async def steps(master: Any, heard: list[str], request: Any) -> None:
        master.addons.add(Slow())
        for _ in range(50):
            await request()

    called(steps, quick=True)
    assert 1 <= asked.count("request") <= 5
    asked.clear()
    called(steps, quick=False)
    assert asked.count("request") == 50


def test_it_can_be_switched_off_and_goes_with_its_addon() -> None:
    """Then mitmproxy calls hooks itself."""
    mitmproxy()
    from mitmproxy.test import taddons

    from analyzer.live.dispatch import DispatchAddon

    addon = DispatchAddon()
    with taddons.context(addon) as bench:
        manager = bench.master.addons
        addon.running()
        assert vars(manager)["trigger_event"]
        bench.options.sioscope_quick_hooks = False
        assert "trigger_event" not in vars(manager)
        bench.options.sioscope_quick_hooks = True
        assert vars(manager)["trigger_event"]
        manager.remove(addon)
        assert "trigger_event" not in vars(manager)


def test_only_where_it_is_known_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mitmproxy to come, and one in which somebody else stands in, are left as they are."""
    mitmproxy()
    from mitmproxy import version
    from mitmproxy.test import taddons

    from analyzer.live.dispatch import Dispatch

    with taddons.context() as bench:
        manager = bench.master.addons
        monkeypatch.setattr(version, "VERSION", "99.0.0")
        Dispatch(manager).install()
        assert "trigger_event" not in vars(manager)
        monkeypatch.setattr(version, "VERSION", "12.1.0")
        manager.trigger_event = theirs = object()
        other = Dispatch(manager)
        other.install()
        other.remove()
        assert manager.trigger_event is theirs


def test_this_mitmproxy_does_what_it_does() -> None:
    """Word by word what was looked at: in a version in which it is something else, `KNOWN` has to say less."""
    mitmproxy()
    from mitmproxy.addonmanager import AddonManager

    words = " ".join(inspect.getsource(AddonManager.trigger_event).split('"""')[-1].split())
    assert words == (
        "for i in self.chain: try: with safecall(): await self.invoke_addon(i, event) "
        "except exceptions.AddonHalt: return"
    )
