"""The section on heartbeats: one row a session."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyzer.report import rank, summaries, units
from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen
from analyzer.report.values import Floats, number

SHOWN = 20
"""Rows shown at most."""


def show(screen: Screen, heartbeats: pd.DataFrame, sessions: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Sessions with their intervals, round trips and margins; those with trouble first chosen where there are many."""
    if heartbeats.empty:
        return
    table = summaries.beats(heartbeats, sessions)
    late, missed = int(table["late"].sum()), int(table["missed"].sum())
    counted = f"{units.plural(len(heartbeats), 'ping')} in {units.plural(len(table), 'session')}"
    screen.heading("Heartbeats", f"{counted}: {units.count(late)} late, {units.count(missed)} missed")
    shown = table.iloc[rank.first(_trouble(table), SHOWN)]
    grid.show(screen, columns(screen, shown, names))
    cells.more(screen, len(table) - len(shown), "session")
    screen.paragraph(LEGEND, indent=2, style="dim", lines=3)


LEGEND = (
    "adv.: advertised interval, seen: median from ping to ping; jitter: standard deviation from what was due; "
    "margin: least time left before the other side gives up"
)


def _trouble(table: pd.DataFrame) -> Floats:
    tight = -table["margin"].fillna(np.inf) / table["timeout"].fillna(np.inf).clip(lower=1)
    return (8.0 * table["missed"] + 4.0 * table["late"] + tight.fillna(0.0).clip(-1e6, 1e6)).to_numpy(dtype=np.float64)


def columns(screen: Screen, rows: pd.DataFrame, names: Mapping[str, str]) -> list[grid.Column]:
    """What is said of each session's heartbeats, by importance."""

    return [
        grid.Column("session", [cells.session(names, value) for value in rows["session"]]),
        grid.Column("by", cells.words(screen, rows["pinger"]), rank=4),
        grid.Column("pings", cells.counts(rows["pings"]), rank=3, right=True),
        grid.Column("adv.", cells.spans(rows["advertised"]), rank=1, right=True),
        grid.Column("seen", cells.spans(rows["interval"]), right=True),
        grid.Column("jitter", cells.spans(rows["jitter"]), rank=1, right=True),
        grid.Column("rtt p50/p95/max", _spread(rows), right=True),
        grid.Column("late", cells.counts(rows["late"]), right=True, styles=cells.alarms(rows["late"])),
        grid.Column("missed", cells.counts(rows["missed"]), right=True, styles=cells.alarms(rows["missed"])),
        _margin(rows),
    ]


def _margin(rows: pd.DataFrame) -> grid.Column:
    """The least margin; none was left where a ping was missed."""
    missed, margins = rows["missed"].to_numpy(dtype=bool), rows["margin"]
    shown = ["none" if gone else text for gone, text in zip(missed, cells.spans(margins), strict=True)]
    styles = [cells.BAD if gone else style for gone, style in zip(missed, cells.alarms(margins, -1), strict=True)]
    return grid.Column("margin", shown, right=True, styles=styles)


def _spread(rows: pd.DataFrame) -> list[str]:
    """Median, 95th percentile and maximum of the round trips in one: ``1.5/2.7/12.3 ms``."""
    columns = [rows[name] for name in ("rtt_p50", "rtt_p95", "rtt_max")]
    return [units.spread([number(value) for value in values]) for values in zip(*columns, strict=True)]
