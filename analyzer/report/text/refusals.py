"""The section on requests that were refused, whoever refused them."""

import pandas as pd

from analyzer.report import units
from analyzer.report.refusals import told
from analyzer.report.text import cells
from analyzer.report.text.screen import Screen

SHOWN = 10
"""Kinds shown at most."""


def show(screen: Screen, table: pd.DataFrame) -> None:
    """What was answered to requests of the endpoint instead of what they asked for."""
    if table.empty:
        return
    screen.heading("Refused", units.plural(int(table["count"].sum()), "request"))
    for row in table.head(SHOWN).to_dict("records"):
        head, place, said = told(row)
        screen.paragraph(screen.safe(head), indent=2, style=cells.ODD)
        screen.paragraph(screen.safe(place), indent=4)
        if said:
            screen.paragraph(screen.safe(said), indent=4)
    cells.more(screen, len(table) - SHOWN, "kind")
