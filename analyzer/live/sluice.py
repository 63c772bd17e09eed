"""Holds back what passes on a WebSocket, and lets it go in time: the lanes of both directions, with their timers."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Final

from analyzer.live import transports
from analyzer.live.injection import Injection
from analyzer.live.lane import ALL, Held, Lane
from analyzer.live.relaying import Made, Relay

HIGH: Final = 1 << 20
LOW: Final = 1 << 19
"""Bytes held back in a direction from which on its sender is not read any more, and below which it is again."""
_MADE_UP: Final = "made up"
"""The queue of what the proxy says in a side's name."""


class Sluice:
    """One WebSocket. Directions are told by whether packets come ``from_client``; a ``relay`` is there as long as
    mitmproxy lets itself be steered.
    """

    def __init__(self, flow: Any, injection: Injection, relay: Relay | None) -> None:
        self._flow, self._injection, self._relay = flow, injection, relay
        self._lanes = {True: Lane(), False: Lane()}
        self._timers: dict[bool, asyncio.TimerHandle] = {}
        self._paused: set[bool] = set()
        self.over = False
        """Whether nothing can be let go any more."""

    def busy(self, from_client: bool) -> bool:
        """Whether whatever comes has to wait."""
        return self._lanes[from_client].busy

    def hold(self, from_client: bool, held: Held, queue: str = ALL) -> None:
        """Hold a packet back, until it is due and those before it in its queue are gone."""
        self._lanes[from_client].hold(held, queue)

    def swap(self, from_client: bool, held: Held, by: int) -> None:
        """Hold a packet back until so many others have passed, or it is due."""
        self._lanes[from_client].swap(held, by)

    def passed(self, from_client: bool) -> None:
        """A whole packet passes: those that have waited for it go right behind."""
        for held in self._lanes[from_client].passed():
            self.behind(from_client, held)

    def begun(self, from_client: bool) -> None:
        """A packet passes whose attachments are still to come."""
        self._lanes[from_client].begun(time.monotonic())

    def ended(self, from_client: bool) -> None:
        """They are there."""
        self._lanes[from_client].ended()

    def seen(self, message: Any) -> None:
        """A message that was let go passes."""
        self._lanes[bool(message.from_client)].seen(message.content)

    def behind(self, from_client: bool, held: Held) -> None:
        """Send a packet right behind the message that is passing."""
        for item in held.items:
            if self._relay is not None:
                self._relay.behind(item, held.why)
            else:
                self._inject(from_client, Made(item, held.why))

    def say(self, from_client: bool, held: Held) -> None:
        """Say something in a side's name, not in the middle of what it says itself."""
        self.hold(from_client, held, _MADE_UP)
        self.pump(from_client)

    def pump(self, from_client: bool) -> None:
        """Let go what is due, and come back for the rest."""
        lane, now = self._lanes[from_client], time.monotonic()
        if (timer := self._timers.pop(from_client, None)) is not None:
            timer.cancel()
        if self.over:
            return
        for held in lane.due(now):
            for item in held.items:
                self._inject(from_client, Made(item, held.why))
        due = lane.next_due()
        if due is not None:
            loop = asyncio.get_running_loop()
            self._timers[from_client] = loop.call_later(max(0.0, due - now), self.pump, from_client)
        self._hold_up(from_client, lane.size)

    def rest(self, from_client: bool) -> Iterator[Made]:
        """All that is held back, in order."""
        for held in self._lanes[from_client].rest():
            for item in held.items:
                yield Made(item, held.why)

    def stop(self) -> None:
        """The WebSocket is over."""
        self.over = True
        for timer in self._timers.values():
            timer.cancel()

    def _inject(self, from_client: bool, made: Made) -> None:
        self._injection.send(self._flow, made.item, to_client=not from_client, why=made.why)

    def _hold_up(self, from_client: bool, size: int) -> None:
        """A sender that is too quick finds its line full."""
        if size > HIGH and from_client not in self._paused:
            self._paused.add(from_client)
            transports.pause(self._flow, client=from_client, paused=True)
        elif size < LOW and from_client in self._paused:
            self._paused.discard(from_client)
            transports.pause(self._flow, client=from_client, paused=False)
