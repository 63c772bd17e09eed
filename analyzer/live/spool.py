"""Rows to a log file by a thread of its own, so that no disk, however slow or full, holds up the traffic."""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from analyzer.issues import StoreError
from analyzer.records import Row
from analyzer.store.jsonl import Encoder

PATIENCE: Final = 1.0
"""Seconds before what could not be written is tried again."""
KEPT: Final = 64 << 20
"""Bytes of rows, about, that wait at most; what comes then is not written."""
_OVERHEAD: Final = 600
_LEAVE: Final = 3.0


class Lines(Protocol):
    """Where whole lines go; StoreError where they cannot."""

    def append(self, lines: bytes) -> None:
        """Write all of them or none."""

    def close(self) -> None:
        """No more will come."""


class Spool:
    """`put` rows and go on. ``tell`` hears, on the spool's thread, of what goes wrong: one sentence each time writing
    begins to fail and when it works again. ``confess`` makes the row that says how many are missing.
    """

    def __init__(self, file: Lines, tell: Callable[[str], None], confess: Callable[[int, int, str], Row]) -> None:
        self._file, self._tell, self._confess = file, tell, confess
        self._encoder = Encoder()
        self._changed = threading.Condition()
        self._rows: list[Row] = []
        self._size = 0
        self._lost = 0
        self._why = ""
        self._ending = threading.Event()
        self.written = 0
        """Rows in the file."""
        self._thread = threading.Thread(target=self._run, name="sioscope log", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """Rows that were not written and will not be; those the log tells of no longer count."""
        return self._lost

    def put(self, rows: Sequence[Row]) -> None:
        """Rows to be written. Returns at once."""
        if not rows:
            return
        with self._changed:
            if self._size > KEPT:
                self._lost += len(rows)
                return
            self._rows += rows
            self._size += sum(map(_weight, rows))
            self._changed.notify()

    def close(self) -> int:
        """Write what is left, if that can be done; returns how many rows are in no file."""
        self._ending.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(_LEAVE)
        with self._changed:
            return self._lost + len(self._rows)

    def _run(self) -> None:
        while rows := self._next():
            if not self._persist(self._lines(rows), rows[-1].time):
                break
            with self._changed:
                del self._rows[: len(rows)]
                self._size = sum(map(_weight, self._rows))
            self.written += len(rows)
        self._file.close()

    def _persist(self, lines: bytes, time: int) -> bool:
        """Write lines however often that fails; false where the end came before it went well."""
        failing = False
        while True:
            with self._changed:
                told, why = self._lost, self._why
            try:
                self._file.append(lines + (self._lines([self._confess(time, told, why)]) if told or failing else b""))
            except StoreError as error:
                self._failed(error, failing)
                failing = True
                if self._ending.wait(PATIENCE):
                    return False
                continue
            with self._changed:
                self._lost -= told
                self._why = self._why if self._lost else ""
            if failing:
                self._tell(f"sioscope: the log is written again, {told} rows are missing in it")
            return True

    def _next(self) -> list[Row]:
        """What waits, once there is something; nothing at the end."""
        with self._changed:
            while not self._rows and not self._ending.is_set():
                self._changed.wait()
            return self._rows[:]

    def _failed(self, error: StoreError, failing: bool) -> None:
        with self._changed:
            self._why = self._why or str(error)
        if not failing:
            self._tell(f"sioscope: {error}; traffic goes on")

    def _lines(self, rows: list[Row]) -> bytes:
        """Rows as lines; one that cannot be written as such (a bug) is left out and counted."""
        try:
            return b"".join(self._encoder.encode(rows))
        except Exception:
            return b"".join(self._line(row) for row in rows)

    def _line(self, row: Row) -> bytes:
        try:
            return b"".join(Encoder().encode([row]))
        except Exception as error:
            with self._changed:
                self._lost += 1
                self._why = self._why or f"a row cannot be written down ({type(error).__name__})"
            return b""


def _weight(row: Row) -> int:
    return _OVERHEAD + (row.size or 0)
