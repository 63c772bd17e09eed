"""Logs from files, whatever their form and version, as batches of Arrow columns."""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from analyzer.issues import StoreError
from analyzer.store.files import STANDARD, explained
from analyzer.store.inputs import HEAD, Source, lines, opened, sniff
from analyzer.text import elide

Warn = Callable[[str], None]

_DAMAGE = (ValueError, TypeError, KeyError, RecursionError, OverflowError, EOFError, zlib.error, OSError)


def read(source: str | IO[bytes], warn: Warn | None = None, *, name: str | None = None) -> Iterator[Any]:
    """The log in ``source`` (a path, ``-`` for standard input, or a binary file) as pyarrow RecordBatches, in the
    order of the file.

    The form is told by content; gzip and zstd are undone. Older versions come out as the current one. A torn last
    line of JSON Lines is left out, and ``warn`` is called with a sentence. StoreError where the file cannot be
    opened, is no log or is damaged.
    """
    say = warn or _ignore
    if not isinstance(source, str):
        yield from _batches(source, name or str(getattr(source, "name", "input")), say)
    elif source == STANDARD:
        yield from _batches(sys.stdin.buffer, name or "standard input", say)
    else:
        with explained(source, "read"):
            file = open(source, "rb")  # noqa: SIM115
        with file:
            yield from _batches(file, name or source, say)


def _batches(file: IO[bytes], name: str, warn: Warn) -> Iterator[Any]:
    parts = _parts(file, lambda sentence: warn(f"{name}: {sentence}"))
    while True:
        try:
            batch = next(parts, None)
        except StoreError as error:
            raise StoreError(f"cannot read {name}: {error}") from error
        except Exception as error:
            if not isinstance(error, _DAMAGE) and type(error).__module__.split(".")[0] not in _LIBRARIES:
                raise
            what = elide(str(error).strip() or type(error).__name__, 120)
            raise StoreError(
                f"cannot read {name}: it is damaged ({what}): make the log anew from its capture"
            ) from error
        if batch is None:
            return
        yield batch


_LIBRARIES = ("pyarrow", "zstandard", "zstd")


def _parts(file: IO[bytes], warn: Warn) -> Iterator[Any]:
    plain = opened(file)
    head = plain.peek(HEAD)
    form = sniff(head)
    if not head:
        raise StoreError("it is empty")
    if form is None:
        raise StoreError("it is no log of sioscope: name a .jsonl, .parquet or .csv that it wrote")
    yield from _FORMS[form](plain, warn)


def _jsonl(file: Source, warn: Warn) -> Iterator[Any]:
    from analyzer.store import jsonl, rebuild

    yield from map(rebuild.from_block, jsonl.decode(lines(file), warn))


def _csv(file: Source, warn: Warn) -> Iterator[Any]:
    from analyzer.store import csv, rebuild

    yield from map(rebuild.from_block, csv.decode(lines(file)))


def _parquet(file: Source, warn: Warn) -> Iterator[Any]:
    import pyarrow as pa

    from analyzer.store import parquet, rebuild

    seekable = file if file.seekable() else pa.BufferReader(file.read())
    for version, batch in parquet.read(seekable):
        yield rebuild.from_parquet(version, batch)


def _ignore(sentence: str) -> None:
    """Nobody asked to be warned."""


_FORMS: dict[str, Callable[[Source, Warn], Iterator[Any]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
}
