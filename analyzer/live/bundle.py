"""Several addons as one. For every message mitmproxy asks each addon it knows, twice, whether it has the hook, which
costs more than what most of them do then.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from mitmproxy import hooks
from mitmproxy.addonmanager import safecall

Call = Callable[..., Any]


class Bundle:
    """Has the hooks and the commands of ``addons``. A hook runs theirs in order; what fails in one of them mitmproxy's
    event log is told as ever, and the others go on.
    """

    name = "sioscope"

    def __init__(self, addons: Sequence[Any]) -> None:
        self.parts = tuple(addons)
        """The addons, in the order in which traffic passes them."""
        for name in hooks.all_hooks:
            calls = [call for part in self.parts if callable(call := getattr(part, name, None))]
            if calls:
                setattr(self, name, _joined(calls))
        for part in self.parts:
            for name, found in inspect.getmembers(part, _is_command):
                setattr(self, name, found)


def _joined(calls: list[Call]) -> Call:
    """One hook for several: asynchronous where one of them is."""
    if len(calls) == 1:
        return calls[0]
    waits = any(map(inspect.iscoroutinefunction, calls))
    return _in_turn_awaited(calls) if waits else _in_turn(calls)


def _in_turn(calls: list[Call]) -> Call:
    def hook(*args: Any) -> None:
        for call in calls:
            try:
                call(*args)
            except Exception:  # in the quick way, a context for each is not
                with safecall():
                    raise

    return hook


def _in_turn_awaited(calls: list[Call]) -> Call:
    async def hook(*args: Any) -> None:
        for call in calls:
            with safecall():
                found = call(*args)
                if found is not None:
                    await found

    return hook


def _is_command(found: object) -> bool:
    return isinstance(getattr(found, "command_name", None), str)
