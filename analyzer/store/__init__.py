"""Logs on disk: rows to JSON Lines, Parquet and CSV, and back as batches of Arrow columns.

The names that need pyarrow (the builder of batches) are loaded when they are first asked for: a log can be written as
JSON Lines without it.
"""

from typing import TYPE_CHECKING, Any

from analyzer.store.files import Output
from analyzer.store.inputs import sniff
from analyzer.store.reader import read
from analyzer.store.writer import FORMS, Form, Writer, form_of, open_writer

if TYPE_CHECKING:
    from analyzer.store.columns import ARROW_SCHEMA, batch, batches, to_rows

__all__ = [
    "ARROW_SCHEMA",
    "FORMS",
    "Form",
    "Output",
    "Writer",
    "batch",
    "batches",
    "form_of",
    "open_writer",
    "read",
    "sniff",
    "to_rows",
]

_LATER = {"ARROW_SCHEMA", "batch", "batches", "to_rows"}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from analyzer.store import columns

        return getattr(columns, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
