"""Cells and columns, whatever they use for "missing"."""

import numpy as np
import pandas as pd
import pytest

from analyzer.report import values

MISSING = [None, pd.NA, pd.NaT, float("nan"), np.float64("nan")]


@pytest.mark.parametrize("nothing", MISSING)
def test_missing_is_none(nothing):
    """Every kind of "missing" is None for every reader of a cell."""
    assert values.is_missing(nothing)
    assert values.text(nothing) is None
    assert values.number(nothing) is None
    assert values.nanoseconds(nothing) is None


def test_text_and_lists():
    """Text stays, other values become text, and lists are never missing."""
    assert values.text("a") == "a"
    assert values.text(12) == "12"
    assert not values.is_missing([])
    assert not values.is_missing(np.array([np.nan, 1]))


@pytest.mark.parametrize(
    ("cell", "found"),
    [(1, 1.0), ("2.5", 2.5), (np.int64(7), 7.0), (float("inf"), None), ("x", None), (10**400, None), ([1], None)],
)
def test_numbers(cell, found):
    """Finite numbers come out as floats, all else as None."""
    assert values.number(cell) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (1, 1),
        (np.int64(5), 5),
        ("1970-01-01T00:00:01.000000001Z", 1_000_000_001),
        ("1970-01-01T00:00:01", 1_000_000_000),
        (pd.Timestamp(7, tz="UTC"), 7),
        (pd.Timestamp("1970-01-01T01:00:00.5+01:00"), 500_000_000),
        (True, None),
        ("yesterday-ish", None),
        ([], None),
    ],
)
def test_nanoseconds(cell, found):
    """Times are read from numbers, ISO text and timestamps of any zone; what is none gives None."""
    assert values.nanoseconds(cell) == found


def test_columns_of_times():
    """A column of times gives int64 ns, and one number for those missing, whatever its unit."""
    exact = pd.Series([pd.Timestamp(1, tz="UTC"), pd.NaT], dtype="datetime64[ns, UTC]")
    assert values.times(exact).tolist() == [1, values.NO_TIME]
    coarse = pd.Series([pd.Timestamp("1970-01-01T00:00:02Z")], dtype="datetime64[s, UTC]")
    assert values.times(coarse).tolist() == [2_000_000_000]
    assert values.times(pd.Series(["1970-01-01T00:00:01Z", "no time"])).tolist() == [1_000_000_000, values.NO_TIME]


def test_columns_of_numbers():
    """Nullable columns give float64 with NaN, and infinities are as good as missing."""
    column = pd.Series([1, None, 3], dtype="Int64")
    np.testing.assert_array_equal(values.floats(column), [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(values.floats(pd.Series([np.inf, 2.0])), [np.nan, 2.0])
    assert values.known(column).tolist() == [1.0, 3.0]
    assert values.texts(pd.Series(["a", None], dtype="string")) == ["a", None]
