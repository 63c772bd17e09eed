"""The table of acknowledgements: a row for each packet that asked for one, with the answer."""

from typing import Any

import numpy as np
import pandas as pd

from analyzer.tables import schema
from analyzer.tables.view import NONE, Bools, Ints, View

ANSWERED, UNANSWERED = "answered", "unanswered"
_MS = 1e6


def acks(log: pd.DataFrame) -> pd.DataFrame:
    """A row a request, by time; for columns see the README.

    An answer belongs to the latest request before it with the same session, namespace and id in the other direction.
    Packets that were refused with their request do not count. Of a session captured at two places, as seen nearer to
    the client.
    """
    return of_view(View(log))


def of_view(view: View) -> pd.DataFrame:
    """The table of a view."""
    request, answer = pairs(view)
    if not len(request):
        return schema.empty(schema.ACKS)
    sent, answered = view.time[request], view.times(answer)
    columns: dict[str, Any] = {
        name: view.values(name, request) for name in ("session", "namespace", "direction", "event")
    }
    columns |= {
        "ack_id": view.whole("ack_id")[request],
        "sent": sent,
        "answered": answered,
        "latency_ms": np.where(answer >= 0, (answered - sent) / _MS, np.nan),
        "state": np.where(answer >= 0, ANSWERED, UNANSWERED).astype(object),
    }
    return schema.table(schema.ACKS, columns)


def pairs(view: View) -> tuple[Ints, Ints]:
    """The rows that ask, in order, and of each the row that answers it, `NONE` where none does."""
    packets = view.socketio & ~view.refused & view.given("ack_id") & view.main
    asking = packets & view.among("type", ("EVENT", "BINARY_EVENT"))
    return _pairs(view, asking, packets & view.among("type", ("ACK", "BINARY_ACK")))


def _pairs(view: View, asking: Bools, answering: Bools) -> tuple[Ints, Ints]:
    """Rows that ask, in order, and the rows that answer them."""
    rows = np.flatnonzero(asking | answering)
    to_server = np.where(asking[rows], view.c2s[rows], view.s2c[rows])
    groups = (view.key[rows] * 2 + to_server, view.codes("namespace")[rows], view.whole("ack_id")[rows])
    order = np.lexsort((rows, *groups))
    rows = rows[order]
    same = np.ones(max(len(rows) - 1, 0), bool)
    for group in groups:
        same &= group[order][1:] == group[order][:-1]
    following = np.append(np.where(same & answering[rows[1:]], rows[1:], NONE), NONE)[: len(rows)]
    asked = np.flatnonzero(asking[rows])
    asked = asked[np.argsort(rows[asked])]
    return rows[asked], following[asked]
