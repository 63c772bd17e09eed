"""The section on sessions: one row each, those with trouble where there are too many."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyzer.report import rank, units
from analyzer.report.analysis import Analysis
from analyzer.report.text import cells, grid
from analyzer.report.text.screen import Screen
from analyzer.report.values import floats, nanoseconds, text

SHOWN = 20
"""Rows shown at most."""
ENDINGS = 5
"""Ways to end that are told apart among the rest."""


def show(screen: Screen, analysis: Analysis, names: Mapping[str, str]) -> None:
    """Sessions with how long, over what, how much, and how they ended."""
    sessions = analysis.sessions
    screen.heading("Sessions", units.count(len(sessions)))
    if sessions.empty:
        asked = int(analysis.refusals["count"].sum()) if len(analysis.refusals) else 0
        why = f": {units.plural(asked, 'request')} for one, none granted" if asked else ""
        screen.paragraph(f"No Socket.IO or Engine.IO session was recognised{why}.", indent=2)
        return
    shown = rank.first(rank.interest(analysis), SHOWN, kinds(sessions))
    start = nanoseconds(analysis.log["time"].min()) if len(analysis.log) else None
    grid.show(screen, columns(screen, sessions.iloc[shown], names, start))
    _others(screen, sessions.drop(index=sessions.index[shown]))


def kinds(rows: pd.DataFrame) -> list[str]:
    """What sort of session each is: how it ended, and how its upgrade went."""
    return [f"{end} {upgrade}" for end, upgrade in zip(ended(rows), rows["upgrade"].astype("object"), strict=True)]


def columns(screen: Screen, rows: pd.DataFrame, names: Mapping[str, str], start: int | None) -> list[grid.Column]:
    """What is said of each session, by importance; ``start`` is when the log begins."""
    tapped = bool(rows["session"].duplicated().any())
    return [
        grid.Column("session", [cells.session(names, value) for value in rows["session"]]),
        grid.Column("EIO", cells.counts(rows["engine"]), rank=5),
        grid.Column("opened", [since(start, value) for value in rows["opened"]], rank=6, right=True),
        grid.Column("lasted", cells.spans(rows["duration_s"], unit=1.0), rank=1, right=True),
        grid.Column("transports", cells.words(screen, rows["transports"]), rank=2),
        grid.Column("upgrade", cells.words(screen, rows["upgrade"]), rank=7),
        grid.Column("c2s", cells.counts(rows["packets_c2s"]), rank=4, right=True),
        grid.Column("s2c", cells.counts(rows["packets_s2c"]), rank=4, right=True),
        grid.Column("bytes", cells.sizes(floats(rows["bytes_c2s"]) + floats(rows["bytes_s2c"])), rank=8, right=True),
        grid.Column("namespaces", cells.words(screen, rows["namespaces"]), rank=10, least=10),
        grid.Column("client", cells.words(screen, rows["client"]), rank=11),
        grid.Column("server", cells.words(screen, rows["server"]), rank=3 if tapped else 12),
        _ended(screen, rows),
    ]


def since(start: int | None, value: Any) -> str:
    """How long after the log's first row something happened: ``+12.3 s``."""
    time = nanoseconds(value)
    if time is None or start is None:
        return units.NONE
    return f"{'+' if time >= start else ''}{units.duration((time - start) / 1e9)}"


def _ended(screen: Screen, rows: pd.DataFrame) -> grid.Column:
    said = ended(rows)
    causes = [text(value) for value in rows["close_cause"]]
    styles = [
        "" if cause in (None, *rank.GOOD_CAUSES) else cells.ODD if cause == "unknown" else cells.BAD for cause in causes
    ]
    return grid.Column("ended", cells.words(screen, said), styles=styles)


def ended(rows: pd.DataFrame) -> list[str]:
    """How each session ended: its cause, and by whom where the cause does not say it."""
    found = []
    for cause, by in zip(map(text, rows["close_cause"]), map(text, rows["closed_by"]), strict=True):
        if cause is None:
            found.append("open" if by is None else f"by {by}")
        else:
            found.append(cause if by is None or cause.startswith(by) else f"{cause} ({by})")
    return found


def _others(screen: Screen, rows: pd.DataFrame) -> None:
    """The sessions that were not shown, counted by how they ended."""
    if rows.empty:
        return
    common = Counter(ended(rows)).most_common()
    parts = [f"{units.count(found)} {screen.safe(word, 40)}" for word, found in common[:ENDINGS]]
    if len(common) > ENDINGS:
        parts.append(f"{units.count(sum(found for _, found in common[ENDINGS:]))} otherwise")
    screen.paragraph(f"and {units.count(len(rows))} more: {', '.join(parts)}", indent=2)
