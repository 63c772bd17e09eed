"""The sections on acks and on the busiest events."""

import pandas as pd

from analyzer.report import summaries, units
from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen
from analyzer.report.values import number

SHOWN = 15
"""Rows shown at most, of each section."""


def show_acks(screen: Screen, acks: pd.DataFrame) -> None:
    """Per namespace, event and direction how many acks were asked for, how many never came, and how long they took."""
    if acks.empty:
        return
    table = summaries.acks(acks)
    unanswered = units.count(table["unanswered"].sum())
    screen.heading("Acks", f"{units.count(len(acks))} asked for, {unanswered} unanswered")
    rows = table.head(SHOWN)
    grid.show(
        screen,
        [
            *_names(screen, rows),
            grid.Column("count", cells.counts(rows["count"]), rank=1, right=True),
            grid.Column(
                "unanswered", cells.counts(rows["unanswered"]), right=True, styles=cells.alarms(rows["unanswered"])
            ),
            grid.Column("p50", cells.spans(rows["latency_p50"]), right=True),
            grid.Column("p95", cells.spans(rows["latency_p95"]), right=True),
            grid.Column("max", cells.spans(rows["latency_max"]), rank=2, right=True),
        ],
    )
    cells.more(screen, len(table) - SHOWN, "kind of event", "kinds of event")


def show_events(screen: Screen, events: pd.DataFrame) -> None:
    """The events sent most often."""
    if events.empty:
        return
    order = events["count"].astype("float64").sort_values(ascending=False, kind="stable").index
    rows = events.loc[order[:SHOWN]]
    total = number(events["count"].sum()) or 0
    screen.heading("Busiest events", f"{units.plural(total, 'event')} of {units.plural(len(events), 'kind')}")
    grid.show(
        screen,
        [
            *_names(screen, rows),
            grid.Column("count", cells.counts(rows["count"]), right=True),
            grid.Column("rate", [units.rate(number(value)) for value in rows["rate_per_s"]], rank=1, right=True),
            grid.Column("bytes", cells.sizes(rows["bytes"]), rank=3, right=True),
            grid.Column("size p50", cells.sizes(rows["size_p50"]), rank=2, right=True),
            grid.Column("p95", cells.sizes(rows["size_p95"]), rank=5, right=True),
            grid.Column("max", cells.sizes(rows["size_max"]), rank=4, right=True),
            grid.Column("sessions", cells.counts(rows["sessions"]), rank=6, right=True),
        ],
    )
    cells.more(screen, len(events) - SHOWN, "kind")


def _names(screen: Screen, rows: pd.DataFrame) -> list[grid.Column]:
    """What tells the events apart; the namespace may give way where there is no other than the default one."""
    namespaces = cells.words(screen, rows["namespace"])
    return [
        grid.Column("event", cells.words(screen, rows["event"]), least=12),
        grid.Column("namespace", namespaces, rank=7 if set(namespaces) <= {"/"} else 0, least=9),
        grid.Column("sent", cells.words(screen, rows["direction"])),
    ]
