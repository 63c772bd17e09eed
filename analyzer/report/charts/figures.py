"""The pictures of a report, each a whole figure."""

from collections.abc import Callable

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from analyzer.report import charts
from analyzer.report.analysis import Analysis
from analyzer.report.charts.lifemarks import NAMED

WIDTH = 11.0
"""Inches."""
EMPTY = 2.6
"""Inches of a figure that only says that there is nothing."""


def heartbeats(analysis: Analysis) -> Figure:
    """Intervals with the advertised line and the deadline, and below how far each ping was from when it was due."""
    if not analysis.heartbeats["interval_ms"].notna().any():
        figure = _figure(WIDTH, EMPTY)
        charts.intervals(analysis.heartbeats, figure.subplots())
        return figure
    figure = _figure(WIDTH, 7.0)
    upper, lower = figure.subplots(2, 1, sharex=False, height_ratios=(3, 2))
    charts.intervals(analysis.heartbeats, upper, analysis.sessions)
    charts.deviations(analysis.heartbeats, lower)
    return figure


def round_trips(analysis: Analysis) -> Figure:
    """The distribution of the heartbeats' round trips."""
    figure = _figure(WIDTH * 0.75, 4.6 if analysis.heartbeats["rtt_ms"].notna().any() else EMPTY)
    charts.round_trips(analysis.heartbeats, figure.subplots())
    return figure


def upgrades(analysis: Analysis) -> Figure:
    """The waterfall of upgrades."""
    figure = _figure(WIDTH, _height(len(analysis.upgrades)))
    charts.waterfall(analysis.upgrades, figure.subplots())
    return figure


def sessions(analysis: Analysis) -> Figure:
    """The sessions' lifelines."""
    figure = _figure(WIDTH, _height(len(analysis.sessions)))
    marks = charts.Marks(analysis.upgrades, analysis.heartbeats, analysis.log)
    charts.lifelines(analysis.sessions, figure.subplots(), marks)
    return figure


def events(analysis: Analysis) -> Figure:
    """Event rates over time."""
    figure = _figure(WIDTH, 4.6 if analysis.log["event"].notna().any() else EMPTY)
    charts.event_rates(analysis.log, figure.subplots())
    return figure


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12))


def _height(rows: int) -> float:
    """Inches for so many rows: enough for a name each, or a page for a crowd."""
    if not rows:
        return EMPTY
    return 1.6 + 0.3 * max(rows, 4) if rows <= NAMED else 11.0


FIGURES: dict[str, Callable[[Analysis], Figure]] = {
    "sessions": sessions,
    "upgrades": upgrades,
    "heartbeats": heartbeats,
    "round_trips": round_trips,
    "events": events,
}
"""File name, without its suffix, to what draws it."""
