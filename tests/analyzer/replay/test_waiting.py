"""What the head of the line waits for."""

import pytest

from analyzer.replay.arrivals import Arrivals
from analyzer.replay.board import Board
from analyzer.replay.pace import Pace
from analyzer.replay.waiting import Line
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import MS, START, shop

PLAN = session(shop())


def line(pace: Pace) -> Line:
    """The line of the shop's client."""
    return Line(PLAN.expected, pace, 0, START)


def test_gates_and_think_time() -> None:
    """It waits for the gates, as long as they took and the timeout, and thinks from the last of them."""
    order = PLAN.steps[1]
    waiting = line(Pace()).wait(order, START + 3 * MS, 10.0)
    assert [gate.why for gate in waiting.missing] == ["push", "connect"]
    assert waiting.until == pytest.approx(15.002)
    assert waiting.think == 10 * MS
    assert line(Pace()).names(waiting.missing) == ("CONNECT", "event 'welcome'")
    fast = line(Pace("fast")).wait(order, START, 10.0)
    assert [gate.why for gate in fast.missing] == ["connect"]


def test_settled_by_what_comes() -> None:
    """Ready since the last of what it waited for has come."""
    arrivals = Arrivals(PLAN.expected)
    waiting = line(Pace()).wait(PLAN.steps[1], START, 10.0)
    arrivals.add(PLAN.expected[1].said._replace(time=10.5))
    waiting.settle(arrivals, Board([]), 0)
    assert [gate.why for gate in waiting.missing] == ["push"]
    arrivals.add(PLAN.expected[2].said._replace(time=11.5))
    waiting.settle(arrivals, Board([]), 0)
    assert (waiting.missing, waiting.ready) == ([], 11.5)


def test_the_end_waits_for_everything() -> None:
    """All that is expected, however it is paced."""
    waiting = line(Pace("fast")).wait(PLAN.steps[-1], START, 10.0)
    assert [gate.why for gate in waiting.missing].count("drain") == len(PLAN.expected) - 1
    assert waiting.until == pytest.approx(15.095)
