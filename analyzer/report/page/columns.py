"""Tables packed for a page: column by column, repeated texts once, times as whole ns after a common moment.

JavaScript's numbers hold whole ns exactly for 104 days (2**53 ns); a page's base is the first time there is.
"""

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analyzer.records import COLUMNS, Row
from analyzer.report import plain
from analyzer.report.page.sample import Attachments
from analyzer.report.values import NO_TIME, times

Packed = dict[str, Any]
"""``{"rows": count, "columns": {name: values or {"values": [...], "codes": text, "width": 0, 1 or 2}}}``.

The codes are base64 of one or two bytes a row, the higher one first: 0 is null, n the n-th value; of a column that says
the same in all rows (width 0) there is none.
"""

_NOT_SHOWN = frozenset({"client", "server", "engine", "parser", "raw"})
ROW_COLUMNS = tuple(name for name in COLUMNS if name not in _NOT_SHOWN)
"""Columns of the log that a page holds."""


def table(found: pd.DataFrame, base: int) -> Packed:
    """A table; times become ns after ``base``."""
    packed = {str(name): _column(found[name], base) for name in found.columns}
    return {"rows": len(found), "columns": packed}


def log(rows: Sequence[tuple[int, Row]], base: int) -> Packed:
    """Rows of the log with their numbers in it; the column ``number`` has these."""
    columns: dict[str, Any] = {"number": [number for number, _ in rows]}
    for name in ROW_COLUMNS:
        index = Row._fields.index(name)
        columns[name] = _coded([row[index] for _, row in rows])
    columns["time"] = [row.time - base for _, row in rows]
    columns["attachments"] = [_attachments(row.attachments) for _, row in rows]
    return {"rows": len(rows), "columns": columns}


def squeeze(value: Any) -> str:
    """A value as JSON, compressed, in base64: no character of it means anything to HTML."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()


def _column(values: "pd.Series[Any]", base: int) -> Any:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [None if time == NO_TIME else time - base for time in times(values).tolist()]
    return _coded(plain.column(values))


def _coded(values: Sequence[Any]) -> Any:
    """Texts that repeat themselves as codes."""
    if len(values) > 1 and all(value is values[0] for value in values):
        return {"values": [values[0]], "codes": "", "width": 0}
    if not any(isinstance(value, str) for value in values):
        return list(values)
    codes: dict[str, int] = {}
    found = [-1 if value is None else codes.setdefault(str(value), len(codes)) for value in values]
    return _packed(list(codes), found) if len(codes) * 2 < len(values) else list(values)


def _packed(values: list[str], codes: list[int]) -> Any:
    width = 1 if len(values) < 1 << 8 else 2
    if len(values) >= 1 << 16:
        return [None if code < 0 else values[code] for code in codes]
    places = b"".join((code + 1).to_bytes(width, "big") for code in codes)
    return {"values": values, "codes": base64.b64encode(places).decode(), "width": width}


def _attachments(found: Any) -> Any:
    return [found.sizes, found.head] if isinstance(found, Attachments) else None


def first_time(tables: Iterable[pd.DataFrame], rows: Sequence[tuple[int, Row]]) -> int:
    """The earliest moment of all, ns since 1970 UTC; 0 where there is none."""
    found = [row.time for _, row in rows[:1]]
    for each in tables:
        for name in each.columns:
            if pd.api.types.is_datetime64_any_dtype(each[name].dtype):
                found += [time for time in times(each[name]).tolist() if time != NO_TIME]
    return min(found, default=0)
