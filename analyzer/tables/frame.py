"""The log as a pandas DataFrame.

In a lean one text is categorical (`analyzer.tables.compact`), which takes a tenth of the memory.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.records import COLUMNS, Layer
from analyzer.tables import compact

DTYPES: dict[str, Any] = {
    "timestamp": "datetime64[ns, UTC]",
    "string": "string",
    "int64": "Int64",
    "int16": "Int16",
    "int8": "Int8",
    "float64": "Float64",
    "binaries": "object",
}
"""Kind of a column (`analyzer.records.COLUMNS`) to its dtype in the log's DataFrame."""

_MASKED: dict[str, Any] = {
    "int16": pd.Int16Dtype(),
    "int8": pd.Int8Dtype(),
    "float64": pd.Float64Dtype(),
}


def frame(batches: Iterable[Any], *, lean: bool = False) -> pd.DataFrame:
    """The rows of pyarrow RecordBatches (`analyzer.store.ARROW_SCHEMA`) as one DataFrame, all columns in order.

    ``lean`` leaves out what no table, finding and report needs, which is most of the bytes: ``data`` of events and acks
    without an issue, ``raw``, and ``headers`` but of handshakes and failed requests are null, and attachments are
    there but empty. Attachments are lists of bytes, or None.
    """
    parts: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for batch in batches:
        for name, column in _columns(batch, lean=lean):
            parts[name].append(column)
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        columns[name] = _column(parts.pop(name), name, lean=lean)
        compact.release()
    return pd.DataFrame(columns, copy=False)


def _columns(batch: Any, *, lean: bool) -> Iterator[tuple[str, Any]]:
    kept = slim(batch) if lean else batch
    for name in COLUMNS:
        yield name, compact.narrowed(kept.column(name), COLUMNS[name]) if lean else kept.column(name)


def _column(chunks: list[Any], name: str, *, lean: bool) -> Any:
    kind = COLUMNS[name]
    if lean and kind == "string":
        return compact.categorical(chunks)
    if kind == "int64":
        return compact.whole(chunks)
    if not chunks:
        return pd.Series([], dtype=DTYPES[kind])
    column = pa.chunked_array(chunks)
    if kind == "string":
        return _STRING.__from_arrow__(column)
    if kind in _MASKED:
        return _MASKED[kind].__from_arrow__(column)
    if kind == "timestamp":
        return pd.Series(column.cast(pa.int64()).to_numpy().view("datetime64[ns]")).dt.tz_localize("UTC")
    return _lists(column)


_STRING: Any = pd.StringDtype("pyarrow")


def _lists(column: Any) -> Any:
    found = np.empty(len(column), object)
    if column.null_count < len(column):
        valid = np.flatnonzero(column.is_valid().to_numpy())
        for row, value in zip(valid.tolist(), column.drop_null().to_pylist(), strict=True):
            found[row] = value
    return found


def slim(batch: Any) -> Any:
    """A RecordBatch without what no table and no report needs, as `frame` says."""
    columns = {name: batch.column(name) for name in COLUMNS}
    message = pc.and_(pc.is_in(columns["type"], _MESSAGES), pc.is_null(columns["issue"]))
    columns["data"] = _only(columns["data"], pc.invert(message))
    columns["headers"] = _only(columns["headers"], _telling(columns))
    columns["raw"] = pa.nulls(batch.num_rows, pa.string())
    columns["attachments"] = _hollow(columns["attachments"])
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)


def _only(column: Any, kept: Any) -> Any:
    """A column with nulls but where ``kept``; unlike if_else's, its buffers hold no byte of the others."""
    return column.take(pc.if_else(kept, pa.array(np.arange(len(column))), pa.scalar(None, pa.int64())))


_MESSAGES = pa.array(["EVENT", "ACK", "BINARY_EVENT", "BINARY_ACK"])


def _telling(columns: dict[str, Any]) -> Any:
    """The rows whose headers are looked at: handshakes, openings of WebSockets, requests refused or never answered."""
    opening = pc.and_(pc.equal(columns["layer"], Layer.WEBSOCKET), pc.equal(columns["type"], "open"))
    first = pc.invert(pc.match_substring(columns["url"], "sid="))
    failed = pc.fill_null(pc.greater_equal(columns["status"], _ERROR), True)
    http = pc.and_(pc.equal(columns["layer"], Layer.HTTP), pc.or_kleene(first, failed))
    return pc.fill_null(pc.or_kleene(opening, http), False)


_ERROR = 400


def _hollow(lists: Any) -> Any:
    """As many attachments as there were, of no bytes."""
    if lists.null_count == len(lists):
        return lists
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    values = pa.array(np.full(int(offsets[-1]), b"", object), pa.binary())
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=lists.is_null())
