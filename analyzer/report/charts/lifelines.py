"""Sessions as lifelines: what carried them when, how busy they were, their heartbeats, and how they ended."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.charts.clock import Clock
from analyzer.report.short import short_ids
from analyzer.report.summaries import is_in
from analyzer.report.values import NO_TIME, Floats, Times, text, times

TITLE = "Sessions"
DRAWN = 1_000
"""Sessions drawn at most, evenly over those there are."""
NAMED = 40
"""Sessions up to which each row has its name."""
CELLS = 120_000
"""Event ticks drawn at most; those closer than their share of the width are one, and darker."""
ENDS = {
    "client": ("closed by the client", "o", look.INK),
    "server": ("closed by the server", "s", look.PURPLE),
    "network": ("cut by the network", "X", look.RED),
}
"""``closed_by`` to label, marker and colour."""
PING_TIMEOUT = ("ping timeout", "D", look.RED)
OPEN = ("still open", ">", look.GREEN)


@dataclass(frozen=True)
class Marks:
    """What is drawn upon lifelines; tables may be left out."""

    upgrades: pd.DataFrame | None = None
    heartbeats: pd.DataFrame | None = None
    log: pd.DataFrame | None = None
    """Rows with an event, of the log."""


@dataclass(frozen=True)
class _Rows:
    """Sessions by row, with their positions on the clock."""

    clock: Clock
    ids: "npt.NDArray[np.object_]"
    start: Floats
    end: Floats
    height: float

    def of(self, sessions: "pd.Series[str]") -> "npt.NDArray[np.intp]":
        """The row of each session; -1 where it has none."""
        return pd.Index(self.ids).get_indexer(pd.Index(sessions.astype("object")))


def lifelines(sessions: pd.DataFrame, ax: Axes, marks: Marks | None = None) -> None:
    """One row a session, in order of opening: a band in the colour of its transport, and what ``marks`` holds."""
    drawn = _drawn(sessions)
    if drawn.empty:
        look.say_nothing(ax, TITLE, "no sessions")
        return
    marks = marks or Marks()
    rows = _rows(drawn, marks)
    note = units.plural(len(drawn), "session") + (
        f" of {units.count(len(sessions))}" if len(drawn) < len(sessions) else ""
    )
    look.prepare(ax, TITLE, note)
    _bands(ax, rows, drawn, marks)
    _failures(ax, rows, marks.upgrades)
    _events(ax, rows, marks.log)
    _heartbeats(ax, rows, marks.heartbeats)
    _ends(ax, rows, drawn)
    rows.clock.label(ax)
    _names(ax, rows)
    look.legend(ax, outside=True)


def _drawn(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sessions in order of opening, a tap of a session seen before left out."""
    found = sessions[(sessions["opened"].notna() & ~sessions["session"].duplicated()).to_numpy(dtype=bool)]
    found = found.iloc[np.argsort(times(found["opened"]), kind="stable")]
    return found if len(found) <= DRAWN else found.iloc[np.linspace(0, len(found) - 1, DRAWN).astype(int)]


def _rows(drawn: pd.DataFrame, marks: Marks) -> _Rows:
    opened, closed = times(drawn["opened"]), times(drawn["closed"])
    others = [
        times(table[name])
        for table, name in ((marks.log, "time"), (marks.heartbeats, "ping_time"))
        if table is not None
    ]
    clock = Clock.over(opened, closed, *others)
    end = np.where(closed == NO_TIME, clock.span, clock.at(closed))
    ids = drawn["session"].astype("object").to_numpy()
    return _Rows(clock, ids, clock.at(opened), end, 0.6 if len(drawn) <= NAMED else 1.0)


def _bands(ax: Axes, rows: _Rows, drawn: pd.DataFrame, marks: Marks) -> None:
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


def _failures(ax: Axes, rows: _Rows, upgrades: pd.DataFrame | None) -> None:
    """Where an upgrade was tried in vain."""
    if upgrades is None:
        return
    failed = upgrades[~is_in(upgrades["outcome"], "completed")]
    at, moments = rows.of(failed["session"]), rows.clock.at(times(failed["started"]))
    fits = (at >= 0) & ~np.isnan(moments)
    if fits.any():
        size = 6 if len(rows.ids) <= NAMED else 2.5
        ax.plot(
            moments[fits],
            at[fits] + rows.height / 2,
            "^",
            color=look.RED,
            markersize=size,
            label="upgrade failed",
            zorder=5,
        )


def _switch(rows: _Rows, upgrades: pd.DataFrame | None) -> Floats:
    """When each session was upgraded; its start where that is not known."""
    found = rows.start.copy()
    if upgrades is not None:
        done = upgrades[is_in(upgrades["outcome"], "completed")]
        at, moments = rows.of(done["session"]), rows.clock.at(times(done["upgrade_sent"]))
        fits = (at >= 0) & ~np.isnan(moments)
        found[at[fits]] = moments[fits]
    return found


def _events(ax: Axes, rows: _Rows, log: pd.DataFrame | None) -> None:
    """A tick where events were, the darker the more of them."""
    if log is None:
        return
    events = log[log["event"].notna().to_numpy(dtype=bool)]
    at, moments = rows.of(events["session"]), rows.clock.at(times(events["time"]))
    fits = (at >= 0) & ~np.isnan(moments)
    if not fits.any():
        return
    columns = int(np.clip(CELLS // len(rows.ids), 60, 1200))
    cell = np.clip(moments[fits] / (rows.clock.span or 1.0) * columns, 0, columns - 1).astype(np.int64)
    cells, counts = np.unique(at[fits] * columns + cell, return_counts=True)
    _ticks(ax, rows, cells // columns, (cells % columns + 0.5) / columns * (rows.clock.span or 1.0), counts)


def _ticks(ax: Axes, rows: _Rows, at: "npt.NDArray[np.intp]", x: Floats, counts: "npt.NDArray[np.intp]") -> None:
    half = rows.height / 2
    lines = np.stack([np.stack([x, at - half], axis=1), np.stack([x, at + half], axis=1)], axis=1)
    dark = 0.25 + 0.65 * np.log1p(counts) / max(np.log1p(counts.max()), 1e-9)
    colors = np.zeros((len(x), 4))
    colors[:, 3] = dark
    width = 0.8 if len(rows.ids) <= NAMED else 0.4
    ax.add_collection(
        LineCollection(list(lines), colors=colors, linewidths=width, rasterized=len(x) > 2000, zorder=3), autolim=False
    )
    ax.plot([], [], "|", color=look.BLACK, markersize=8, label="events")


def _heartbeats(ax: Axes, rows: _Rows, heartbeats: pd.DataFrame | None) -> None:
    """Dots above the band for pings, crosses for those without a pong."""
    if heartbeats is None or heartbeats.empty:
        return
    at, moments = rows.of(heartbeats["session"]), rows.clock.at(times(heartbeats["ping_time"]))
    missed = is_in(heartbeats["state"], "missed")
    fits = (at >= 0) & ~np.isnan(moments)
    few = len(rows.ids) <= NAMED
    lift = rows.height / 2 + 0.09 if few else 0.0
    if few and (fits & ~missed).any():
        shown = fits & ~missed
        ax.plot(
            moments[shown],
            at[shown] - lift,
            ".",
            color=look.GREEN,
            markersize=3.5,
            label="heartbeat",
            rasterized=shown.sum() > 2000,
        )
    if (fits & missed).any():
        shown = fits & missed
        ax.plot(
            moments[shown],
            at[shown] - lift,
            "x",
            color=look.RED,
            markersize=6 if few else 3,
            label="ping without pong",
            zorder=5,
        )


def _ends(ax: Axes, rows: _Rows, drawn: pd.DataFrame) -> None:
    timeout = is_in(drawn["close_cause"], "ping_timeout")
    size = 7 if len(rows.ids) <= NAMED else 2.5
    groups = [(ENDS[by], is_in(drawn["closed_by"], by) & ~timeout) for by in ENDS]
    still = drawn["closed"].isna().to_numpy(dtype=bool)
    for (label, marker, color), where in [*groups, (PING_TIMEOUT, timeout), (OPEN, still)]:
        if where.any():
            ax.plot(
                rows.end[where], np.flatnonzero(where), marker, color=color, markersize=size, markeredgecolor="white",
                markeredgewidth=0.5 if size > 3 else 0, label=label, zorder=6, clip_on=False,
            )  # fmt: skip


def _names(ax: Axes, rows: _Rows) -> None:
    ax.set_ylim(len(rows.ids) - 0.4, -0.6 if len(rows.ids) > NAMED else -0.75)
    ax.grid(False, axis="y")
    if len(rows.ids) > NAMED:
        look.name_axes(ax, ax.get_xlabel(), "sessions, in order of opening")
        return
    names = short_ids([text(value) for value in rows.ids])
    ax.set_yticks(range(len(rows.ids)), [look.safe(names.get(text(value) or "", units.NONE)) for value in rows.ids])
