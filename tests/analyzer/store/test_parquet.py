"""Parquet: compressed, in row groups of bounded size, with the version in its metadata."""

import io

import pyarrow.parquet as pq
import pytest

from analyzer import store
from analyzer.issues import StoreError
from analyzer.records import Row
from analyzer.store import parquet
from tests.rows import FULL


def encoded(batches):
    """The bytes of a file of those batches."""
    sink = io.BytesIO()
    encoder = parquet.Encoder(sink.write)
    for batch in batches:
        encoder.add(batch)
    encoder.close()
    return sink


def test_file():
    """Version, compression and dictionaries are where readers look for them."""
    found = pq.ParquetFile(encoded([store.batch([FULL, Row(5)])]))
    assert found.schema_arrow.metadata[b"sioscope"] == b"1"
    group = found.metadata.row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["session"].has_dictionary_page
    assert not columns["data"].has_dictionary_page


def test_row_groups(monkeypatch):
    """Batches are gathered to row groups by rows or by bytes."""
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 10)
    batches = [store.batch([Row(i)] * 4) for i in range(6)]
    assert [pq.ParquetFile(encoded(batches)).metadata.row_group(i).num_rows for i in range(2)] == [12, 12]
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 1)
    assert pq.ParquetFile(encoded(batches)).metadata.num_row_groups == 6


def test_read():
    """Reading gives the version with each batch."""
    found = list(parquet.read(encoded([store.batch([FULL])])))
    assert [version for version, _ in found] == [1]
    assert store.to_rows(found[0][1]) == [FULL]


def test_other_parquet(tmp_path):
    """A Parquet file of something else is no log."""
    path = tmp_path / "x.parquet"
    pq.write_table(store.ARROW_SCHEMA.empty_table().select(["data"]).replace_schema_metadata({}), path)
    assert list(store.read(str(path))) == []
    pq.write_table(pq.read_table(encoded([store.batch([FULL])])).replace_schema_metadata({}), path)
    with pytest.raises(StoreError, match="no log of sioscope"):
        list(store.read(str(path)))


def test_abort():
    """After an error nothing more is written, not even when the object is cleared away."""
    sink = io.BytesIO()
    encoder = parquet.Encoder(sink.write)
    encoder.add(store.batch([FULL]))
    size = len(sink.getvalue())
    encoder.abort()
    del encoder
    assert len(sink.getvalue()) == size
