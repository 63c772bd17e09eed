"""The table of events: a row for each kind of event, with how often it came and how large it was."""

from typing import Any

import numpy as np
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.view import View


def events(log: pd.DataFrame) -> pd.DataFrame:
    """A row for each namespace, event and direction, the most frequent first; for columns see the README.

    ``rate_per_s`` is the number over the time from the first to the last packet of any session in the log, missing
    where that is no time. Packets that were refused with their request do not count. Of a session captured at two
    places, as seen nearer to the client.
    """
    return of_view(View(log))


def of_view(view: View) -> pd.DataFrame:
    """The table of a view."""
    rows = np.flatnonzero(view.socketio & ~view.refused & view.main & view.among("type", ("EVENT", "BINARY_EVENT")))
    if not len(rows):
        return schema.empty(schema.EVENTS)
    kinds = {name: view.codes(name)[rows] for name in ("namespace", "event", "direction")}
    sizes = np.nan_to_num(view.numbers("size")[rows])
    table = pd.DataFrame({**kinds, "row": rows, "size": sizes, "session": view.codes("session")[rows]})
    groups = table.groupby(["namespace", "event", "direction"], sort=False)
    found = groups.agg(
        row=("row", "first"),
        count=("row", "size"),
        bytes=("size", "sum"),
        size_max=("size", "max"),
        sessions=("session", "nunique"),
    )
    quantiles = groups["size"].quantile(np.array([0.5, 0.95])).unstack()
    found["size_p50"], found["size_p95"] = quantiles[0.5], quantiles[0.95]
    found = found.sort_values(["count", "row"], ascending=[False, True])
    return _table(view, found)


def _table(view: View, found: pd.DataFrame) -> pd.DataFrame:
    sent = np.flatnonzero(view.packets & (view.key >= 0))
    span = (view.time[sent[-1]] - view.time[sent[0]]) / 1e9
    first = found["row"].to_numpy(np.int64)
    columns: dict[str, Any] = {
        name: found[name].to_numpy() for name in ("count", "bytes", "size_p50", "size_p95", "size_max", "sessions")
    }
    columns |= {name: view.values(name, first) for name in ("namespace", "event", "direction")}
    columns["rate_per_s"] = columns["count"] / span if span > 0 else np.full(len(first), np.nan)
    return schema.table(schema.EVENTS, columns)
