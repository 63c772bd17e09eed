"""Event rates over time."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import StepPatch

from analyzer.report.charts import event_rates

SECOND = 10**9


def log(table_of, *events):
    """A log of events, from (second, name)."""
    return table_of("log", [{"layer": "socket.io", "time": int(at * SECOND), "event": name} for at, name in events])


def areas(ax):
    """Label to its area; the outline of all is left out."""
    return {patch.get_label(): patch for patch in ax.patches if isinstance(patch, StepPatch) and patch.get_fill()}


def test_rates(table_of, ax, words):
    """Areas lie upon each other, and together hold every event."""
    event_rates(log(table_of, *[(at / 2, "a") for at in range(21)], (9.9, "b")), ax)
    found = areas(ax)
    assert set(found) == {"a", "b"}
    total = 0.0
    for patch in found.values():
        values, edges, baseline = patch.get_data()
        total += float(((values - baseline) * np.diff(edges)).sum())
        assert ax.get_xlim()[0] <= edges[0] <= edges[-1] <= ax.get_xlim()[1]
    assert total == pytest.approx(22)
    assert "events a second" in words(ax)
    assert any(word.startswith("22 events, bins of ") for word in words(ax))


def test_the_rest_is_one(table_of, ax):
    """The most frequent have a name each, the others share one."""
    names = [name for count, name in enumerate("abcdefghij", 1) for _ in range(count)]
    event_rates(log(table_of, *enumerate(names)), ax, top=3)
    assert list(areas(ax)) == ["j", "i", "h", "7 others"]


def test_colours_differ(crowd, ax):
    """Every area has a colour of its own."""
    event_rates(crowd.log, ax, top=8)
    colors = [patch.get_facecolor() for patch in areas(ax).values()]
    assert len(set(colors)) == len(colors) == 9


@pytest.mark.parametrize("at", [[5.0], [5.0, 5.0], [0.0, 1e-9], [0.0, 4e9]])
def test_spans(table_of, ax, at):
    """A single moment and a span of a century make a picture of a bounded number of bins."""
    event_rates(log(table_of, *[(second, "a") for second in at]), ax)
    FigureCanvasAgg(ax.figure).draw()
    assert all(len(patch.get_data().values) <= 100 for patch in areas(ax).values())


def test_hostile_names(hostile, ax, words):
    """Names of events are labels, nothing more."""
    event_rates(hostile.log, ax)
    assert all(word.isprintable() for word in words(ax))


def test_nothing(empty, ax, words):
    """No events are said in words."""
    event_rates(empty.log, ax)
    assert "no events" in words(ax)
