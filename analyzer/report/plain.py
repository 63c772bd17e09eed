"""Tables as plain values that JSON and CSV have: text, whole numbers, finite floats, booleans, lists, ``None``."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analyzer.report.values import NO_TIME, is_missing, times
from analyzer.stamps import to_text

CHUNK = 4_096
"""Rows turned at a time."""


def rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as tuples of plain values, column by column; times as ISO 8601 with nine digits."""
    for start in range(0, len(table), CHUNK):
        part = table.iloc[start : start + CHUNK]
        yield from zip(*(column(part[name]) for name in part.columns), strict=True)


def column(values: "pd.Series[Any]") -> list[Any]:
    """A column as plain values."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [None if time == NO_TIME else to_text(time) for time in times(values).tolist()]
    return [value(item) for item in values.tolist()]


def value(item: Any) -> Any:
    """One value; what is neither text, number, boolean nor list is taken as its text."""
    if isinstance(item, list | tuple | np.ndarray):
        return [value(part) for part in item]
    if is_missing(item):
        return None
    if isinstance(item, bool | np.bool_):
        return bool(item)
    if isinstance(item, int | np.integer):
        return int(item)
    if isinstance(item, float | np.floating):
        return float(item) if math.isfinite(item) else None
    return to_text(item.value) if isinstance(item, pd.Timestamp) else str(item)
