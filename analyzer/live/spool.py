"""Rows to a log file by a thread of its own, so that no disk, however slow or full, holds up the traffic.

Few rows become lines where they are put, which is cheaper than to have two threads want the interpreter at once; many
would take too long there.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from analyzer.issues import StoreError
from analyzer.records import Row
from analyzer.store.jsonl import Encoder

PATIENCE: Final = 1.0
"""Seconds before what could not be written is tried again."""
KEPT: Final = 64 << 20
"""Bytes of rows, about, that wait at most; what comes then is not written."""
_OVERHEAD: Final = 600
_FEW: Final = 128 << 10
"""Bytes of rows, about, that become lines at once: about a millisecond."""
_LEAVE: Final = 3.0


class Lines(Protocol):
    """Where whole lines go; StoreError where they cannot."""

    def append(self, lines: bytes) -> None:
        """Write all of them or none."""

    def close(self) -> None:
        """No more will come."""


@dataclass(slots=True)
class _Parcel:
    """Rows put at once, or their lines."""

    count: int
    weight: int
    last: int
    rows: Sequence[Row] = ()
    lines: bytes = b""


class Spool:
    """`put` rows and go on. ``tell`` hears, on the spool's thread, of what goes wrong: one sentence each time writing
    begins to fail and when it works again. ``confess`` makes the row that says how many are missing.
    """

    def __init__(self, file: Lines, tell: Callable[[str], None], confess: Callable[[int, int, str], Row]) -> None:
        self._file, self._tell, self._confess = file, tell, confess
        self._encoder, self._late = Encoder(), Encoder()
        self._parcels: SimpleQueue[_Parcel | None] = SimpleQueue()  # with a Condition threads would wait twice
        self._rows = self._came = self._left = 0  # of the first two only `put` writes, of the third only the thread
        self._lock = threading.Lock()
        """For what is lost, of which both threads write."""
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
        parcel = _Parcel(len(rows), sum(map(_weight, rows)), rows[-1].time)
        if self._came - self._left > KEPT:
            with self._lock:
                self._lost += parcel.count
            return
        if parcel.weight > _FEW:
            parcel.rows = rows
        else:
            parcel.lines = self._lines(self._encoder, rows)
        self._rows += parcel.count
        self._came += parcel.weight
        self._parcels.put(parcel)

    def close(self) -> int:
        """Write what is left, if that can be done; returns how many rows are in no file."""
        self._ending.set()
        self._parcels.put(None)
        self._thread.join(_LEAVE)
        return self._lost + self._rows - self.written

    def _run(self) -> None:
        while parcels := self._next():
            lines = b"".join(parcel.lines or self._lines(self._late, parcel.rows) for parcel in parcels)
            if not self._persist(lines, parcels[-1].last):
                break
            self._left += sum(parcel.weight for parcel in parcels)
            self.written += sum(parcel.count for parcel in parcels)
        self._file.close()

    def _persist(self, lines: bytes, time: int) -> bool:
        """Write lines however often that fails; false where the end came before it went well."""
        failing = False
        while True:
            with self._lock:
                told, why = self._lost, self._why
            try:
                self._file.append(lines + (self._line(self._confess(time, told, why)) if told or failing else b""))
            except StoreError as error:
                self._failed(error, failing)
                failing = True
                if self._ending.wait(PATIENCE):
                    return False
                continue
            with self._lock:
                self._lost -= told
                self._why = self._why if self._lost else ""
            if failing:
                self._tell(f"sioscope: the log is written again, {told} rows are missing in it")
            return True

    def _next(self) -> list[_Parcel]:
        """What waits, once there is something; nothing at the end."""
        found: list[_Parcel] = []
        parcel = self._parcels.get()
        while parcel is not None:
            found.append(parcel)
            try:
                parcel = self._parcels.get_nowait()
            except Empty:
                return found
        if found:
            self._parcels.put(None)  # the end, behind what is to be written before
        return found

    def _failed(self, error: StoreError, failing: bool) -> None:
        with self._lock:
            self._why = self._why or str(error)
        if not failing:
            self._tell(f"sioscope: {error}; traffic goes on")

    def _lines(self, encoder: Encoder, rows: Sequence[Row]) -> bytes:
        """Rows as lines; one that cannot be written as such (a bug) is left out and counted."""
        try:
            return b"".join(encoder.encode(rows))
        except Exception:
            return b"".join(self._line(row) for row in rows)

    def _line(self, row: Row) -> bytes:
        try:
            return b"".join(Encoder().encode([row]))
        except Exception as error:
            with self._lock:
                self._lost += 1
                self._why = self._why or f"a row cannot be written down ({type(error).__name__})"
            return b""


def _weight(row: Row) -> int:
    return _OVERHEAD + (row.size or 0)
