"""Sessions as lifelines: what carried them when, how busy they were, their heartbeats, and how they ended."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analyzer.report import units
from analyzer.report.charts import lifemarks, look
from analyzer.report.charts.clock import Clock
from analyzer.report.charts.lifemarks import NAMED, Marks, Rows
from analyzer.report.short import short_ids
from analyzer.report.summaries import is_in
from analyzer.report.values import Floats, text, times

TITLE = "Sessions"
DRAWN = 1_000
"""Sessions drawn at most, evenly over those there are."""


def lifelines(sessions: pd.DataFrame, ax: Axes, marks: Marks | None = None) -> None:
    """One row a session, in order of opening: a band in the colour of its transport, and what ``marks`` holds."""
    drawn = _drawn(sessions)
    if drawn.empty:
        look.say_nothing(ax, TITLE, "no sessions")
        return
    marks = marks or Marks()
    rows = _rows(drawn, marks)
    known = sessions["session"].nunique(dropna=False)
    left_out = f" of {units.count(known)}" if len(drawn) < known else ""
    look.prepare(ax, TITLE, units.plural(len(drawn), "session") + left_out)
    _bands(ax, rows, drawn, marks)
    lifemarks.failures(ax, rows, marks.upgrades)
    lifemarks.events(ax, rows, marks.log)
    lifemarks.heartbeats(ax, rows, marks.heartbeats)
    lifemarks.ends(ax, rows, drawn)
    rows.clock.label(ax)
    _names(ax, rows)
    look.legend(ax)


def _drawn(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sessions in order of opening, those open before the capture first; a second tap of a session is left out."""
    found = sessions[~sessions["session"].duplicated().to_numpy(dtype=bool)]
    found = found.iloc[np.argsort(times(found["opened"]), kind="stable")]
    return found if len(found) <= DRAWN else found.iloc[np.linspace(0, len(found) - 1, DRAWN).astype(int)]


def _rows(drawn: pd.DataFrame, marks: Marks) -> Rows:
    opened, closed = times(drawn["opened"]), times(drawn["closed"])
    seen = [] if marks.log is None else [times(marks.log["time"])]
    beats = [] if marks.heartbeats is None else [times(marks.heartbeats["ping_time"])]
    clock = Clock.over(opened, closed, *seen, *beats)
    start = np.nan_to_num(clock.at(opened), nan=0.0)
    end = np.nan_to_num(clock.at(closed), nan=clock.span)
    ids = drawn["session"].astype("object").to_numpy()
    return Rows(clock, ids, start, end, 0.6 if len(drawn) <= NAMED else 1.0)


def _bands(ax: Axes, rows: Rows, drawn: pd.DataFrame, marks: Marks) -> None:
    """The first transport up to the upgrade, the last from there on."""
    paths = [(text(path) or "").split(">") for path in drawn["transports"]]
    switch = np.clip(_switch(rows, marks.upgrades), rows.start, rows.end)
    for name, color in look.TRANSPORTS.items():
        first = np.array([path[0] == name for path in paths])
        last = np.array([len(path) > 1 and path[-1] == name for path in paths])
        whole = np.array([len(path) == 1 for path in paths])
        left = np.where(first, rows.start, switch)
        right = np.where(first & ~whole, switch, rows.end)
        at = np.flatnonzero((first | last) & (right >= left))
        if len(at):
            look.bars(ax, at, (left[at], right[at]), rows.height, facecolors=color, alpha=0.45, label=name, zorder=2)


def _switch(rows: Rows, upgrades: pd.DataFrame | None) -> Floats:
    """When each session was upgraded; its start where that is not known."""
    found = rows.start.copy()
    if upgrades is not None:
        done = upgrades[is_in(upgrades["outcome"], "completed")]
        at, moments = rows.of(done["session"]), rows.clock.at(times(done["upgrade_sent"]))
        fits = (at >= 0) & ~np.isnan(moments)
        found[at[fits]] = moments[fits]
    return found


def _names(ax: Axes, rows: Rows) -> None:
    look.show_rows(ax, len(rows.ids))
    if not rows.few:
        look.name_axes(ax, ax.get_xlabel(), "sessions, in order of opening")
        return
    names = short_ids([text(value) for value in rows.ids])
    ax.set_yticks(range(len(rows.ids)), [look.safe(names.get(text(value) or "", units.NONE)) for value in rows.ids])
