"""Logs to files: one writer for every form."""

import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from analyzer.issues import StoreError
from analyzer.records import Row
from analyzer.store.files import STANDARD, Output

Form = Literal["jsonl", "parquet", "csv"]
FORMS: tuple[Form, ...] = ("jsonl", "parquet", "csv")


class Encoder(Protocol):
    """What a form does: rows in, bytes out by the function it was made with."""

    def add(self, rows: Sequence[Row]) -> None:
        """More rows."""

    def close(self) -> None:
        """The end of the log."""

    def abort(self) -> None:
        """No end: what was written is thrown away."""


class Writer:
    """A log being written. `write` rows, then `close`; or `discard`, which leaves nothing. A ``with`` block does one
    of the two.

    All errors are StoreError with one line, but for BrokenPipeError when the reader of a pipe has gone.
    """

    def __init__(self, output: Output, encoder: Encoder, flush_each: bool) -> None:
        self._output, self._encoder, self._flush_each = output, encoder, flush_each

    def write(self, rows: Sequence[Row]) -> None:
        """Appends rows; with ``flush_each`` whole lines are in the file when it returns."""
        self._encoder.add(rows)
        if self._flush_each:
            self._output.flush()

    def close(self) -> None:
        """Ends the log and gives the file its name."""
        try:
            self._encoder.close()
        except BaseException:
            self.discard()
            raise
        self._output.commit()

    def discard(self) -> None:
        """Leaves no file; a live log keeps the rows it has."""
        self._encoder.abort()
        self._output.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def open_writer(path: str, form: Form | None = None, *, force: bool = False, flush_each: bool = False) -> Writer:
    """A writer of a log to ``path`` (``-``: standard output) in ``form``; None: as the suffix says.

    The file gets its name when it is whole. With ``flush_each`` (files: JSON Lines only) it has its name from the
    start, and every `Writer.write` ends with all its lines in the file: a log to follow. StoreError where the suffix
    says nothing, the file exists (unless ``force``) or cannot be made.
    """
    chosen = form or form_of(path)
    if flush_each and chosen != "jsonl" and path != STANDARD:
        raise StoreError(f"cannot write {path} line by line: a live log is JSON Lines, end its name in .jsonl")
    output = Output(path, force=force, live=flush_each)
    try:
        return Writer(output, _ENCODERS[chosen](output.write), flush_each)
    except BaseException:
        output.discard()
        raise


def form_of(path: str) -> Form:
    """The form that a path's suffix asks for; JSON Lines for ``-``. StoreError for another suffix."""
    suffix = ".jsonl" if path == STANDARD else os.path.splitext(path)[1].lower()
    for form in FORMS:
        if suffix == f".{form}":
            return form
    raise StoreError(f"cannot tell the form of {path}: end its name in .jsonl, .parquet or .csv")


def _jsonl(write: Callable[[bytes], int]) -> Encoder:
    from analyzer.store import jsonl

    encoder = jsonl.Encoder()
    return _Streamed(encoder.encode, write)


def _csv(write: Callable[[bytes], int]) -> Encoder:
    from analyzer.store import csv

    write(csv.HEADER_LINE)
    return _Streamed(csv.encode, write)


def _parquet(write: Callable[[bytes], int]) -> Encoder:
    from analyzer.store import columns, parquet

    return _Batched(parquet.Encoder(write), columns.batches)


_ENCODERS: dict[Form, Callable[[Callable[[bytes], int]], Encoder]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}


class _Streamed:
    """Text forms: rows leave at once."""

    def __init__(self, encode: Callable[[Sequence[Row]], Any], write: Callable[[bytes], int]) -> None:
        self._encode, self._write = encode, write

    def add(self, rows: Sequence[Row]) -> None:
        for piece in self._encode(rows):
            self._write(piece)

    def close(self) -> None:
        """Nothing is held back."""

    def abort(self) -> None:
        """Nothing is held back."""


class _Batched:
    """Rows to Arrow batches to an encoder of those."""

    def __init__(self, encoder: Any, batches: Callable[[Sequence[Row]], Any]) -> None:
        self._encoder, self._batches = encoder, batches

    def add(self, rows: Sequence[Row]) -> None:
        for batch in self._batches(rows):
            self._encoder.add(batch)

    def close(self) -> None:
        self._encoder.close()

    def abort(self) -> None:
        self._encoder.abort()
