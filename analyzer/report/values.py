"""Values and plain arrays out of tables, whatever a column uses for "missing": ``NA``, ``NaN``, ``NaT``, ``None``."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Times = npt.NDArray[np.int64]
"""ns since 1970 UTC; `NO_TIME` where there is none."""
Floats = npt.NDArray[np.float64]

NO_TIME = np.iinfo(np.int64).min


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing; lists and arrays always hold something."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def text(value: Any) -> str | None:
    """The cell as text, ``None`` where it is missing."""
    return None if is_missing(value) else str(value)


def number(value: Any) -> float | None:
    """The cell as a finite float; ``None`` where it is missing, infinite or no number at all."""
    if is_missing(value):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def nanoseconds(value: Any) -> int | None:
    """A time as ns since 1970 UTC, from a timestamp, ISO 8601 text or a whole number of ns; ``None`` for others."""
    if is_missing(value) or isinstance(value, bool):
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    try:
        moment = pd.Timestamp(value)
        return int((moment if moment.tz else moment.tz_localize("UTC")).as_unit("ns").value)
    except (TypeError, ValueError, OverflowError):
        return None


def times(column: "pd.Series[Any]") -> Times:
    """A column of times as ns since 1970 UTC."""
    if not isinstance(column.dtype, pd.DatetimeTZDtype):
        column = pd.to_datetime(column, utc=True, errors="coerce")
    return column.to_numpy(dtype="datetime64[ns]").astype(np.int64)


def floats(column: "pd.Series[Any]") -> Floats:
    """A column of numbers as float64; NaN where one is missing or infinite."""
    found = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def known(column: "pd.Series[Any]") -> Floats:
    """The finite numbers of a column."""
    found = floats(column)
    return found[~np.isnan(found)]


def texts(column: "pd.Series[Any]") -> list[str | None]:
    """A column as text, ``None`` where a cell is missing."""
    return [text(value) for value in column.tolist()]
