"""Upgrades as a waterfall: one row an attempt, one segment a step."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.short import short_ids
from analyzer.report.summaries import is_in
from analyzer.report.values import NO_TIME, Floats, floats, text, times

TITLE = "Transport upgrades"
DRAWN = 1_000
"""Attempts drawn at most: those that did not succeed, then the slowest."""
NAMED = 40
"""Attempts up to which each row has its name and its outcome."""
STEPS = ("started", "probe_sent", "probe_answered", "upgrade_sent")
SEGMENTS = (
    ("request to 2probe", look.SKY),
    ("2probe to 3probe", look.BLUE),
    ("3probe to 5", look.GREEN),
)
LOST = ("until it was over", look.PALE)
"""What followed the last step of an attempt that did not succeed."""


def waterfall(upgrades: pd.DataFrame, ax: Axes) -> None:
    """Each attempt from its HTTP request on, in ms, to probe, answer and switch; a cross where it failed."""
    if upgrades.empty:
        look.say_nothing(ax, TITLE, "no upgrade was attempted")
        return
    rows = _ordered(upgrades)
    done = is_in(rows["outcome"], "completed")
    left_out = f" ({units.count(len(upgrades))} in all)" if len(rows) < len(upgrades) else ""
    look.prepare(ax, TITLE, f"{units.plural(len(rows), 'attempt')}{left_out}, {units.count(done.sum())} completed")
    marks, ends = _marks(rows)
    limit = _limit(ends)
    _segments(ax, rows, marks, ends)
    _outcomes(ax, rows, np.minimum(ends, limit), ends)
    ax.set_xlim(0, limit * (1.3 if len(rows) <= NAMED else 1.05))
    look.show_rows(ax, len(rows))
    look.name_axes(
        ax, "ms since the request", "" if len(rows) <= NAMED else "attempts: completed ones first, quickest first"
    )
    look.legend(ax)


def _ordered(upgrades: pd.DataFrame) -> pd.DataFrame:
    """What is drawn, in order of time; a crowd by success, then by duration."""
    if len(upgrades) > DRAWN:
        score = np.nan_to_num(floats(upgrades["duration_ms"]), nan=0.0) + np.where(
            is_in(upgrades["outcome"], "completed"), 0, 1e12
        )
        upgrades = upgrades.iloc[np.sort(np.argsort(-score, kind="stable")[:DRAWN])]
    begun, took = times(upgrades["started"]), floats(upgrades["duration_ms"])
    failed = ~is_in(upgrades["outcome"], "completed")
    return upgrades.iloc[np.argsort(begun, kind="stable") if len(upgrades) <= NAMED else np.lexsort((took, failed))]


def _marks(rows: pd.DataFrame) -> tuple[list[Floats], Floats]:
    """When each step was taken, in ms after the request (as late as the step before where it was not), and the end."""
    columns = [times(rows[name]) for name in STEPS]
    origin = np.min([np.where(column == NO_TIME, np.iinfo(np.int64).max, column) for column in columns], axis=0)
    found: list[Floats] = []
    for column in columns:
        after = np.where(column == NO_TIME, 0.0, (column - origin) / 1e6)
        found.append(np.maximum(after, found[-1]) if found else after)
    return found, np.fmax(floats(rows["duration_ms"]), found[-1])


def _limit(ends: Floats) -> float:
    """Where the axis ends: at the slowest attempt, unless a few are so slow that the rest would vanish."""
    usual, largest = float(np.quantile(ends, 0.75)), float(ends.max())
    return (largest if largest <= 12 * usual or usual <= 0 else 4 * usual) or 1.0


def _segments(ax: Axes, rows: pd.DataFrame, marks: list[Floats], ends: Floats) -> None:
    height = 0.62 if len(rows) <= NAMED else 1.0
    bounds = [*pairwise(marks), (marks[-1], np.where(is_in(rows["outcome"], "completed"), marks[-1], ends))]
    for (label, color), (start, end) in zip((*SEGMENTS, LOST), bounds, strict=True):
        there = np.flatnonzero(end > start)
        if len(there):
            look.bars(ax, there, (start[there], end[there]), height, facecolors=color, label=label)


def _outcomes(ax: Axes, rows: pd.DataFrame, shown: Floats, ends: Floats) -> None:
    failed = ~is_in(rows["outcome"], "completed")
    if failed.any():
        size = 7 if len(rows) <= NAMED else 3
        ax.plot(
            shown[failed],
            np.flatnonzero(failed),
            "X",
            color=look.RED,
            markersize=size,
            label="not completed",
            zorder=4,
            clip_on=False,
        )
    if len(rows) > NAMED:
        ax.set_yticks([])
        return
    names = short_ids([text(value) for value in rows["session"]])
    ax.set_yticks(range(len(rows)), [look.safe(names.get(text(value) or "", units.NONE)) for value in rows["session"]])
    for at, (outcome, status) in enumerate(zip(rows["outcome"], floats(rows["status"]), strict=True)):
        code = f" {status:.0f}" if status >= 300 else ""
        label = f"{look.safe(text(outcome) or units.NONE)}{code}, {units.milliseconds(float(ends[at]))}"
        look.note(ax, label, (shown[at], at), (8, 0), va="center")
