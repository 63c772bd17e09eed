"""Heartbeats over time."""

import numpy as np
import pytest

from analyzer.report.charts import deviations, intervals

BEAT = {"session": "A", "server": "s", "pinger": "server", "transport": "websocket", "state": "answered"}


@pytest.fixture
def beats(table_of):
    """Two sessions, one of which misses a ping and answers one late."""
    rows = [
        BEAT
        | {
            "session": sid,
            "ping_time": at * 10**9,
            "interval_ms": 1000.0 + at,
            "expected_ms": 1000.0,
            "deviation_ms": float(at),
        }
        for sid in "AB"
        for at in range(1, 6)
    ]
    rows[3] |= {"state": "late"}
    rows[4] |= {"state": "missed"}
    return table_of("heartbeats", [BEAT, *rows])


@pytest.fixture
def sessions(table_of):
    """What the two sessions advertised, and a third that has no heartbeats here."""
    advertised = {"ping_interval_ms": 1000, "ping_timeout_ms": 500}
    return table_of(
        "sessions", [advertised | {"session": "A"}, {"session": "B"}, {"session": "C", "ping_interval_ms": 7}]
    )


def test_intervals(beats, sessions, ax, words):
    """Each session has its dots, what was late or missed its marks, and there are both lines with their values."""
    intervals(beats, ax, sessions)
    assert {"A", "B", "late pong", "no pong", "advertised 1.00 s", "deadline 1.50 s"} <= set(words(ax))
    lines = {line.get_label(): line for line in ax.get_lines()}
    np.testing.assert_array_equal(lines["B"].get_ydata(), [1001.0, 1002.0, 1003.0, 1004.0, 1005.0])
    assert lines["no pong"].get_ydata().tolist() == [1005.0]
    assert lines["late pong"].get_ydata().tolist() == [1004.0]
    low, high = ax.get_ylim()
    assert low == 0
    assert high > 1500
    assert "(ms)" in ax.get_ylabel()


def test_intervals_without_sessions(beats, ax, words):
    """Without the advertised numbers the line is where pings were due, and no deadline is claimed."""
    intervals(beats, ax)
    assert "due 1.00 s" in words(ax)
    assert not any(word.startswith("deadline") for word in words(ax))


def test_long_intervals_are_in_seconds(table_of, ax):
    """Intervals of many seconds are not counted in milliseconds."""
    rows = [BEAT | {"ping_time": at, "interval_ms": 25_000.0} for at in (1, 2)]
    intervals(table_of("heartbeats", rows), ax)
    assert "(s)" in ax.get_ylabel()
    assert ax.get_lines()[0].get_ydata().tolist() == [25.0, 25.0]


def test_a_crowd_shares_a_colour(crowd, ax, words):
    """Many sessions have one entry in the legend, and every late and missed ping is drawn."""
    intervals(crowd.heartbeats, ax, crowd.sessions)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["ping", "late pong", "no pong"]
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert len(lines["no pong"].get_xdata()) == (crowd.heartbeats["state"] == "missed").sum()
    assert "advertised 5.00 s" in words(ax)


def test_deviations(beats, ax, words):
    """How late each ping was, with a line at zero."""
    deviations(beats, ax)
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert lines["B"].get_ydata().tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert any(word.startswith("standard deviation") for word in words(ax))
    assert ax.get_yscale() == "linear"


def test_deviations_with_an_outlier(table_of, ax):
    """One ping that is late by far does not hide the others."""
    rows = [BEAT | {"ping_time": at, "deviation_ms": 1.0} for at in range(20)]
    deviations(table_of("heartbeats", [*rows, BEAT | {"ping_time": 30, "deviation_ms": 5_000.0}]), ax)
    assert ax.get_yscale() == "symlog"


@pytest.mark.parametrize("chart", [intervals, deviations])
def test_nothing(chart, empty, table_of, ax, words):
    """No heartbeats, and a single one without an interval, are said in words."""
    chart(empty.heartbeats, ax)
    assert "no heartbeats" in words(ax)
    other = ax.figure.add_subplot()
    chart(table_of("heartbeats", [BEAT]), other)
    assert "no session has two heartbeats" in words(other)
