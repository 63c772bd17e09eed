"""Rows as they are stored, of any version, to Arrow columns."""

from base64 import b64decode, b64encode
from operator import itemgetter
from typing import Any

import pyarrow as pa

from analyzer.records import COLUMNS, SCHEMA
from analyzer.stamps import to_text
from analyzer.store.columns import ARROW_SCHEMA, from_columns
from analyzer.store.jsonl import Block
from analyzer.store.migrate import check, migrate

_VALUES = itemgetter(*COLUMNS)
_TIME = list(COLUMNS).index("time")
_ATTACHMENTS = list(COLUMNS).index("attachments")


def from_block(block: Block) -> Any:
    """A block of stored rows as a RecordBatch. ValueError with the line's number for a bad row, StoreError for a bad
    version.
    """
    numbers, rows = block
    try:
        return from_stored(rows)
    except (ValueError, TypeError) as error:
        if len(rows) == 1:
            raise ValueError(f"line {numbers[0]}: {error}") from error
    half = len(rows) // 2
    parts = [from_block((numbers[:half], rows[:half])), from_block((numbers[half:], rows[half:]))]
    return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]


def from_stored(rows: list[dict[str, Any]]) -> Any:
    """Stored rows as a RecordBatch; ValueError or TypeError where a value is not what its column holds."""
    if [row.get("schema") for row in rows].count(SCHEMA) != len(rows):
        rows = [migrate(row, row.get("schema")) for row in rows]
    try:
        columns: list[Any] = list(zip(*map(_VALUES, rows), strict=True))
    except KeyError:
        columns = [[row.get(name) for row in rows] for name in COLUMNS]
    columns[_TIME] = _times(columns[_TIME])
    columns[_ATTACHMENTS] = [None if items is None else list(map(_binary, items)) for items in columns[_ATTACHMENTS]]
    return from_columns(columns)


def from_parquet(version: object, batch: Any) -> Any:
    """A RecordBatch of a stored version as one of the current version; StoreError where there is no way."""
    if check(version) < SCHEMA:
        rows = [_stored(row) for row in batch.to_pylist()]
        return from_stored([migrate(row, version) | {"schema": SCHEMA} for row in rows])
    missing = [name for name in COLUMNS if name not in batch.schema.names]
    if missing:
        raise ValueError(f"there is no column {missing[0]}")
    return pa.RecordBatch.from_arrays(
        [batch.column(field.name).cast(field.type) for field in ARROW_SCHEMA], schema=ARROW_SCHEMA
    )


def _times(texts: Any) -> Any:
    array = pa.array(texts, pa.string()).cast(ARROW_SCHEMA.field("time").type)
    if array.null_count:
        raise ValueError("a row has no time")
    return array


def _binary(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("an attachment is base64 text")
    return b64decode(text, validate=True)


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """A row of Parquet as JSON Lines hold it."""
    items = row.get("attachments")
    texts = None if items is None else [b64encode(item).decode() for item in items]
    return row | {"time": to_text(row["time"].value), "attachments": texts}
