"""Any mix of sources as one log: captures are decoded, logs are read back, rows come in time order."""

import gc
import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.issues import CaptureError
from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.captures import Captures, Progress
from analyzer.records import Row
from analyzer.sources import sniff
from analyzer.sources.streams import STDIN, as_file
from analyzer.store import read as read_log

if TYPE_CHECKING:
    import pandas as pd

_MERGED_ROWS = 8192
_COLLECTED_BLOCKS = 32


class Log:
    """The log of ``paths`` (captures, logs, ``-`` for standard input); iterate it once for lists of rows in time order.

    Raises:
        CaptureError: a path cannot be read, or holds neither a capture nor a log.
        StoreError: a log is damaged, or of a version not known here.
    """

    def __init__(
        self,
        paths: Sequence[str],
        limits: Limits = DEFAULT,
        progress: Progress | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        captures: list[str | sniff.Opened] = []
        self._logs: list[Iterator[list[Row]]] = []
        if list(paths).count(STDIN) > 1:
            raise CaptureError("standard input: can be read only once; name - once")
        for path in paths:
            opened = sniff.open_any(path)
            if opened.kind.is_log:
                self._logs.append(_rows(opened, warn))
            elif not opened.kind.is_capture:
                raise sniff.refuse(opened)
            elif opened.stream.live:  # a pipe can be read only once
                captures.append(opened)
            else:
                opened.stream.close()
                captures.append(path)
        self.captures = Captures(captures, limits, progress) if captures else None
        """The captures among the sources, with what was passed over in them."""

    def __iter__(self) -> Iterator[list[Row]]:
        streams: list[Iterator[list[Row]]] = [*([iter(self.captures)] if self.captures else []), *self._logs]
        return _uncollected(streams[0] if len(streams) == 1 else _merged(streams))


def read(*paths: str, limits: Limits = DEFAULT) -> "pd.DataFrame":
    """The log of captures and logs as a DataFrame with the columns and dtypes of `analyzer.records.COLUMNS`.

    Raises:
        CaptureError: a path cannot be read, or holds neither a capture nor a log.
        StoreError: a log is damaged, or of a version not known here.
    """
    from analyzer import store, tables

    return tables.frame(batch for rows in Log(paths, limits) for batch in store.batches(rows))


def _uncollected(stream: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """The stream with Python's cycle collector at rest: rows hold no cycles, and looking for some costs a third of the
    time.
    """
    resting = gc.isenabled()
    gc.disable()
    try:
        for i, rows in enumerate(stream, 1):
            yield rows
            if i % _COLLECTED_BLOCKS == 0:
                gc.collect()  # closed connections and sessions do
    finally:
        if resting:
            gc.enable()


def _rows(opened: sniff.Opened, warn: Callable[[str], None] | None) -> Iterator[list[Row]]:
    from analyzer.store import to_rows

    with as_file(opened.stream) as file:
        for batch in read_log(file, warn, name=opened.stream.where):
            yield to_rows(batch)


def _merged(streams: list[Iterator[list[Row]]]) -> Iterator[list[Row]]:
    def each(stream: Iterator[list[Row]]) -> Iterator[Row]:
        for rows in stream:
            yield from rows

    block: list[Row] = []
    for row in heapq.merge(*map(each, streams), key=_time):
        block.append(row)
        if len(block) >= _MERGED_ROWS:
            yield block
            block = []
    if block:
        yield block


def _time(row: Any) -> int:
    return int(row.time)
