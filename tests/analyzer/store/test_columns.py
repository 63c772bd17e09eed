"""Rows to Arrow columns: every kind of value, and what a column cannot hold."""

import subprocess
import sys

import pyarrow as pa
import pytest

from analyzer.records import COLUMNS, Row
from analyzer.store import columns, open_writer
from tests.rows import FULL


def test_schema():
    """The columns of the log, with its version."""
    assert columns.ARROW_SCHEMA.names == list(COLUMNS)
    assert columns.ARROW_SCHEMA.metadata == {b"sioscope": b"1"}
    assert columns.ARROW_SCHEMA.field("time").type == pa.timestamp("ns", tz="UTC")
    assert columns.ARROW_SCHEMA.field("attachments").type == pa.list_(pa.binary())


def test_rows_come_back():
    """Rows to a batch and back are the same rows."""
    rows = [FULL, Row(-1), FULL._replace(attachments=[]), Row(5, duration=2.0, data="")]
    assert columns.to_rows(columns.batch(rows)) == rows


def test_batches(monkeypatch):
    """Many rows come as several batches, none as none, or as one empty batch."""
    monkeypatch.setattr(columns, "ROWS", 3)
    rows = [Row(i) for i in range(7)]
    assert [batch.num_rows for batch in columns.batches(rows)] == [3, 3, 1]
    assert columns.to_rows(columns.batch(rows)) == rows
    assert list(columns.batches([])) == []
    assert columns.batch([]).schema.equals(columns.ARROW_SCHEMA)


def test_surrogates():
    """A pair of surrogates is its character, a lone one becomes U+FFFD."""
    found = columns.to_rows(columns.batch([Row(0, data="a\ud800", event="\ud83d\ude00")]))[0]
    assert (found.data, found.event) == ("a\ufffd", "\U0001f600")


def test_numbers_that_do_not_fit():
    """A number too large for its column is null; a time is cut to what fits."""
    rows = [Row(2**64, status=40_000, ack_id=2**63, frame=1), Row(3, status=404)]
    found = columns.to_rows(columns.batch(rows))
    assert found[0] == Row(2**63 - 1, frame=1)
    assert found[1] == rows[1]


@pytest.mark.parametrize(
    "row",
    [
        Row(0, data=5),
        Row(0, frame="x"),
        Row("x"),
        Row(0, attachments=["x", 5]),
        Row(0, duration="x"),
        Row(0, frame=True),
    ],
)
def test_wrong_kinds(row):
    """A value that is not of its column's kind is an error, not data."""
    with pytest.raises(TypeError):
        columns.batch([Row(0), row])


def test_too_large(monkeypatch):
    """Text that one column cannot hold is spread over batches; a single row that is too much is an error."""
    real = columns.from_columns

    def small(values):
        if sum(len(text or "") for text in values[columns.ARROW_SCHEMA.get_field_index("data")]) > 10:
            raise pa.ArrowCapacityError("array cannot contain more")
        return real(values)

    monkeypatch.setattr(columns, "from_columns", small)
    rows = [Row(i, data="x" * 4) for i in range(5)]
    assert [row for batch in columns.batches(rows) for row in columns.to_rows(batch)] == rows
    with pytest.raises(pa.ArrowCapacityError):
        list(columns.batches([Row(0, data="x" * 11)]))


def test_part_of_a_batch_with_holes():
    """Rows from the middle, nulls here and there, text of one byte a character and of more."""
    rows = [
        FULL._replace(time=i, data=None if i % 3 else f"{i}", event="é" * (i % 4), duration=None if i % 5 else i / 2)
        for i in range(50)
    ]
    rows[20] = rows[20]._replace(attachments=None)
    assert columns.to_rows(columns.batch(rows).slice(7, 30)) == rows[7:37]
    assert columns.to_rows(columns.batch(rows).slice(50)) == []


def test_pandas_is_not_needed(tmp_path):
    """Reading a log back does not load it: half a second for every command that does."""
    path = tmp_path / "log.parquet"
    with open_writer(str(path)) as writer:
        writer.write([FULL, Row(1)])
    code = f"import sys; from analyzer.log import Log; list(Log([{str(path)!r}])); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
