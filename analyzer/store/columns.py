"""Rows as Arrow columns and back. Building is column by column: a million rows take one to two seconds."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy
import pyarrow as pa

from analyzer.records import COLUMNS, SCHEMA, Row
from analyzer.stamps import clamp

ROWS = 16_384
"""Rows turned into one batch at a time: enough for speed, small enough for the cache."""

KINDS: dict[str, Any] = {
    "timestamp": pa.timestamp("ns", tz="UTC"),
    "string": pa.string(),
    "int64": pa.int64(),
    "int16": pa.int16(),
    "int8": pa.int8(),
    "float64": pa.float64(),
    "binaries": pa.list_(pa.binary()),
}
"""Kind of a column (`analyzer.records.COLUMNS`) to its Arrow type."""

ARROW_SCHEMA: Any = pa.schema(
    [pa.field(name, KINDS[kind], nullable=name != "time") for name, kind in COLUMNS.items()],
    metadata={"sioscope": str(SCHEMA)},
)
"""The log as an Arrow schema; the metadata key ``sioscope`` holds the version of its columns."""

_NUMBERS = {"int8": "i1", "int16": "i2", "int64": "i8", "double": "f8", str(KINDS["timestamp"]): "i8"}
"""Arrow types of numbers, and what numpy calls them."""

_FAILURES = (pa.ArrowException, UnicodeEncodeError, OverflowError)


def batches(rows: Sequence[Row]) -> Iterator[Any]:
    """``rows`` as pyarrow RecordBatches of `ARROW_SCHEMA`, in order, at most `ROWS` rows each; none for no rows.

    Text that UTF-8 cannot hold (lone surrogates) becomes U+FFFD, a number that its column cannot hold null.
    TypeError where a value is not of its column's kind.
    """
    for start in range(0, len(rows), ROWS):
        yield from _sized(rows[start : start + ROWS])


def batch(rows: Sequence[Row]) -> Any:
    """``rows`` as one pyarrow RecordBatch, also where there are none; see `batches`."""
    parts = list(batches(rows))
    if len(parts) == 1:
        return parts[0]
    table = pa.Table.from_batches(parts, ARROW_SCHEMA).combine_chunks()
    return table.to_batches()[0] if parts else pa.RecordBatch.from_pylist([], ARROW_SCHEMA)


def from_columns(columns: Sequence[Any]) -> Any:
    """A list, tuple or pyarrow array per column, equally long, as a RecordBatch; TypeError for a value of a wrong
    kind.
    """
    arrays = [_array(field, values) for field, values in zip(ARROW_SCHEMA, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=ARROW_SCHEMA)


def to_rows(batch: Any) -> list[Row]:
    """A RecordBatch of `ARROW_SCHEMA` as rows."""
    columns = [_values(batch.column(i)) for i in range(len(COLUMNS))]
    return list(map(Row._make, zip(*columns, strict=True)))


def _sized(rows: Sequence[Row]) -> Iterator[Any]:
    """One batch, or more where a column's text would not fit its 32-bit offsets."""
    try:
        yield from_columns(list(zip(*rows, strict=True)))
    except (pa.ArrowCapacityError, _TooLargeError):
        if len(rows) == 1:
            raise
        half = len(rows) // 2
        yield from _sized(rows[:half])
        yield from _sized(rows[half:])


class _TooLargeError(Exception):
    """A column came out in several chunks."""


def _array(field: Any, values: Any) -> Any:
    if not isinstance(values, (list, tuple)):
        return values
    if not values or (values[0] is None and values.count(None) == len(values)):
        return pa.nulls(len(values), field.type)
    try:
        array = pa.array(values, field.type)
    except pa.ArrowCapacityError:
        raise
    except _FAILURES:
        array = pa.array(list(map(_CLEAN[COLUMNS[field.name]], values)), field.type)
    if isinstance(array, pa.ChunkedArray):
        raise _TooLargeError
    return array


def _values(array: Any) -> list[Any]:
    """An array as a list, None for null, read from its buffers: some ten times quicker than the array's own way, and
    pandas, which that imports, stays out of it.
    """
    count, kind = len(array), array.type
    if array.null_count == count:
        return [None] * count
    validity, *buffers = array.buffers()
    place = slice(array.offset, array.offset + count)
    there = None
    if array.null_count:
        there = numpy.unpackbits(numpy.frombuffer(validity, "u1"), bitorder="little")[place].tolist()
    if pa.types.is_list(kind):
        return [array[i].as_py() if there is None or there[i] else None for i in range(count)]
    if pa.types.is_string(kind):
        values: list[Any] = _texts(buffers, array.offset, count)
    else:
        values = numpy.frombuffer(buffers[0], _NUMBERS[str(kind)])[place].tolist()
    return values if there is None else [value if ok else None for value, ok in zip(values, there, strict=True)]


def _texts(buffers: Sequence[Any], offset: int, count: int) -> list[str]:
    """The texts of a string array with these buffers (where texts begin, and their bytes), empty for null."""
    places = numpy.frombuffer(buffers[0], "i4")[offset : offset + count + 1]
    first, last = int(places[0]), int(places[-1])
    data = bytes(memoryview(buffers[1])[first:last]) if last > first else b""
    spans = pairwise((places - first).tolist())
    if data.isascii():
        text = data.decode("ascii")
        return [text[start:end] for start, end in spans]
    return [data[start:end].decode() for start, end in spans]


def _text(value: Any) -> str | None:
    """Pairs of surrogates joined, lone ones replaced."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"text is expected, not {type(value).__name__}")
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _whole(bits: int) -> Callable[[Any], int | None]:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def clean(value: Any) -> int | None:
        if value is not None and not isinstance(value, int):
            raise TypeError(f"a whole number is expected, not {type(value).__name__}")
        return value if value is not None and low <= value <= high else None

    return clean


def _time(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a time is expected, not {type(value).__name__}")
    return clamp(value)


def _number(value: Any) -> float | None:
    if value is not None and not isinstance(value, (int, float)):
        raise TypeError(f"a number is expected, not {type(value).__name__}")
    return None if value is None else float(value)


def _binaries(value: Any) -> list[bytes] | None:
    if value is not None and not (isinstance(value, list) and all(isinstance(item, bytes) for item in value)):
        raise TypeError("a list of bytes is expected")
    return value


_CLEAN: dict[str, Callable[[Any], Any]] = {
    "timestamp": _time,
    "string": _text,
    "int64": _whole(64),
    "int16": _whole(16),
    "int8": _whole(8),
    "float64": _number,
    "binaries": _binaries,
}
