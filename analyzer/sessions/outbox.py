"""Rows on their way out: in time order, those not yet settled held back for as long as it takes, within limits."""

from operator import itemgetter

import numpy as np

from analyzer.limits import Limits
from analyzer.records import Row

_time = itemgetter(0)


class Held:
    """A row whose columns are not all known yet; nothing later leaves before it is settled."""

    __slots__ = ("dropped", "row", "seconds", "settled")

    def __init__(self, row: Row, seconds: float) -> None:
        self.row = row
        self.seconds = seconds
        self.settled = False
        self.dropped = False

    @property
    def time(self) -> int:
        """The row's time, ns."""
        return self.row.time

    def settle(self, **columns: object) -> None:
        """Let the row go with these columns changed; without effect once it was let go as it was."""
        if not self.settled:
            self.settled = True
            if columns:
                self.row = self.row._replace(**columns)  # type: ignore[arg-type]

    def drop(self) -> None:
        """The row is no row after all."""
        self.dropped = self.settled = True


class Outbox:
    """Takes rows in the order in which they happened and gives them out in time order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: list[Row | Held] = []
        self._holds: list[Held] = []
        self._holding: list[Held] | None = None
        self._last = 0
        self._out_of_turn = False

    @property
    def waiting(self) -> bool:
        """Whether there are rows that have not left."""
        return bool(self._rows)

    def add(self, row: Row) -> None:
        """Take a row; while `holding`, it is held back."""
        if self._holding is None:
            self._rows.append(row)
        else:
            self._holding.append(self._hold(row, self._limits.answer_seconds))

    def extend(self, rows: list[Row]) -> None:
        """Take rows out of turn: of the block at hand, but before other things of the block are told."""
        self._rows += rows
        self._out_of_turn = self._out_of_turn or bool(rows)

    def hold(self, row: Row) -> Held:
        """Take a row that is to be settled later."""
        return self._hold(row, self._limits.held_seconds)

    def _hold(self, row: Row, seconds: float) -> Held:
        held = Held(row, seconds)
        self._rows.append(held)
        self._holds.append(held)
        return held

    def holding(self, held: list[Held]) -> "_Holding":
        """A context: hold back all rows added meanwhile and collect them in ``held``."""
        return _Holding(self, held)

    def collect(self, held: list[Held] | None) -> list[Held] | None:
        """Hold rows back from now on, or (None) no longer; gives what was collected in before."""
        outer, self._holding = self._holding, held
        return outer

    def release(self, now: int) -> list[Row]:
        """Rows that may leave at capture time ``now`` (ns)."""
        if self._out_of_turn:
            self._rows, self._out_of_turn = _by_moment(self._rows), False
        if not self._holds:
            rows, self._rows = self._rows, []
            return self._ordered(rows)  # type: ignore[arg-type]
        self._overdue(now)
        cut = next(
            (i for i, row in enumerate(self._rows) if isinstance(row, Held) and not row.settled), len(self._rows)
        )
        ready, self._rows = self._rows[:cut], self._rows[cut:]
        self._holds = [held for held in self._holds if not held.settled]
        return self._ordered(
            [r.row if isinstance(r, Held) else r for r in ready if not (isinstance(r, Held) and r.dropped)]
        )

    def finish(self) -> list[Row]:
        """All rows that are left."""
        for held in self._holds:
            held.settle()
        return self.release(self._last)

    def _overdue(self, now: int) -> None:
        crowded = len(self._rows) > self._limits.held_rows
        for held in self._holds:
            if crowded or held.time < now - int(held.seconds * 1e9):
                held.settle()

    def _ordered(self, rows: list[Row]) -> list[Row]:
        """Rows sorted by time; a row that could be told only after later ones had left takes their time."""
        rows.sort(key=_time)
        for i, row in enumerate(rows):
            if row.time >= self._last:
                break
            rows[i] = row._replace(time=self._last)
        if rows:
            self._last = rows[-1].time
        return rows


class _Holding:
    """Much quicker than a generator, and there is one for each request with a body."""

    __slots__ = ("_held", "_outbox", "_outer")

    def __init__(self, outbox: Outbox, held: list[Held]) -> None:
        self._outbox = outbox
        self._held = held
        self._outer: list[Held] | None = None

    def __enter__(self) -> None:
        self._outer = self._outbox.collect(self._held)

    def __exit__(self, *_: object) -> None:
        self._outbox.collect(self._outer)


def _by_moment(rows: list[Row | Held]) -> list[Row | Held]:
    """Rows by time and frame; those of one moment stay in their order."""
    told = [row.row if isinstance(row, Held) else row for row in rows]
    times = np.fromiter(map(_time, told), np.int64, len(told))
    frames = np.fromiter((row[2] or 0 for row in told), np.int64, len(told))
    return [rows[i] for i in np.lexsort((frames, times)).tolist()]
