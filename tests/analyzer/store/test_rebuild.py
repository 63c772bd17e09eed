"""Rows as stored to columns, from earlier versions too, and the line of what is wrong."""

import io

import pytest

from analyzer import store
from analyzer.issues import StoreError
from analyzer.records import Row
from analyzer.store import jsonl, migrate, rebuild
from tests.rows import FULL


@pytest.fixture
def two_versions(monkeypatch):
    """A house in which logs of version 0 had frames from 0 and another name for them."""
    monkeypatch.setitem(migrate.STEPS, 0, lambda row: row | {"frame": row["number"] + 1})


def test_missing_and_unknown_columns():
    """A column that a row does not have is null, one that no log has is passed over."""
    batch = rebuild.from_stored([{"schema": 1, "time": "1970-01-01T00:00:01Z", "layer": "tcp", "other": [1]}])
    assert store.to_rows(batch) == [Row(1_000_000_000, layer="tcp")]


@pytest.mark.parametrize(
    "change",
    [
        {"time": None},
        {"time": 5},
        {"time": "today"},
        {"frame": "x"},
        {"data": 5},
        {"attachments": ["*"]},
        {"attachments": [5]},
        {"attachments": 5},
    ],
)
def test_bad_value(change):
    """A value that its column does not hold is told with the line it is on."""
    good = next(jsonl.decode(b"".join(jsonl.Encoder().encode([FULL])).splitlines(keepends=True), print))[1][0]
    with pytest.raises(ValueError, match=r"^line 14: "):
        rebuild.from_block(([11, 12, 13, 14, 15], [good, good, good, good | change, good]))


@pytest.mark.usefixtures("two_versions")
def test_older_jsonl():
    """Rows of an older version, mixed with new ones, come out as new."""
    lines = (
        b'{"schema":0,"time":"1970-01-01T00:00:01Z","number":6}\n{"schema":1,"time":"1970-01-01T00:00:01Z","frame":7}\n'
    )
    rows = store.to_rows(next(store.read(io.BytesIO(lines))))
    assert [row.frame for row in rows] == [7, 7]


@pytest.mark.usefixtures("two_versions")
def test_older_parquet():
    """So do those of a Parquet file."""
    batch = store.batch([FULL, Row(5)])
    columns = [name if name != "frame" else "number" for name in batch.schema.names]
    batch = batch.set_column(2, "frame", batch.column("stream").fill_null(6).cast("int64")).rename_columns(columns)
    assert store.to_rows(rebuild.from_parquet(0, batch)) == [FULL._replace(frame=1), Row(5, frame=7)]


@pytest.mark.parametrize("version", [None, 2])
def test_other_parquet(version):
    """A Parquet file of an unknown version, or of something else, is refused."""
    with pytest.raises(StoreError):
        rebuild.from_parquet(version, store.batch([FULL]))


def test_parquet_without_a_column():
    """A column that is missing is an error of the file."""
    with pytest.raises(ValueError, match="no column event"):
        rebuild.from_parquet(1, store.batch([FULL]).drop_columns(["event"]))
