"""Any mix of sources as one log: captures, HAR and flow files are decoded, logs read back; rows come in time order."""

import gc
import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from analyzer.issues import CaptureError
from analyzer.limits import DEFAULT, Limits
from analyzer.records import Row
from analyzer.sources import sniff
from analyzer.sources.streams import STDIN, as_file
from analyzer.store import read as read_log

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.pipeline.captures import Captures, Progress
    from analyzer.pipeline.exchanges import Exchanges

_MERGED_ROWS = 8192
_COLLECTED_BLOCKS = 32


class Log:
    """The log of ``paths`` (captures, HAR and flow files, logs, ``-`` for standard input); iterate it once for lists of
    rows in time order. ``keylogs`` are files with the secrets of TLS connections, as SSLKEYLOGFILE makes them; while a
    capture comes through a pipe they are read on as they grow, and need not be there yet.

    Raises:
        CaptureError: a path cannot be read, or holds nothing of these.
        StoreError: a log is damaged, or of a version not known here.
    """

    def __init__(
        self,
        paths: Sequence[str],
        limits: Limits = DEFAULT,
        progress: "Progress | None" = None,
        warn: Callable[[str], None] | None = None,
        keylogs: Sequence[str] = (),
    ) -> None:
        captures: list[str | sniff.Opened] = []
        exchanges: list[str | sniff.Opened] = []
        self._logs: list[Iterator[list[Row]]] = []
        if list(paths).count(STDIN) > 1:
            raise CaptureError("standard input: can be read only once; name - once")
        for path in paths:
            opened = sniff.open_any(path)
            if opened.kind.is_log:
                self._logs.append(_rows(opened, warn))
            elif not opened.kind.is_capture and not opened.kind.is_exchanges:
                raise sniff.refuse(opened)
            else:
                decoded = captures if opened.kind.is_capture else exchanges
                decoded.append(opened if opened.stream.live else path)  # a pipe can be read only once
                if not opened.stream.live:
                    opened.stream.close()
        told, also = _parts(progress)
        live = any(not isinstance(source, str) for source in captures)
        numbers = itertools.count()  # of connections, through all sources
        self.captures: Captures | None = None
        """The captures among the sources, with what was passed over in them."""
        self.exchanges: Exchanges | None = None
        """The HAR and flow files among the sources, likewise."""
        if captures:  # decoders are imported where there is something to decode: a log alone is read sooner
            from analyzer.pipeline import captures as of_captures
            from analyzer.sources.keylogs import KeyLogs

            secrets = KeyLogs(keylogs, growing=live)
            if warn is not None:
                for missing in secrets.missing:
                    warn(missing)
            self.captures = of_captures.Captures(captures, limits, told, secrets, numbers)
        if exchanges:
            from analyzer.pipeline import exchanges as of_exchanges

            self.exchanges = of_exchanges.Exchanges(exchanges, limits, also, numbers)

    def __iter__(self) -> Iterator[list[Row]]:
        decoded = [iter(run) for run in (self.captures, self.exchanges) if run is not None]
        streams: list[Iterator[list[Row]]] = [*decoded, *self._logs]
        return uncollected(streams[0] if len(streams) == 1 else _merged(streams))


def read(*paths: str, limits: Limits = DEFAULT, keylogs: Sequence[str] = ()) -> "pd.DataFrame":
    """The log of captures, HAR and flow files and logs as a DataFrame with the columns and dtypes of
    `analyzer.records.COLUMNS`.

    Raises:
        CaptureError: a path cannot be read, or holds nothing of these.
        StoreError: a log is damaged, or of a version not known here.
    """
    from analyzer import store, tables

    return tables.frame(batch for rows in Log(paths, limits, keylogs=keylogs) for batch in store.batches(rows))


def _parts(progress: "Progress | None") -> "tuple[Progress | None, Progress | None]":
    """Two runs' shares in one progress: what each has read so far counts together."""
    if progress is None:
        return None, None
    done = [0, 0]

    def tell(index: int, read: int) -> None:
        done[index] = read
        progress(sum(done))

    return partial(tell, 0), partial(tell, 1)


def uncollected(stream: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """The stream with Python's cycle collector at rest: rows hold no cycles, and looking for some costs a third of the
    time.
    """
    resting = gc.isenabled()
    gc.disable()
    try:
        blocks = 0
        for rows in stream:
            blocks += bool(rows)
            yield rows
            if blocks == _COLLECTED_BLOCKS:
                gc.collect()  # closed connections and sessions do
                blocks = 0
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
