"""What is drawn upon lifelines: events, heartbeats, upgrades that failed, and how each session ended."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from analyzer.report.charts import look
from analyzer.report.charts.clock import Clock
from analyzer.report.summaries import is_in
from analyzer.report.values import Floats, times

NAMED = 40
"""Sessions up to which each row has its name, and room for details."""
CELLS = 120_000
"""Event ticks drawn at most; those closer than their share of the width are one, and darker."""
RASTERED = 2_000
"""Marks from which on an SVG holds them as pixels."""

Ints = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Mark(NamedTuple):
    """A marker of matplotlib with its label, and its size where there is room and in a crowd."""

    label: str
    shape: str
    color: str
    size: float = 7
    crowded: float = 2.5


FAILED = Mark("upgrade failed", "^", look.RED)
BEAT = Mark("heartbeat", ".", look.GREEN, 3.5, 0)
MISSED = Mark("ping without pong", "x", look.RED, 6, 3)
PING_TIMEOUT = Mark("ping timeout", "D", look.RED)
OPEN = Mark("still open", ">", look.GREEN)
ENDS = {
    "client": Mark("closed by the client", "o", look.INK),
    "server": Mark("closed by the server", "s", look.PURPLE),
    "network": Mark("cut by the network", "X", look.RED),
}
"""By ``closed_by``, for other ends than a ping timeout."""


@dataclass(frozen=True)
class Marks:
    """What is drawn upon lifelines; tables may be left out."""

    upgrades: pd.DataFrame | None = None
    heartbeats: pd.DataFrame | None = None
    log: pd.DataFrame | None = None
    """The log; its rows with an event are."""


@dataclass(frozen=True)
class Rows:
    """Sessions by row, with their positions on the clock."""

    clock: Clock
    ids: "npt.NDArray[np.object_]"
    start: Floats
    end: Floats
    height: float
    """Of a band; rows are 1 apart."""

    @property
    def few(self) -> bool:
        """Whether there is room for details."""
        return len(self.ids) <= NAMED

    def of(self, sessions: "pd.Series[Any]") -> Ints:
        """The row of each session; -1 where it has none."""
        return pd.Index(self.ids).get_indexer(pd.Index(sessions.astype("object")))

    def put(self, ax: Axes, x: Floats, y: "npt.NDArray[Any]", mark: Mark, **style: Any) -> None:
        """Marks at these places, if there are any."""
        size = mark.size if self.few else mark.crowded
        if len(x) and size:
            style = {"zorder": 5, "rasterized": len(x) > RASTERED, **style}
            ax.plot(x, y, mark.shape, color=mark.color, markersize=size, label=mark.label, **style)


def failures(ax: Axes, rows: Rows, upgrades: pd.DataFrame | None) -> None:
    """Where an upgrade was tried in vain."""
    if upgrades is None:
        return
    failed = upgrades[~is_in(upgrades["outcome"], "completed")]
    at, x = rows.of(failed["session"]), rows.clock.at(times(failed["started"]))
    fits = (at >= 0) & ~np.isnan(x)
    rows.put(ax, x[fits], at[fits] + rows.height / 2, FAILED)


def events(ax: Axes, rows: Rows, log: pd.DataFrame | None) -> None:
    """A tick where events were, the darker the more of them."""
    if log is None:
        return
    found = log[log["event"].notna().to_numpy(dtype=bool)]
    at, x = rows.of(found["session"]), rows.clock.at(times(found["time"]))
    fits = (at >= 0) & ~np.isnan(x)
    if not fits.any():
        return
    columns, span = int(np.clip(CELLS // len(rows.ids), 60, 1200)), rows.clock.span or 1.0
    column = np.clip(x[fits] / span * columns, 0, columns - 1).astype(np.int64)
    cells, counts = np.unique(at[fits] * columns + column, return_counts=True)
    _ticks(ax, rows, (cells // columns, (cells % columns + 0.5) / columns * span), counts)


def _ticks(ax: Axes, rows: Rows, places: tuple[Ints, Floats], counts: Ints) -> None:
    (at, x), half = places, rows.height / 2
    lines = np.stack([x, at - half, x, at + half], axis=1).reshape(-1, 2, 2)
    colors = np.zeros((len(x), 4))
    colors[:, 3] = 0.25 + 0.65 * np.log1p(counts) / np.log1p(counts.max())
    drawn = LineCollection(list(lines), colors=colors, linewidths=0.8 if rows.few else 0.4, zorder=3)
    drawn.set_rasterized(len(x) > RASTERED)
    ax.add_collection(drawn, autolim=False)
    ax.plot([], [], "|", color=look.BLACK, markersize=8, label="events")


def heartbeats(ax: Axes, rows: Rows, beats: pd.DataFrame | None) -> None:
    """Dots above the band for pings, crosses for those without a pong; in a crowd the crosses only."""
    if beats is None:
        return
    at, x = rows.of(beats["session"]), rows.clock.at(times(beats["ping_time"]))
    missed, fits = is_in(beats["state"], "missed"), (at >= 0) & ~np.isnan(x)
    y = at - (rows.height / 2 + 0.09 if rows.few else 0.0)
    for mark, where in ((BEAT, fits & ~missed), (MISSED, fits & missed)):
        rows.put(ax, x[where], y[where], mark)


def ends(ax: Axes, rows: Rows, sessions: pd.DataFrame) -> None:
    """How each session ended, at its end; ``sessions`` are those of the rows."""
    timeout = is_in(sessions["close_cause"], "ping_timeout")
    groups = [(mark, is_in(sessions["closed_by"], by) & ~timeout) for by, mark in ENDS.items()]
    still = sessions["closed"].isna().to_numpy(dtype=bool)
    edge = {"markeredgecolor": "white", "markeredgewidth": 0.5 if rows.few else 0.0}
    for mark, where in [*groups, (PING_TIMEOUT, timeout & ~still), (OPEN, still)]:
        rows.put(ax, rows.end[where], np.flatnonzero(where), mark, zorder=6, clip_on=False, **edge)
