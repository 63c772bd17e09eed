"""Attempts to upgrade: which rows belong to which."""

from analyzer.tables.attempts import attempts
from analyzer.tables.carriers import carriers
from analyzer.tables.view import NONE, View
from tests.rows import Talk, log_of


def found(*talks):
    """The attempts of some sessions, and the types of their rows."""
    view = View(log_of(*talks))
    attempt = attempts(view, carriers(view))
    kinds = [*view.log["type"].tolist(), None]
    return attempt, [
        [kinds[row] for row in column] for column in (attempt.probe, attempt.answer, attempt.upgrade, attempt.ended)
    ]


def test_steps():
    """Steps are looked for on the connection of the request, behind it."""
    first = Talk().open(0, "polling").ws(10, "open", stream=5).ws(20, "close", stream=5).upgrade(30).close(90)
    attempt, kinds = found(first)
    assert kinds == [[None, "ping"], [None, "pong"], [None, "upgrade"], ["close", "close"]]
    assert attempt.carried.tolist() == [False, True]
    assert attempt.accepted.tolist() == [True, True]


def test_sessions_do_not_mix():
    """Two sessions that upgrade at the same time have each their own steps."""
    one, two = Talk("a").open(0, "polling").upgrade(10), Talk("b").open(1, "polling").ws(12, "open")
    attempt, kinds = found(one, two)
    assert attempt.key.tolist() == [0, 1]
    assert kinds[0] == ["ping", None]


def test_refused():
    """A request that was refused has no steps, whatever else is on its connection."""
    talk = Talk().open(0, "polling").http(20, status=400, on="websocket", stream=0).tcp(30, "fin", "c2s", 0)
    attempt, kinds = found(talk)
    assert (attempt.accepted.tolist(), attempt.carried.tolist(), attempt.drained.tolist()) == ([False], [False], [NONE])
    assert kinds[:3] == [[None]] * 3
