"""The log as a DataFrame, whole or without what no table needs."""

import pandas as pd
import pytest

from analyzer import store, tables
from analyzer.records import COLUMNS, Row
from analyzer.tables.frame import DTYPES, slim
from tests.rows import FULL, Talk

ROWS = [FULL, Row(5, layer="http", data="error"), FULL._replace(attachments=[])]


@pytest.mark.parametrize("rows", [[], ROWS])
@pytest.mark.parametrize("lean", [False, True])
def test_dtypes(rows, lean):
    """Columns and dtypes are the log's, whatever is in it; text is categorical in a lean one."""
    frame = tables.frame(store.batches(rows), lean=lean)
    wanted = DTYPES | ({"string": "category"} if lean else {})
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: wanted[kind] for name, kind in COLUMNS.items()
    }


@pytest.mark.parametrize("lean", [False, True])
def test_values(lean):
    """Values come as they were, also those next to null, also the largest."""
    frame = tables.frame(iter([store.batch(ROWS[:1]), store.batch(ROWS[1:])]), lean=lean)
    assert list(frame["time"].astype("int64")) == [FULL.time, 5, FULL.time]
    for name in set(COLUMNS) - {"time", "attachments"} - ({"data", "raw", "headers"} if lean else set()):
        assert frame[name][0] == getattr(FULL, name), name
        assert pd.isna(frame[name][1]) or name in ("layer", "data")
    if not lean:
        assert list(frame["attachments"]) == [FULL.attachments, None, []]
    assert list(frame.index) == [0, 1, 2]


def test_lean():
    """A lean log has the data of no event or ack but those with an issue, and the number of attachments only."""
    frame = tables.frame(store.batches([*ROWS, FULL._replace(issue=None)]), lean=True)
    assert [None if pd.isna(value) else value for value in frame["data"]] == [FULL.data, "error", FULL.data, None]
    assert frame["raw"].isna().all()
    assert frame["headers"].isna().all()
    assert list(frame["attachments"]) == [[b"", b""], None, [], [b"", b""]]


def test_headers_of_handshakes():
    """And of openings and refused requests, which findings look at; not those of every poll."""
    talk = Talk().http(5, headers="{}").http(6, status=400, headers="{}").ws(8, "open", headers="{}")
    talk.http(7, url="/x?EIO=4&transport=polling", headers="{}")
    frame = tables.frame(store.batches(talk.rows), lean=True)
    assert frame["headers"].notna().tolist() == [False, True, True, True]


def test_lean_tables_are_the_same():
    """What is left out changes no table."""
    talk = Talk().open(0, "polling").join(5, on="polling").upgrade(100).beat(1000)
    talk.socket(1500, "BINARY_EVENT", "c2s", event="x", ack_id=1, data="[]", attachments=[b"abc"] * 3, raw="r").close(
        1600
    )
    whole, lean = (tables.tables(tables.frame(store.batches(talk.rows), lean=way)) for way in (False, True))
    for name, table in whole.items():
        pd.testing.assert_frame_equal(table, lean[name])


def test_slim_takes_no_room():
    """What it leaves out is not kept in memory unseen."""
    row = Talk().socket(0, "EVENT", "c2s", event="x", data="y" * 10_000, attachments=[b"z" * 10_000]).rows[0]
    assert slim(store.batch([row] * 100)).nbytes < 100_000
