"""Bytes of a run."""

from analyzer.replay.budget import Budget


def test_over() -> None:
    """More than allowed is over."""
    budget = Budget(10)
    budget.spend(10)
    assert not budget.over
    budget.spend(1)
    assert budget.over
