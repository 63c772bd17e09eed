"""Reports as files: a folder of pictures, a folder of tables. Each file is whole or not there."""

import csv
import errno
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analyzer.report import plain
from analyzer.report.analysis import Analysis
from analyzer.report.page.sample import Sample
from analyzer.store.csv import inert
from analyzer.store.files import Output, explained

DPI = 130
"""Dots an inch of a picture."""
_CHUNK = 4_096

Content = Callable[[], Iterator[bytes]]
"""Makes what a file holds, piece by piece."""


def write_plots(analysis: Analysis, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Draws ``sessions``, ``upgrades``, ``heartbeats``, ``round_trips``, ``events`` as PNG and SVG; makes the folder.

    Returns the files. StoreError where one exists (unless ``force``) or cannot be written.
    """
    from analyzer.report.charts.figures import FIGURES

    contents = {
        f"{name}.{form}": _picture(draw, analysis, form) for name, draw in FIGURES.items() for form in ("png", "svg")
    }
    return _write_all(Path(folder), contents, force)


def write_tables(analysis: Analysis, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Writes each table as CSV and as Parquet, findings only where there are any; makes the folder.

    In CSV a missing value is an empty cell, and text that a spreadsheet would run as a formula has an apostrophe before
    it, as the log's CSV has. Returns the files. StoreError where one exists (unless ``force``) or cannot be written.
    """
    contents: dict[str, Content] = {}
    for name, table in analysis.tables().items():
        if name != "findings" or len(table):
            contents[f"{name}.csv"] = _records(table)
            contents[f"{name}.parquet"] = _parquet(table)
    return _write_all(Path(folder), contents, force)


def write_page(analysis: Analysis, sample: Sample, path: str | Path, *, force: bool = False) -> None:
    """Writes the report as one HTML file that needs nothing else. StoreError where it exists (unless ``force``) or
    cannot be written.
    """
    from analyzer.report.page import document

    with Output(str(path), force=force) as output:
        for piece in document.pieces(analysis, sample):
            output.write(piece)


def _write_all(folder: Path, contents: dict[str, Content], force: bool) -> list[Path]:
    paths = {folder / name: content for name, content in contents.items()}
    with explained(str(folder)):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        os.makedirs(folder, exist_ok=True)
    for path in paths:
        with explained(str(path)):
            if not force and path.exists():
                raise FileExistsError
    for path, content in paths.items():
        with Output(str(path), force=force) as output:
            for piece in content():
                output.write(piece)
    return list(paths)


def _picture(draw: Callable[[Analysis], Any], analysis: Analysis, form: str) -> Content:
    def content() -> Iterator[bytes]:
        from matplotlib import style

        file = io.BytesIO()
        unchanging: dict[str, Any] = {"metadata": {"Date": None}} if form == "svg" else {}
        with style.context(["default", {"svg.hashsalt": "sioscope"}]):  # whatever the user's own style is
            draw(analysis).savefig(file, format=form, dpi=DPI, **unchanging)
        yield file.getvalue()

    return content


def _records(table: pd.DataFrame) -> Content:
    def content() -> Iterator[bytes]:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(table.columns)
        for number, row in enumerate(plain.rows(table), 1):
            writer.writerow(map(_cell, row))
            if number % _CHUNK == 0:
                yield _taken(text)
        yield _taken(text)

    return content


def _taken(text: io.StringIO) -> bytes:
    """What ``text`` holds; it is empty afterwards."""
    found = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    return inert(json.dumps(value)) if isinstance(value, list) else repr(value)


def _parquet(table: pd.DataFrame) -> Content:
    def content() -> Iterator[bytes]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
        yield sink.getvalue().to_pybytes()

    return content
