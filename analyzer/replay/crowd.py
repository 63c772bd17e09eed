"""All sessions of a run at once: each at its offset, no more than allowed, each told the end when it comes."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from analyzer.replay import outcome
from analyzer.replay.board import Board
from analyzer.replay.client import Client, World
from analyzer.replay.played import Played
from analyzer.replay.player import Player, Terms
from analyzer.replay.steps import CONNECT, SessionPlan

_LOOK = 0.2
"""Seconds between two looks at what is left of the run's time."""


@dataclass(frozen=True, slots=True)
class Round:
    """The sessions of a plan, once: those of one round know each other's values."""

    sessions: Sequence[SessionPlan]


@dataclass(slots=True)
class Limits:
    """How many sessions at once, and how many seconds in all."""

    concurrency: int = 0
    """0: all of a round."""
    seconds: float = 3_600.0


class Crowd:
    """Plays rounds of sessions in a world. `run` gives what became of each, those that were not started included."""

    def __init__(self, world: World, terms: Terms, limits: Limits, tell: Callable[["Crowd"], None]) -> None:
        self._world, self._terms, self._limits, self._tell = world, terms, limits, tell
        self._clients: set[Client] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped: tuple[str, str] | None = None
        self._stop = asyncio.Event()
        self.results: list[Played] = []
        """Of all sessions that were begun or given up, in the order of the plan."""
        self.playing = self.finished = 0

    async def run(self, rounds: Sequence[Round]) -> list[Played]:
        """Play everything; an interrupt (Ctrl-C) ends all sessions."""
        loop = asyncio.get_running_loop()
        handled = False
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not on Windows, not in threads
            loop.add_signal_handler(signal.SIGINT, self.stop, outcome.INTERRUPTED, "interrupted")
            handled = True
        budget = self._world.budget
        why = f"the servers sent more than the run's {budget.most} bytes"
        budget.tell = partial(loop.call_soon, self.stop, outcome.FLOODED, why)
        watch = loop.create_task(self._watch())
        try:
            most = self._limits.concurrency or max((len(each.sessions) for each in rounds), default=1)
            slots = asyncio.Semaphore(most)
            for each in rounds:
                await self._round(each, slots)
            if self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            watch.cancel()
            if handled:
                loop.remove_signal_handler(signal.SIGINT)
        return self.results

    def stop(self, code: str, why: str) -> None:
        """End all sessions, and begin no more."""
        if self._stopped is None:
            self._stopped = code, why
        self._stop.set()
        for client in list(self._clients):
            client.stop(code, why)

    async def _round(self, each: Round, slots: asyncio.Semaphore) -> None:
        """Begin the sessions of a round, each when its time has come and there is room."""
        loop = asyncio.get_running_loop()
        board = Board(each.sessions)
        over = [asyncio.Event() for _ in each.sessions]
        began, first = 0.0, each.sessions[0].begun if each.sessions else 0
        for index, session in enumerate(each.sessions):
            await self._room(slots)
            began = began or loop.time()
            pace = self._terms.pace
            offset = 0.0 if pace.mode == "fast" else pace.seconds(session.begun - first)
            at = began + offset
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), max(0.0, at - loop.time()))
            player = Player(session, index, self._terms, board)
            self.results.append(player.result)
            if self._stopped is not None:
                player.result.detail = self._stopped[1]
                slots.release()
                continue
            client = Client(player, self._world)
            board.listen(index, client.wake)
            self._clients.add(client)
            self.playing += 1
            before = [over[i] for i in predecessors(index, each.sessions)]
            task = loop.create_task(self._play(client, at, before))
            self._tasks.add(task)
            task.add_done_callback(partial(self._played, client, slots, over[index]))

    async def _room(self, slots: asyncio.Semaphore) -> None:
        """Wait until one more session may begin, or the run is over."""
        while self._stopped is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(slots.acquire(), _LOOK)
                return
        if not slots.locked():
            await slots.acquire()

    async def _play(self, client: Client, at: float, before: Sequence[asyncio.Event]) -> None:
        """Play a session, once those are over that it comes after; that is waited for no longer than anything else."""
        for each in before:
            with suppress(TimeoutError):
                await asyncio.wait_for(each.wait(), self._terms.pace.timeout)
        if self._stopped is None:
            await client.run(at)

    def _played(
        self, client: Client, slots: asyncio.Semaphore, over: asyncio.Event, task: "asyncio.Task[None]"
    ) -> None:
        self._clients.discard(client)
        self._tasks.discard(task)
        self.playing -= 1
        self.finished += 1
        slots.release()
        over.set()
        if not task.cancelled() and task.exception() is not None:
            task.get_loop().call_exception_handler({"message": "a session", "exception": task.exception()})

    async def _watch(self) -> None:
        """Keep to the limit of time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._limits.seconds
        while True:
            await asyncio.sleep(_LOOK)
            self._tell(self)
            if loop.time() > end:
                self.stop(outcome.INTERRUPTED, f"the run's {self._limits.seconds:g} seconds are over")


def predecessors(index: int, sessions: Sequence[SessionPlan]) -> list[int]:
    """The sessions that a client had lost before it came back as this one: its CONNECT recovers their state."""
    found = {use.gate.session for step in sessions[index].steps if step.kind == CONNECT for use in step.uses}
    return [i for i in sorted(found - {index}) if sessions[i].steps[-1].time <= sessions[index].begun]
