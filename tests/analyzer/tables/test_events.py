"""The table of events: how often, how large, in how many sessions."""

import pandas as pd
import pytest

from analyzer import tables
from analyzer.tables.schema import EVENTS
from tests.rows import Talk, log_of


def test_empty():
    """Without events there is a table without rows, all columns of their types."""
    table = tables.events(log_of(Talk().open(0).join(5)))
    assert table.empty
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == EVENTS


def test_counts():
    """Events by namespace, name and direction, most frequent first; the rate is over the time with packets."""
    talk = Talk("a").open(0).socket(9, "ACK", "s2c", ack_id=1)
    for i in range(5):
        talk.socket(10 + i, "EVENT", "c2s", event="x", size=10 * (i + 1))
    talk.socket(20, "BINARY_EVENT", "c2s", event="x", size=1000, attachments=[b""]).socket(
        21, "EVENT", "s2c", event="x"
    )
    talk.socket(22, "EVENT", "c2s", "/n", event="x").socket(30, "EVENT", "c2s", event="gone", issue="http_refused")
    other = Talk("b").socket(1999, "EVENT", "c2s", event="x", size=60).socket(2000, "EVENT", "c2s", event=None)
    table = tables.events(log_of(talk, other))
    assert table.iloc[0].to_dict() == {
        "namespace": "/",
        "event": "x",
        "direction": "c2s",
        "count": 7,
        "rate_per_s": 3.5,
        "bytes": 1210,
        "size_p50": 40.0,
        "size_p95": pytest.approx(718.0),
        "size_max": 1000,
        "sessions": 2,
    }
    rest = table.iloc[1:][["namespace", "event", "direction", "count"]]
    assert [tuple(None if pd.isna(v) else v for v in row) for row in rest.itertuples(index=False)] == [
        ("/", "x", "s2c", 1),
        ("/n", "x", "c2s", 1),
        ("/", None, "c2s", 1),
    ]


def test_no_time():
    """A single packet has no rate."""
    assert pd.isna(tables.events(log_of(Talk().socket(0, "EVENT", "c2s", event="x")))["rate_per_s"][0])


def test_two_taps():
    """An event captured at two places happened once."""
    back = Talk(server="10.0.0.2:3000").open(0).socket(5, "EVENT", "c2s", event="x")
    front = Talk(server="10.0.0.9:80").open(1).socket(4, "EVENT", "c2s", event="x")
    assert list(tables.events(log_of(back, front))["count"]) == [1]
