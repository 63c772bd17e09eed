"""Round trips of heartbeats: which part of the pongs had come back after how long."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.values import Floats, floats

TITLE = "Heartbeat round trip"
STEPS = 2_000
"""Points of a curve at most."""
MARKS = (0.5, 0.95)
STRETCHED = 30.0
"""Ratio of the slowest to the middle round trip from which on the scale is logarithmic."""


def round_trips(heartbeats: pd.DataFrame, ax: Axes) -> None:
    """The part of the pongs that came within a time, a curve for each transport."""
    trips = floats(heartbeats["rtt_ms"])
    answered = trips[~np.isnan(trips)]
    if not len(answered):
        look.say_nothing(ax, TITLE, "no heartbeats" if heartbeats.empty else "no ping was answered")
        return
    without = len(trips) - len(answered)
    lost = f", {units.plural(without, 'ping')} without one" if without else ""
    look.prepare(
        ax, TITLE, f"{units.plural(len(answered), 'pong')}, slowest {units.milliseconds(float(answered.max()))}{lost}"
    )
    look.name_axes(ax, "from ping to pong (ms)", "pongs that had come")
    transports = heartbeats["transport"].astype("object").fillna("unknown").to_numpy()
    for name in pd.unique(transports):
        _curve(ax, str(name), trips[(transports == name) & ~np.isnan(trips)])
    _scale(ax, answered)
    _marks(ax, answered)
    look.legend(ax, inside="lower right")


def _curve(ax: Axes, name: str, trips: Floats) -> None:
    if not len(trips):
        return
    part = np.linspace(0.0, 1.0, min(max(len(trips), 2), STEPS))
    within = np.quantile(trips, part)
    color = look.TRANSPORTS.get(name, look.GREY)
    marker = "." if len(trips) <= 30 else ""
    ax.plot(
        within, part, marker=marker, color=color, linewidth=1.8, label=f"{look.safe(name)} ({units.count(len(trips))})"
    )


def _scale(ax: Axes, trips: Floats) -> None:
    ax.set_ylim(0, 1.04)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    smallest, middle = float(trips.min()), float(np.median(trips))
    if smallest > 0 and trips.max() > STRETCHED * middle:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlim(smallest / 1.3, float(trips.max()) * 1.6)
    else:
        ax.set_xlim(0, float(trips.max()) * 1.12 or 1.0)


def _marks(ax: Axes, trips: Floats) -> None:
    """Median and 95th percentile over all transports, as lines with their values at the right."""
    for part, value in zip(MARKS, np.quantile(trips, MARKS).tolist(), strict=True):
        ax.axhline(part, color=look.GREY, linewidth=0.9, linestyle=":", zorder=1)
        ax.plot([value, value], [0, part], color=look.GREY, linewidth=0.9, linestyle=":", zorder=1)
        label = f"p{part * 100:.0f} {units.milliseconds(value)}"
        look.note(ax, label, (1.0, part), (4, 0), xycoords=("axes fraction", "data"), va="center")
