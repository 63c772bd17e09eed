"""The other side of a live session, and a clock, for players: all in one process and without any waiting."""

import heapq
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from analyzer.replay.actions import Dial, Dialled, Event, Fetch, Fetched, HangUp, Heard, HungUp, Say
from analyzer.replay.board import Board
from analyzer.replay.pace import Pace
from analyzer.replay.plan import plan
from analyzer.replay.played import Played
from analyzer.replay.player import Player, Terms
from analyzer.replay.steps import SessionPlan

Answer = Iterable[tuple[float, str | bytes]]
"""Messages of the server, each with the seconds until it comes."""


def handshake(**more: Any) -> str:
    """An open packet's text."""
    return "0" + json.dumps({"sid": "live", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000} | more)


@dataclass
class Opposite:
    """A server on a WebSocket: `says` is asked for every message of the client."""

    says: Callable[[str | bytes], Answer]
    opening: str = field(default_factory=handshake)
    first: Answer = ()
    now: float = 100.0
    heard: list[tuple[float, str | bytes]] = field(default_factory=list)
    """What the client has said, and when."""
    _queue: list[tuple[float, int, Event]] = field(default_factory=list)
    _count: int = 0

    def play(self, player: Player, seconds: float = 1000.0) -> Played:
        """Play to the end, or for so many seconds of the clock."""
        end = self.now + seconds
        player.start(self.now)
        while True:
            while player.actions:
                self._take(player.actions.pop(0))
            if player.done:
                return player.result
            event_at = self._queue[0][0] if self._queue else float("inf")
            self.now = max(self.now, min(event_at, player.wake_at))
            assert self.now <= end, "nothing happens any more"
            if event_at <= player.wake_at:
                player.feed(heapq.heappop(self._queue)[2], self.now)
            else:
                player.tick(self.now)

    def later(self, seconds: float, event: Event) -> None:
        """Have something happen."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + seconds, self._count, event))

    def _take(self, action: Any) -> None:
        if isinstance(action, Dial):
            self.later(0.001, Dialled(action.number))
            self.later(0.002, Heard(action.number, self.opening))
            for delay, message in self.first:
                self.later(0.002 + delay, Heard(action.number, message))
        elif isinstance(action, Say):
            self.heard.append((self.now, action.message))
            for delay, message in self.says(action.message):
                self.later(delay, HungUp(action.number, 1000) if message == "bye" else Heard(action.number, message))
        elif isinstance(action, HangUp):
            self.later(0.001, HungUp(action.number, 1005))
        elif isinstance(action, Fetch):
            self.later(0.001, Fetched(action.number, 500, "text/plain", b"no polling here"))


def played(rows: list, opposite: Opposite, pace: Pace | None = None, **terms: Any) -> Played:
    """The one session of rows, played."""
    return opposite.play(Player(session(rows), 0, Terms(pace or Pace(), **terms), Board([session(rows)])))


def session(rows: list) -> SessionPlan:
    """The plan of the one session in rows."""
    (found,) = plan(rows).sessions
    return found


def shop_says(order: str = "o-4711") -> Callable[[str | bytes], Answer]:
    """The server of `talks.shop`, every answer after 10 ms."""

    def says(message: str | bytes) -> Answer:
        text = str(message)
        if text.startswith("40"):
            return [(0.001, '40{"sid":"y"}'), (0.002, '42["welcome","hello"]')]
        if '"order"' in text:
            number = text[2 : text.index("[")]
            return [(0.01, f'43{number}[{{"order":"{order}","total":3}}]')]
        if '"pay"' in text:
            number = text[2 : text.index("[")]
            return [
                (0.01, f'43{number}["ok"]'),
                (0.015, f'42["paid",{{"id":"{order}"}}]'),
                (0.02, '4299["ask","happy?"]'),
            ]
        return []

    return says
