"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import units


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 ms"),
        (0.00041, "0.41 ms"),
        (0.0031, "3.1 ms"),
        (0.0124, "12.4 ms"),
        (0.412, "412 ms"),
        (0.9996, "1.00 s"),
        (1.4, "1.40 s"),
        (25, "25.0 s"),
        (112, "112 s"),
        (200, "3 min 20 s"),
        (7_500, "2 h 05 min"),
        (273_600, "3 d 04 h"),
        (9.3e9, "294 y"),
        (-0.0125, "-12.5 ms"),
        (None, "-"),
    ],
)
def test_durations(seconds, said):
    """A duration has about three digits and the unit that fits."""
    assert units.duration(seconds) == said
    assert units.milliseconds(None if seconds is None else seconds * 1000) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (512, "512 B"), (999.6, "1.00 kB"), (56_249, "56.2 kB"), (1_630_000, "1.63 MB"), (999_999, "1.00 MB"),
     (2.5e15, "2.50 PB"), (-2048, "-2.05 kB"), (None, "-")],
)  # fmt: skip
def test_sizes(count, said):
    """Bytes are decimal and never show four digits before the unit."""
    assert units.size(count) == said


@pytest.mark.parametrize(
    ("per_second", "said"), [(0, "0.00/s"), (0.024, "0.02/s"), (12.34, "12.3/s"), (1204.4, "1,204/s"), (None, "-")]
)
def test_rates(per_second, said):
    """Rates show the digits that matter."""
    assert units.rate(per_second) == said


def test_counts():
    """Counts have separators, and nouns their plural."""
    assert units.count(1204) == "1,204"
    assert units.count(None) == "-"
    assert units.plural(1, "session") == "1 session"
    assert units.plural(1_000, "session") == "1,000 sessions"
    assert units.plural(0, "retry", "retries") == "0 retries"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.5, 2.7, 2.9], "1.5/2.7/2.9 ms"),
        ([1.5, 457, 1010], "1.5/457 ms/1.01 s"),
        ([None, 3], "3.0 ms"),
        ([None], "-"),
    ],
)
def test_spreads(values, said):
    """Several durations share a unit where they can."""
    assert units.spread(values) == said


def test_moments():
    """A moment is a date and a time of day to the millisecond."""
    assert units.moment(1_795_402_732_167_861_000) == "2026-11-23 02:58:52.167 UTC"
    assert units.moment(None) == "-"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_stay_short(value):
    """Whatever is measured, what is said fits a column."""
    assert len(units.duration(value)) <= 13
    assert len(units.size(value)) <= 8
