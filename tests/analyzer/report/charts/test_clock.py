"""Time along an axis."""

import numpy as np
import pytest

from analyzer.report.charts.clock import Clock
from analyzer.report.values import NO_TIME

SECOND = 1_000_000_000
START = 1_795_402_732_000_000_000


@pytest.mark.parametrize(
    ("span", "unit", "length"),
    [
        (0.5, "milliseconds", 500),
        (25, "seconds", 25),
        (600, "minutes", 10),
        (36_000, "hours", 10),
        (864_000, "days", 10),
    ],
)
def test_units(span, unit, length):
    """The unit suits the span, and positions count from the first moment."""
    clock = Clock.over(np.array([START, START + int(span * SECOND)]))
    assert clock.unit == unit
    assert clock.span == pytest.approx(length)
    assert clock.at(np.array([START, NO_TIME]))[0] == 0
    assert np.isnan(clock.at(np.array([NO_TIME]))[0])


def test_over_several_columns():
    """The clock begins with the earliest and ends with the latest of all; missing times are none."""
    clock = Clock.over(np.array([START + SECOND, NO_TIME]), np.array([START]), np.array([], np.int64))
    assert (clock.origin, clock.span) == (START, 1.0 if clock.unit == "seconds" else 1000.0)


def test_nothing_and_extremes():
    """No times, one time, and times at the ends of what 64 bits hold do no harm."""
    assert Clock.over(np.array([], np.int64)).span == 0
    assert Clock.over(np.array([START])).span == 0
    wide = Clock.over(np.array([NO_TIME + 1, 2**63 - 1]))
    assert wide.unit == "days"
    assert wide.at(np.array([2**63 - 1]))[0] == pytest.approx(213_503.98, abs=0.1)


def test_label(ax):
    """The axis says in what unit it counts, and from when."""
    Clock.over(np.array([START, START + 10 * SECOND])).label(ax)
    assert ax.get_xlabel() == "seconds since 2026-11-23 02:58:52.000 UTC"
    assert ax.get_xlim() == pytest.approx((-0.15, 10.15))
