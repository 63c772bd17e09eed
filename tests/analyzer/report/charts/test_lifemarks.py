"""What is drawn upon lifelines."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from analyzer.report.charts import lifemarks
from analyzer.report.charts.clock import Clock

SECOND = 10**9


@pytest.fixture
def rows():
    """Two lines of ten seconds."""
    clock = Clock.over(np.array([0, 10 * SECOND]))
    ids = np.array(["A", "B"], dtype=object)
    return lifemarks.Rows(clock, ids, np.array([0.0, 0.0]), np.array([10.0, 8.0]), 0.6)


def drawn(ax):
    """Label to the points of its marks."""
    found = {}
    for line in ax.get_lines():
        found[line.get_label()] = (
            list(zip(line.get_xdata().tolist(), line.get_ydata().tolist(), strict=True))
            if len(line.get_xdata())
            else []
        )
    return found


def test_failures(rows, table_of, ax):
    """A failed upgrade is marked when it was tried; completed ones and unknown sessions are not."""
    attempt = {"session": "B", "started": 2 * SECOND, "outcome": "refused"}
    table = table_of(
        "upgrades",
        [attempt, attempt | {"outcome": "completed"}, attempt | {"session": "Z"}, attempt | {"started": None}],
    )
    lifemarks.failures(ax, rows, table)
    assert drawn(ax) == {"upgrade failed": [(2.0, 1.3)]}


def test_events(rows, table_of, ax):
    """Events close together are one darker tick, on their session's line."""
    event = {"layer": "socket.io", "session": "A", "event": "x", "time": 3 * SECOND}
    lifemarks.events(
        ax, rows, table_of("log", [event] * 5 + [event | {"session": "B", "time": 9 * SECOND}, event | {"event": None}])
    )
    (ticks,) = [item for item in ax.collections if isinstance(item, LineCollection)]
    first, second = ticks.get_segments()
    assert first[0] == pytest.approx([3.0, -0.3], abs=0.01)
    assert first[1] == pytest.approx([3.0, 0.3], abs=0.01)
    assert second[0] == pytest.approx([9.0, 0.7], abs=0.01)
    assert ticks.get_colors()[0][3] > ticks.get_colors()[1][3]


def test_many_events_are_few_ticks(rows, table_of, ax):
    """The number of ticks is bounded by the width, not by the log."""
    event = {"layer": "socket.io", "session": "A", "event": "x"}
    times = np.linspace(0, 10 * SECOND, 5_000).astype(int).tolist()
    lifemarks.events(ax, rows, table_of("log", [event | {"time": time} for time in times]))
    (ticks,) = [item for item in ax.collections if isinstance(item, LineCollection)]
    assert len(ticks.get_segments()) <= 1_200


def test_heartbeats(rows, table_of, ax):
    """Pings are dots above the line, those without a pong crosses."""
    beat = {"session": "A", "ping_time": SECOND, "state": "answered"}
    lifemarks.heartbeats(ax, rows, table_of("heartbeats", [beat, beat | {"ping_time": 2 * SECOND, "state": "missed"}]))
    found = drawn(ax)
    assert [x for x, _ in found["heartbeat"]] == [1.0]
    assert [x for x, _ in found["ping without pong"]] == [2.0]
    assert found["heartbeat"][0][1] < -0.3


def test_ends(rows, table_of, ax):
    """Ends tell who closed, a ping timeout whoever it was, and what is still open."""
    sessions = table_of("sessions", [{"closed": SECOND, "closed_by": "server", "close_cause": "ping_timeout"}, {}])
    lifemarks.ends(ax, rows, sessions)
    assert drawn(ax) == {"ping timeout": [(10.0, 0)], "still open": [(8.0, 1)]}


@pytest.mark.parametrize("by", ["client", "server", "network"])
def test_each_end(rows, table_of, ax, by):
    """Each side has a mark of its own."""
    lifemarks.ends(ax, rows, table_of("sessions", [{"closed": SECOND, "closed_by": by}] * 2))
    assert len(drawn(ax)[lifemarks.ENDS[by].label]) == 2


def test_marks_differ():
    """No two marks have the same shape and colour."""
    marks = [
        *lifemarks.ENDS.values(),
        lifemarks.PING_TIMEOUT,
        lifemarks.OPEN,
        lifemarks.FAILED,
        lifemarks.BEAT,
        lifemarks.MISSED,
    ]
    assert len({(mark.shape, mark.color) for mark in marks}) == len(marks)


def test_left_out(rows, ax):
    """Tables that are not given draw nothing."""
    lifemarks.failures(ax, rows, None)
    lifemarks.events(ax, rows, None)
    lifemarks.heartbeats(ax, rows, None)
    assert not ax.get_lines()
    assert not ax.collections
