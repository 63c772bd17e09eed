"""Heartbeats over time: how far apart pings are, and how far from when they were due."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.charts.clock import Clock
from analyzer.report.short import short_ids
from analyzer.report.summaries import is_in
from analyzer.report.values import Floats, floats, known, times

TOLD_APART = 6
"""Sessions that have a colour each; more share one."""
DRAWN = 200_000
"""Points drawn at most; of more a part is, evenly. Late and missed pings all are."""
EDGE = ("axes fraction", "data")
LINES = 3
"""Different advertised intervals that have a line each."""


def intervals(heartbeats: pd.DataFrame, ax: Axes, sessions: pd.DataFrame | None = None) -> None:
    """From ping to ping over time.

    With ``sessions`` lines show the advertised interval and the deadline, pingInterval + pingTimeout.
    """
    title = "Ping interval"
    rows = heartbeats[heartbeats["interval_ms"].notna().to_numpy(dtype=bool)]
    if rows.empty:
        look.say_nothing(ax, title, "no heartbeats" if heartbeats.empty else "no session has two heartbeats")
        return
    clock = Clock.over(times(rows["ping_time"]))
    lines = _advertised(rows, sessions)
    top = max([1.0, floats(rows["interval_ms"]).max(), *(value for _, value, _ in lines)])
    unit, length = ("ms", 1.0) if top < 2000 else ("s", 1000.0)
    look.prepare(
        ax, title, f"{units.plural(len(rows), 'interval')}, {units.plural(rows['session'].nunique(), 'session')}"
    )
    look.name_axes(ax, "", f"from ping to ping ({unit})")
    _points(ax, rows, clock.at(times(rows["ping_time"])), floats(rows["interval_ms"]) / length)
    clock.label(ax)
    ax.set_ylim(0, top / length * 1.12)
    for word, value, style in lines:
        _line(ax, f"{word} {units.milliseconds(value)}", value / length, style)
    look.legend(ax)


def deviations(heartbeats: pd.DataFrame, ax: Axes) -> None:
    """How long after it was due each ping came, over time, in ms; below zero it was early."""
    title = "Pings against when they were due"
    rows = heartbeats[heartbeats["deviation_ms"].notna().to_numpy(dtype=bool)]
    if rows.empty:
        look.say_nothing(ax, title, "no heartbeats" if heartbeats.empty else "no session has two heartbeats")
        return
    clock, late = Clock.over(times(rows["ping_time"])), floats(rows["deviation_ms"])
    look.prepare(ax, title, f"standard deviation {units.milliseconds(float(np.std(late)))}")
    look.name_axes(ax, "", "later than due (ms)")
    _points(ax, rows, clock.at(times(rows["ping_time"])), late)
    clock.label(ax)
    ax.axhline(0, color=look.INK, linewidth=1.0, zorder=1)
    _stretch(ax, late)
    look.legend(ax)


def _stretch(ax: Axes, values: Floats) -> None:
    """A scale that shows the many small values although a few are large."""
    usual, largest = float(np.quantile(np.abs(values), 0.9)), float(np.abs(values).max())
    if largest > 20 * usual > 0:
        ax.set_yscale("symlog", linthresh=max(2 * usual, 0.1))
    ax.margins(y=0.1)


def _advertised(rows: pd.DataFrame, sessions: pd.DataFrame | None) -> list[tuple[str, float, dict[str, Any]]]:
    """Lines to draw: what they are called, at how many ms, and how."""
    usual: dict[str, Any] = {"color": look.GREEN, "linestyle": "--"}
    if sessions is None:
        due = known(rows["expected_ms"])
        return [("due", float(np.median(due)), usual)] if len(due) else []
    theirs = sessions[sessions["session"].isin(rows["session"].unique()).to_numpy(dtype=bool)]
    spans = floats(theirs["ping_interval_ms"]), floats(theirs["ping_interval_ms"]) + floats(theirs["ping_timeout_ms"])
    words = (("advertised", usual), ("deadline", {"color": look.RED, "linestyle": "-"}))
    found = []
    for (word, style), values in zip(words, spans, strict=True):
        common = pd.Series(values[values >= 0]).value_counts().index[:LINES]
        found += [(word, float(value), style) for value in sorted(common)]
    return found


def _line(ax: Axes, label: str, at: float, style: dict[str, Any]) -> None:
    side = "top" if style["color"] == look.GREEN else "bottom"  # pings gather above the advertised interval
    ax.axhline(at, linewidth=1.3, zorder=1, **style)
    offset = (-2, 3 if side == "bottom" else -3)
    look.note(ax, label, (1.0, at), offset, xycoords=EDGE, ha="right", va=side, color=style["color"])


def _points(ax: Axes, rows: pd.DataFrame, x: Floats, y: Floats) -> None:
    """A dot a ping, in its session's colour where there are few; late and missed ones stand out."""
    late, missed = is_in(rows["state"], "late"), is_in(rows["state"], "missed")
    _dots(ax, rows, x, y, ~(late | missed))
    for label, where, marker, color in (("late pong", late, "D", look.ORANGE), ("no pong", missed, "X", look.RED)):
        if where.any():
            size = 7 if where.sum() <= 30 else 5
            ax.plot(
                x[where], y[where], marker, color=color, markersize=size, markeredgecolor="white", label=label, zorder=4
            )


def _dots(ax: Axes, rows: pd.DataFrame, x: Floats, y: Floats, where: "npt.NDArray[np.bool_]") -> None:
    owners = rows["session"].astype("object").where(rows["session"].notna(), None).to_numpy()
    names = short_ids(pd.unique(owners[where]).tolist())
    if len(names) > TOLD_APART:
        step = -(-int(where.sum()) // DRAWN)
        kept = np.flatnonzero(where)[::step]
        alpha = float(np.clip(300 / len(kept), 0.2, 0.9)) if len(kept) else 1.0
        ax.plot(
            x[kept], y[kept], ".", color=look.BLUE, alpha=alpha, markersize=5, label="ping", rasterized=len(kept) > 2000
        )
        return
    for (owner, name), color in zip(names.items(), look.SERIES, strict=False):
        mine = where & (owners == owner)
        ax.plot(x[mine], y[mine], ".-", color=color, linewidth=0.6, markersize=6, label=look.safe(name))
