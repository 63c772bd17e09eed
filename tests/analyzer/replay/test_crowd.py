"""Many sessions at once."""

import asyncio
import os
import signal
from dataclasses import replace
from typing import Any

import aiohttp

from analyzer.replay import outcome
from analyzer.replay.budget import Budget
from analyzer.replay.client import World
from analyzer.replay.crowd import Crowd, Limits, Round, predecessors
from analyzer.replay.pace import Pace
from analyzer.replay.played import Played
from analyzer.replay.player import Terms
from analyzer.replay.steps import Gate, Use
from tests.analyzer.replay import servers
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop

PLAN = session(shop())


def crowd(port: int, rounds: list[Round], limits: Limits, tell: Any = lambda each: None, **more: Any) -> list[Played]:
    """Play rounds against a port."""

    async def run() -> list[Played]:
        async with aiohttp.TCPConnector(limit=0) as connector:
            world = World(f"http://127.0.0.1:{port}", connector, budget=more.get("budget", Budget()))
            return await asyncio.wait_for(Crowd(world, Terms(Pace()), limits, tell).run(rounds), 60)

    return asyncio.run(run())


def later(ms: int, sid: str) -> Any:
    """The shop's session, begun later."""
    return replace(PLAN, session=sid, begun=PLAN.begun + ms * 1_000_000)


def test_rounds_and_concurrency() -> None:
    """All are played, never more at once than allowed."""
    at_once: list[int] = []

    with servers.app(servers.shop_app()) as port:
        found = crowd(port, [Round([PLAN, PLAN])] * 4, Limits(3), lambda each: at_once.append(each.playing))
    assert [each.outcome for each in found] == [outcome.COMPLETED] * 8
    assert len({each.sid for each in found}) == 8
    assert max(at_once, default=0) <= 3


def test_offsets() -> None:
    """Sessions begin when they did."""
    with servers.app(servers.shop_app()) as port:
        first, second = crowd(port, [Round([later(0, "a"), later(300, "b")])], Limits())
    assert second.sent[0].time - first.sent[0].time > 0.25


def test_what_comes_after_another_session() -> None:
    """A client that came back waits until the session it had lost is over; others do not wait for each other."""
    gone, back = later(0, "a"), later(200, "b")
    join = back.steps[0]._replace(uses=(Use(Gate("value", 0, 0), (), (), "x"),))
    back = replace(back, steps=(join, *back.steps[1:]))
    assert predecessors(1, [gone, back]) == [0]
    assert predecessors(0, [gone, back]) == predecessors(1, [gone, later(200, "b")]) == []
    assert predecessors(1, [gone, replace(back, begun=gone.begun)]) == []
    with servers.app(servers.shop_app(slow=0.5)) as port:
        first, second = crowd(port, [Round([gone, back])], Limits())
    assert second.sent[0].time > first.sent[-1].time


def test_time_is_over() -> None:
    """What plays is ended, what has not begun is told so."""
    with servers.app(servers.shop_app(slow=30.0)) as port:
        first, second = crowd(port, [Round([later(0, "a"), later(60_000, "b")])], Limits(seconds=0.5))
    assert (first.outcome, second.outcome) == (outcome.INTERRUPTED, outcome.NOT_STARTED)
    assert "seconds are over" in first.detail
    assert "seconds are over" in second.detail


def test_an_interrupt_ends_with_what_was_done() -> None:
    """Ctrl-C."""

    def interrupt(each: Crowd) -> None:
        if any(played.sent for played in each.results):
            os.kill(os.getpid(), signal.SIGINT)

    with servers.app(servers.shop_app(slow=30.0)) as port:
        (first,) = crowd(port, [Round([PLAN])], Limits(), interrupt)
    assert first.outcome == outcome.INTERRUPTED
    assert first.sent


def test_bytes_are_over() -> None:
    """A run does not receive more than allowed."""
    with servers.app(servers.shop_app(slow=30.0)) as port:
        (first,) = crowd(port, [Round([PLAN])], Limits(), budget=Budget(10))
    assert first.outcome == outcome.FLOODED
