"""Events over time: how many a second, the busiest told apart."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.charts.clock import Clock
from analyzer.report.values import NO_TIME, Floats, times

TITLE = "Events"
TOP = 6
"""Events that have a colour of their own."""
BINS = (12, 90)
"""Bins along the time axis, about: at least and at most, the more the more events there are."""


def event_rates(log: pd.DataFrame, ax: Axes, top: int = TOP) -> None:
    """Events a second over time, stacked: the ``top`` most frequent of the log by name, the rest as one."""
    rows = log[log["event"].notna().to_numpy(dtype=bool)]
    moments = times(rows["time"])
    rows, moments = rows[moments != NO_TIME], moments[moments != NO_TIME]
    if rows.empty:
        look.say_nothing(ax, TITLE, "no events")
        return
    clock = Clock.over(moments)
    edges, seconds = _edges(clock, int(np.clip(2 * np.sqrt(len(rows)), *BINS)))
    look.prepare(ax, TITLE, f"{units.plural(len(rows), 'event')}, bins of {units.duration(seconds)}")
    look.name_axes(ax, "", "events a second")
    names = rows["event"].astype("object")
    common = names.value_counts().head(top).index
    groups = [(look.safe(str(name)), (names == name).to_numpy(dtype=bool)) for name in common]
    rest = ~names.isin(common).to_numpy(dtype=bool)
    if rest.any():
        others = names[rest].nunique()
        groups.append((units.plural(others, "other"), rest))
    _stack(
        ax,
        edges,
        [(label, np.histogram(clock.at(moments[where]), edges)[0] / seconds) for label, where in groups],
        bool(rest.any()),
    )
    clock.label(ax)
    ax.set_xlim(right=max(ax.get_xlim()[1], edges[-1]))
    ax.set_ylim(bottom=0)
    look.legend(ax)


def _edges(clock: Clock, bins: int) -> tuple[Floats, float]:
    """Bin edges on the clock, and the width of a bin in seconds: 1, 2 or 5 times a power of ten."""
    span = clock.span * clock.length / 1e9 or 1.0
    rough = span / bins
    power = 10.0 ** np.floor(np.log10(rough))
    seconds = float(power * next(step for step in (1.0, 2.0, 5.0, 10.0) if step * power >= rough * 0.999))
    edges: Floats = np.arange(int(span // seconds) + 2, dtype=np.float64) * (seconds * 1e9 / clock.length)
    return edges, seconds


def _stack(ax: Axes, edges: Floats, series: list[tuple[str, Floats]], rest: bool) -> None:
    colors = [*look.SERIES[: len(series) - rest], *([look.PALE] if rest else [])]
    base = np.zeros(len(edges) - 1)
    for (label, values), color in zip(series, colors, strict=False):
        ax.stairs(base + values, edges, baseline=base, fill=True, color=color, label=label, linewidth=0)
        base = base + values
    ax.stairs(base, edges, color=look.INK, linewidth=0.7)
