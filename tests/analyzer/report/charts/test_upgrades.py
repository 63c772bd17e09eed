"""The waterfall of upgrades."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analyzer.report.charts import waterfall

MS = 1_000_000
DONE = {"session": "A", "outcome": "completed", "status": 101, "duration_ms": 9.0,
        "started": 100 * MS, "probe_sent": 102 * MS, "probe_answered": 105 * MS, "upgrade_sent": 109 * MS}  # fmt: skip
REFUSED = {"session": "B", "outcome": "refused", "status": 400, "duration_ms": 4.0, "started": 50 * MS}


def segments(ax):
    """Label to the (start, end) of its bars, by row."""
    found = {}
    for bars in ax.collections:
        boxes = [path.get_extents() for path in bars.get_paths()]
        found[bars.get_label()] = {round(box.y0 + box.height / 2): (box.x0, box.x1) for box in boxes}
    return found


def test_segments(table_of, ax, words):
    """Rows in order of time, each with a segment a step; what was never reached is grey and ends in a cross."""
    waterfall(table_of("upgrades", [DONE, REFUSED]), ax)
    found = segments(ax)
    assert found["request to 2probe"] == {1: (0.0, 2.0)}
    assert found["2probe to 3probe"] == {1: (2.0, 5.0)}
    assert found["3probe to 5"] == {1: (5.0, 9.0)}
    assert found["until it was over"] == {0: (0.0, 4.0)}
    assert {"A", "B", "completed, 9.0 ms", "refused 400, 4.0 ms", "2 attempts, 1 completed"} <= set(words(ax))
    (crosses,) = [line for line in ax.get_lines() if line.get_label() == "not completed"]
    assert (crosses.get_xdata().tolist(), crosses.get_ydata().tolist()) == ([4.0], [0])


def test_without_a_probe(table_of, ax):
    """A client that switches without a probe has one long segment."""
    waterfall(table_of("upgrades", [DONE | {"probe_sent": None, "probe_answered": None}]), ax)
    assert segments(ax) == {"3probe to 5": {0: (0.0, 9.0)}}


def test_odd_times(table_of, ax):
    """Steps in the wrong order, no time at all and no duration do no harm."""
    backwards = DONE | {"probe_sent": 101 * MS, "probe_answered": 100 * MS, "duration_ms": None}
    waterfall(table_of("upgrades", [backwards, {"session": "C", "outcome": None}]), ax)
    FigureCanvasAgg(ax.figure).draw()
    assert all(end >= start for rows in segments(ax).values() for start, end in rows.values())


def test_one_that_waited_long(table_of, ax):
    """An attempt that ran into a time-out does not flatten all others: the axis ends before it."""
    rows = [DONE] * 10 + [REFUSED | {"outcome": "failed", "duration_ms": 10_000.0}]
    waterfall(table_of("upgrades", rows), ax)
    assert ax.get_xlim()[1] < 100


def test_a_crowd(crowd, ax, words):
    """Many attempts are ordered by success and duration, without a name each."""
    waterfall(crowd.upgrades, ax)
    assert "attempts: completed ones first, quickest first" in words(ax)
    assert ax.get_yticks().tolist() == []
    (crosses,) = [line for line in ax.get_lines() if line.get_label() == "not completed"]
    failed = (crowd.upgrades["outcome"] != "completed").sum()
    assert crosses.get_ydata().tolist() == list(range(len(crowd.upgrades) - failed, len(crowd.upgrades)))
    done = segments(ax)["3probe to 5"]
    ends = [done[row][1] for row in sorted(done)]
    assert np.all(np.diff(ends) >= -1e-9)


def test_more_than_are_drawn(table_of, ax, words):
    """Of very many attempts those that failed or were slowest are drawn, and it says so."""
    waterfall(table_of("upgrades", [DONE] * 1500 + [REFUSED] * 10), ax)
    assert "1,000 attempts (1,510 in all), 990 completed" in words(ax)


@pytest.mark.parametrize("name", ["$a$", "\x1b[2J"])
def test_hostile_names(table_of, ax, words, name):
    """Names of sessions are labels, nothing more."""
    waterfall(table_of("upgrades", [DONE | {"session": name, "outcome": name}]), ax)
    assert all(word.isprintable() for word in words(ax))


def test_nothing(empty, ax, words):
    """No attempt is said in words."""
    waterfall(empty.upgrades, ax)
    assert "no upgrade was attempted" in words(ax)
