"""The table of events: a row for each kind of event, with how often it came and how large it was."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.view import NONE, Ints, View

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """Values by kind, and those of a kind by size."""

    values: Floats
    starts: Ints
    """Where those of each kind begin."""
    counts: Ints


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
    kinds = _kinds(view, rows)
    sizes = np.nan_to_num(view.numbers("size")[rows])
    order = np.lexsort((sizes, kinds))
    counts = np.bincount(kinds)
    ends = np.cumsum(counts)
    ranked = Ranked(sizes[order], ends - counts, counts)
    first = np.full(len(counts), NONE, np.int64)
    first[kinds[::-1]] = rows[::-1]  # of several, the first one stays
    found = {
        "count": counts,
        "bytes": np.bincount(kinds, sizes),
        "size_p50": _quantile(ranked, 0.5),
        "size_p95": _quantile(ranked, 0.95),
        "size_max": ranked.values[ends - 1],
        "sessions": _different(kinds, view.codes("session")[rows]),
    }
    frequent = np.lexsort((first, -counts))
    return _table(view, first[frequent], {name: values[frequent] for name, values in found.items()})


def _kinds(view: View, rows: Ints) -> Ints:
    """The number of each row's namespace, event and direction together, those that miss one as one kind each."""
    kinds = np.zeros(len(rows), np.int64)
    for name in ("namespace", "event", "direction"):
        codes = view.codes(name)[rows].astype(np.int64) + 1
        kinds, _ = pd.factorize(kinds * (int(codes.max()) + 1) + codes)
    return kinds


def _quantile(ranked: "Ranked", share: float) -> Floats:
    """Of each kind the value below which a share of its values lies, with linear interpolation."""
    place = (ranked.counts - 1) * share
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, ranked.counts - 1)
    below, above = ranked.values[ranked.starts + low], ranked.values[ranked.starts + high]
    found: Floats = below + (above - below) * (place - low)
    return found


def _different(kinds: Ints, codes: Ints) -> Ints:
    """How many values other than missing (-1) each kind has."""
    width = int(codes.max(initial=0)) + 1
    pairs = pd.unique(kinds[codes >= 0] * width + codes[codes >= 0])
    return np.bincount(pairs // width, minlength=int(kinds.max()) + 1)


def _table(view: View, first: Ints, found: dict[str, Any]) -> pd.DataFrame:
    sent = view.packets & (view.key >= 0)
    last = view.rows - 1 - int(np.argmax(sent[::-1]))
    span = (view.time[last] - view.time[int(np.argmax(sent))]) / 1e9
    columns = found | {name: view.values(name, first) for name in ("namespace", "event", "direction")}
    columns["rate_per_s"] = found["count"] / span if span > 0 else np.full(len(first), np.nan)
    return schema.table(schema.EVENTS, columns)
