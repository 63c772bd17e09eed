"""Bytes of a run."""

from analyzer.replay.budget import Budget


def test_over() -> None:
    """More than allowed is over."""
    budget = Budget(10)
    budget.spend(10)
    assert not budget.over
    budget.spend(1)
    assert budget.over


def test_tells_once() -> None:
    """At the moment it is used up."""
    told: list[int] = []
    budget = Budget(10)
    budget.tell = lambda: told.append(budget.spent)
    for size in (10, 5, 5):
        budget.spend(size)
    assert told == [15]
