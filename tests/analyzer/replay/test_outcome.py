"""Outcomes are stable codes."""

from analyzer.replay import outcome


def test_codes_are_distinct() -> None:
    """No two mean the same."""
    codes = [value for name, value in vars(outcome).items() if name.isupper()]
    assert len(set(codes)) == len(codes) >= 12
