"""When steps are due."""

from analyzer.replay.pace import Pace


def test_due() -> None:
    """By think time, by the clock, or at once."""
    think, offset = 2_000_000_000, 9_000_000_000
    assert Pace().due(5.0, think, offset, 1.0) == 7.0
    assert Pace("timed").due(5.0, think, offset, 1.0) == 10.0
    assert Pace("scaled", 3.0).due(5.0, think, offset, 1.0) == 4.0
    assert Pace("fast").due(5.0, think, offset, 1.0) == 5.0


def test_patience() -> None:
    """As long as it took in the capture, and the timeout."""
    assert Pace(timeout=4.0).patience(2_000_000_000) == 6.0
    assert Pace("scaled", 2.0, 4.0).patience(2_000_000_000) == 5.0
    assert Pace().patience(-5) == 5.0
