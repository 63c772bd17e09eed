"""The whole analysis as one JSON object: its schema's version, the sources, and every table as a list of objects.

    {"schema": 1, "sources": [...], "sessions": [{"session": ..., ...}, ...], ..., "findings": [...]}

Times are ISO 8601 in UTC with nine digits and ``Z``, what is missing is null, numbers are finite, and text is ASCII
with JSON escapes, which neither a terminal nor an encoding can spoil.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pandas as pd

from analyzer.report import plain
from analyzer.report.analysis import Analysis

SCHEMA = 1
"""Version of the object's shape."""

_ENCODE = json.JSONEncoder(allow_nan=False).encode

_ROWS = 1_000
"""Rows a piece of text holds at most."""


def build(analysis: Analysis) -> dict[str, Any]:
    """The object, for those who want it in memory."""
    tables = {name: list(_objects(table)) for name, table in analysis.tables().items()}
    return {"schema": SCHEMA, "sources": analysis.sources, **tables}


def pieces(analysis: Analysis) -> Iterator[str]:
    """The object as text, piece by piece, one row of a table a line; ends with a line feed."""
    yield f'{{"schema": {SCHEMA}'
    yield from _array("sources", analysis.sources)
    for name, table in analysis.tables().items():
        yield from _array(name, _objects(table))
    yield "}\n"


def _array(name: str, items: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    lines = map(_ENCODE, items)
    before = "\n"
    while some := list(islice(lines, _ROWS)):
        yield before + ",\n".join(some)
        before = ",\n"
    yield "]"


def _objects(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in table.columns]
    return (dict(zip(names, row, strict=True)) for row in plain.rows(table))
