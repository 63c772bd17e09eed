"""The distribution of round trips."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analyzer.report.charts import round_trips


def beats(table_of, *trips, transport="websocket"):
    """Heartbeats with these round trips, in ms."""
    return table_of("heartbeats", [{"rtt_ms": trip, "transport": transport} for trip in trips])


def test_curve(table_of, ax, words):
    """The curve goes from the quickest to the slowest, median and 95th percentile are named."""
    round_trips(beats(table_of, 4.0, 2.0, 3.0, None), ax)
    curve = ax.get_lines()[0]
    assert curve.get_xdata().tolist() == [2.0, 3.0, 4.0]
    assert curve.get_ydata().tolist() == [0.0, 0.5, 1.0]
    assert {"p50 3.0 ms", "p95 3.9 ms", "websocket (3)", "3 pongs, slowest 4.0 ms, 1 ping without one"} <= set(
        words(ax)
    )
    assert ax.get_xscale() == "linear"


def test_long_tail(table_of, ax):
    """A tail that would hide the rest makes the scale logarithmic."""
    round_trips(beats(table_of, *[1.0] * 20, 500.0), ax)
    assert ax.get_xscale() == "log"


def test_transports(few, ax):
    """Each transport has its curve and its own colour."""
    round_trips(few.heartbeats, ax)
    curves = {line.get_label().split(" ")[0]: line.get_color() for line in ax.get_lines() if "(" in line.get_label()}
    assert set(curves) == {"websocket", "polling"}
    assert len(set(curves.values())) == 2


def test_many_points_stay_few(table_of, ax):
    """A curve over many pongs has a limited number of points."""
    round_trips(beats(table_of, *map(float, range(1, 10_000))), ax)
    assert len(ax.get_lines()[0].get_xdata()) == 2_000


@pytest.mark.parametrize("trips", [[0.0], [0.0, 0.0], [5.0]])
def test_flat(table_of, ax, trips):
    """One pong, or all the same, still make a picture."""
    round_trips(beats(table_of, *trips), ax)
    FigureCanvasAgg(ax.figure).draw()
    assert ax.get_xlim()[1] > trips[0]


def test_nothing(empty, table_of, ax, words):
    """No heartbeats, and none that were answered, are said in words."""
    round_trips(empty.heartbeats, ax)
    assert "no heartbeats" in words(ax)
    other = ax.figure.add_subplot()
    round_trips(beats(table_of, None), other)
    assert "no ping was answered" in words(other)
