"""The section on oddities: issue codes of the log, how often, and one example each."""

from typing import Any

import pandas as pd

from analyzer.report import summaries, units
from analyzer.report.text import cells
from analyzer.report.text.screen import Part, Screen
from analyzer.report.values import number, text

SHOWN = 20
"""Codes shown at most."""


def show(screen: Screen, log: pd.DataFrame) -> None:
    """Codes, most frequent first, with the first row of each."""
    table = summaries.oddities(log)
    if table.empty:
        return
    screen.heading(
        "Oddities", f"{units.plural(int(table['count'].sum()), 'row')} of {units.plural(len(table), 'kind')}"
    )
    for row in table.head(SHOWN).to_dict("records"):
        screen.line(*_head(screen, row), indent=2)
        if text(row["detail"]) is not None:
            screen.paragraph(screen.safe(row["detail"]), indent=4, lines=2)
    cells.more(screen, len(table) - SHOWN, "kind")


def _head(screen: Screen, row: dict[Any, Any]) -> list[Part]:
    frame, found = number(row["frame"]), int(row["count"])
    sessions = f" in {units.plural(row['sessions'], 'session')}" if row["sessions"] else ""
    place = f"frame {frame:.0f} of " if frame is not None else ""
    where = (
        f"; first: {place}{screen.safe(row['source'], 40)}"
        if found > 1
        else f"; {place}{screen.safe(row['source'], 40)}"
    )
    return [(screen.safe(row["issue"], 40), cells.ODD), f"  {units.plural(found, 'time')}{sessions}{where}"]
