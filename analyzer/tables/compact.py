"""Columns of a log in few bytes a row, gathered batch by batch: each text once, numbers as narrow as they come.

A million rows take less than 100 MB that way, a tenth of what they take with text of their own in each.
"""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_STRING: Any = pd.StringDtype("pyarrow")
_NARROW = (pa.int8(), pa.int16(), pa.int32())


def narrowed(column: Any, kind: str) -> Any:
    """A pyarrow array of a column of some kind: text as a dictionary array, whole numbers as narrow as they allow."""
    if kind == "string":
        return _encoded(column)
    return _narrow(column) if kind == "int64" else column


def release() -> None:
    """Give back to the system what is not used any more of Arrow's memory, which it would keep for itself."""
    pa.default_memory_pool().release_unused()


def categorical(chunks: list[Any]) -> Any:
    """Dictionary arrays as one column; its categories are in the order of appearance."""
    names = pa.concat_arrays([chunk.dictionary for chunk in chunks] or [pa.array([], pa.string())]).unique()
    codes = np.full(sum(map(len, chunks)), -1, np.min_scalar_type(-max(len(names), 1)))
    start = 0
    for chunk in chunks:
        place = np.append(pc.index_in(chunk.dictionary, names).to_numpy(zero_copy_only=False), -1)
        codes[start : start + len(chunk)] = place[pc.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False)]
        start += len(chunk)
    categories: Any = pd.Index(_STRING.__from_arrow__(names))
    found: Any = pd.Categorical.from_codes(codes, categories)
    return found


def whole(chunks: list[Any]) -> pd.arrays.IntegerArray:
    """Arrays of whole numbers of any width as one column of 64 bits."""
    values = np.zeros(sum(map(len, chunks)), np.int64)
    missing = np.zeros(len(values), np.bool_)
    start = 0
    for chunk in chunks:
        end = start + len(chunk)
        values[start:end] = pc.fill_null(chunk, 0).to_numpy(zero_copy_only=False)
        missing[start:end] = chunk.is_null().to_numpy(zero_copy_only=False)
        start = end
    return pd.arrays.IntegerArray(values, missing)


def _encoded(column: Any) -> Any:
    found = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(_narrow(found.indices), found.dictionary)


def _narrow(column: Any) -> Any:
    """Whole numbers in the narrowest type that holds them all."""
    span = pc.min_max(column).as_py()
    low, high = span["min"] or 0, span["max"] or 0
    kind = next((kind for kind in _NARROW if -(1 << kind.bit_width - 1) <= low <= high < 1 << kind.bit_width - 1), None)
    return column if kind is None else column.cast(kind)
