"""Times moved."""

import pytest

from analyzer.replay.jsontext import leaves
from analyzer.replay.timeshift import shifted

THEN = 1_700_000_000.0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"2023-11-14T22:13:20Z"', '"2023-11-15T22:13:20Z"'),
        ('"2023-11-14T22:13:20.123Z"', '"2023-11-15T22:13:20.123Z"'),
        ('"2023-11-14T22:13:20+01:00"', '"2023-11-15T22:13:20+01:00"'),
        ("1700000000", "1700086400"),
        ("1700000000123", "1700086400123"),
        ("1700000000.5", "1700086400.5"),
        ('"2003-11-14T22:13:20Z"', None),
        ('"2023-11-14"', None),
        ("17", None),
        ("true", None),
    ],
)
def test_by_a_day(before: str, after: str | None) -> None:
    """In the form they have; what is no time, or far away, stays."""
    (leaf,) = leaves(before)
    assert shifted(leaf, THEN, 86_400.0) == after
