"""All tables of a log at once."""

import pandas as pd

from analyzer.tables.acks import of_view as acks
from analyzer.tables.carriers import Carriers, carriers
from analyzer.tables.events import of_view as events
from analyzer.tables.heartbeats import of_view as heartbeats
from analyzer.tables.sessions import of_view as sessions
from analyzer.tables.upgrades import of_view as upgrades
from analyzer.tables.view import View


def tables(log: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Name to table, in the order they are reported: the same as one by one, but what they share is computed once."""
    view = View(log)
    return of_view(view, carriers(view))


def of_view(view: View, carried: Carriers) -> dict[str, pd.DataFrame]:
    """The tables of a view."""
    return {
        "sessions": sessions(view, carried),
        "heartbeats": heartbeats(view, carried),
        "upgrades": upgrades(view, carried),
        "acks": acks(view),
        "events": events(view),
    }
