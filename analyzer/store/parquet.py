"""The log as Parquet: zstd, dictionaries for columns of few values, row groups of some 64 thousand rows, the version
in its metadata.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.records import COLUMNS
from analyzer.store.columns import ARROW_SCHEMA

MAGIC = b"PAR1"
KEY = b"sioscope"
"""Key of the file's metadata that holds the version of the columns."""

_GROUP_ROWS = 65_536
_GROUP_BYTES = 32 << 20
_BATCH_ROWS = 16_384
_UNIQUE = {"time", "frame", "ack_id", "data", "attachments", "raw", "size", "wire_size", "duration"}
_DICTIONARY = [name for name in COLUMNS if name not in _UNIQUE]


class Encoder:
    """Writes RecordBatches by way of ``write``, gathered into row groups; `close` writes the file's end, `abort`
    gives up.
    """

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self._sink = _Sink(write)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"),
            ARROW_SCHEMA,
            compression="zstd",
            use_dictionary=_DICTIONARY,
            write_statistics=["time"],
            column_encoding={"time": "DELTA_BINARY_PACKED", "frame": "DELTA_BINARY_PACKED"},
        )
        self._waiting: list[Any] = []
        self._rows = self._bytes = 0
        # The library compresses without Python's lock: a thread of its own saves its time where there are two cores.
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, batch: Any) -> None:
        """One more batch; a row group is written when there are enough."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._write()

    def close(self) -> None:
        """What is still waiting, and the end of the file."""
        self._write()
        self._join()
        self._thread.shutdown()
        self._writer.close()

    def abort(self) -> None:
        """Lets the library finish into nothing: it would try again when its object is cleared away."""
        self._sink.write = len
        with contextlib.suppress(Exception):
            self._join()
        self._thread.shutdown()
        with contextlib.suppress(Exception):
            self._writer.close()

    def _write(self) -> None:
        self._join()
        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._writing = self._thread.submit(self._writer.write_table, table, row_group_size=self._rows)
        self._waiting, self._rows, self._bytes = [], 0, 0

    def _join(self) -> None:
        """Wait for the row group being written; its error, if there is one."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()


class _Sink:
    """What pyarrow asks of a file object. Its owner closes the file."""

    closed = False

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self.write = write

    def flush(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


def read(file: Any) -> Iterator[tuple[object, Any]]:
    """Version of the columns (None where the file does not say) and each RecordBatch of a seekable file or buffer.

    pyarrow's errors pass, of which some are OSError.
    """
    source = pq.ParquetFile(file)
    stored = (source.schema_arrow.metadata or {}).get(KEY, b"")
    version = int(stored) if stored.isdigit() else None
    for batch in source.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
        batch.validate(full=True)
        yield version, batch
