"""Hooks only to those addons that have them. For every message mitmproxy asks each of its three dozen addons twice
whether it has the hook, which takes about half of all the time that it spends on the message.

Who has a hook is looked up once a second, and whenever an addon comes or goes. Those that have it are called as
mitmproxy itself does, in its order.
"""

import time
from typing import Any, Final

from mitmproxy import ctx, exceptions, hooks, version
from mitmproxy.addonmanager import safecall

KNOWN: Final = ("11", "12")
"""Major versions of mitmproxy whose `trigger_event` does what the one here does."""
OPTION: Final = "sioscope_quick_hooks"
_GOOD: Final = 1.0
"""Seconds until it is looked up again: an addon may have got a hook while it ran."""
_TRIGGER: Final = "trigger_event"


class Dispatch:
    """Stands in for an addon manager's way of calling hooks."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._chain: list[Any] = []
        self._count = 0
        self._until = float("-inf")
        self._heeding: dict[str, list[Any]] = {}

    def install(self) -> None:
        """From now on; not where somebody else stands in already, or mitmproxy is one that is not known."""
        if version.VERSION.partition(".")[0] in KNOWN and _TRIGGER not in vars(self._manager):
            setattr(self._manager, _TRIGGER, self.trigger_event)

    def remove(self) -> None:
        """No longer."""
        if vars(self._manager).get(_TRIGGER) == self.trigger_event:
            delattr(self._manager, _TRIGGER)

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Call a hook of all addons that have it."""
        for addon in self._those_with(event.name):
            try:
                with safecall():
                    await self._manager.invoke_addon(addon, event)
            except exceptions.AddonHalt:
                return

    def _those_with(self, name: str) -> list[Any]:
        chain, now = self._manager.chain, time.monotonic()
        if chain is not self._chain or len(chain) != self._count or now > self._until:
            self._chain, self._count, self._until = chain, len(chain), now + _GOOD
            self._heeding = {}
        found = self._heeding.get(name)
        if found is None:
            found = self._heeding[name] = [addon for addon in chain if _has(addon, name)]
        return found


class DispatchAddon:
    """Has it stand in, unless its option says otherwise."""

    def __init__(self) -> None:
        self._dispatch: Dispatch | None = None

    def load(self, loader: Any) -> None:
        """The option there is."""
        loader.add_option(OPTION, bool, True, "Have mitmproxy call only those addons that have a hook.")

    def configure(self, updated: set[str]) -> None:
        """It may be changed at any time."""
        if OPTION in updated:
            self.running()

    def running(self) -> None:
        """As the option says."""
        self.done()
        if getattr(ctx.options, OPTION):
            self._dispatch = Dispatch(ctx.master.addons)
            self._dispatch.install()

    def done(self) -> None:
        """mitmproxy calls hooks itself again."""
        if self._dispatch is not None:
            self._dispatch.remove()
            self._dispatch = None


def _has(addon: Any, name: str) -> bool:
    """Whether an addon may have a hook; those with addons of their own may always."""
    return getattr(addon, name, None) is not None or hasattr(addon, "addons")
