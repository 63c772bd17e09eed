"""Tables as plain values that JSON and CSV have: text, whole numbers, finite floats, booleans, lists, ``None``."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analyzer.report.values import floats, is_missing, times
from analyzer.stamps import to_text

CHUNK = 4_096
"""Rows turned at a time."""


def rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as tuples of plain values, column by column; times as ISO 8601 with nine digits."""
    for start in range(0, len(table), CHUNK):
        part = table.iloc[start : start + CHUNK]
        yield from zip(*(column(part[name]) for name in part.columns), strict=True)


def column(values: "pd.Series[Any]") -> list[Any]:
    """A column as plain values; all of a kind at once, which is quick."""
    kind = values.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        return _stamps(values)
    if pd.api.types.is_float_dtype(kind):
        return [None if number != number else number for number in floats(values).tolist()]
    if pd.api.types.is_string_dtype(kind) and not pd.api.types.is_object_dtype(kind):
        return values.astype("object").where(values.notna(), None).tolist()
    return [value(item) for item in values.tolist()]


def _stamps(values: "pd.Series[Any]") -> list[str | None]:
    texts = np.datetime_as_string(times(values).view("datetime64[ns]"), unit="ns").tolist()
    return [None if text == "NaT" else text + "Z" for text in texts]


def value(item: Any) -> Any:
    """One value; what is neither text, number, boolean nor list is taken as its text."""
    if isinstance(item, int | str):
        return item
    if isinstance(item, list | tuple | np.ndarray):
        return [value(part) for part in item]
    if is_missing(item):
        return None
    if isinstance(item, np.integer | np.bool_):
        return item.item()
    if isinstance(item, float | np.floating):
        return float(item) if math.isfinite(item) else None
    return to_text(item.value) if isinstance(item, pd.Timestamp) else str(item)
