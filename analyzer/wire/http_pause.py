"""Bytes that arrive while it is open what they are: HTTP still, or another protocol already."""

from bisect import bisect_left

from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.held import Held
from analyzer.wire.marks import Marks

_LOOK = 1 << 16


class Unread:
    """Bytes and holes of one direction in order; bytes beyond ``limit`` count as missing."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        """Bytes kept."""
        self.ended: tuple[int, int] | None = None
        """Moment at which the direction ended, if it did."""
        self._pieces: list[Data | Gap] = []
        self._run = Held()
        self._limit = limit

    def add(self, data: bytes, marks: Marks, start: int = 0) -> None:
        """Keep ``data[start:]``."""
        room = self._limit - self.size
        if len(data) - start > room:
            stop = start + room
            self._keep(data[:stop], _until(marks, stop), start)
            self.gap(len(data) - stop, *marks.at(len(data)))
        else:
            self._keep(data, marks, start)

    def gap(self, size: int, time: int, frame: int) -> None:
        """``size`` bytes (-1: unknown) are missing here. Holes side by side are one."""
        self._flush()
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, Gap):
            known = size >= 0 and last.size >= 0
            self._pieces[-1] = Gap(last.size + size if known else -1, time, frame)
        else:
            self._pieces.append(Gap(size, time, frame))

    def peek(self) -> bytes:
        """The first bytes kept, up to the first hole."""
        self._flush()
        first = self._pieces[0] if self._pieces else None
        return first.data[:_LOOK] if isinstance(first, Data) else b""

    def take(self) -> list[Data | Gap]:
        """Everything in order, and keep nothing any more."""
        self._flush()
        pieces, self._pieces, self.size = self._pieces, [], 0
        return pieces

    def _flush(self) -> None:
        if self._run:
            self._pieces.append(Data(*self._run.take()))

    def _keep(self, data: bytes, marks: Marks, start: int) -> None:
        if start < len(data):
            self._run.append(data, marks, start)
            self.size += len(data) - start


def _until(marks: Marks, stop: int) -> Marks:
    """Marks of the first ``stop`` bytes."""
    j = bisect_left(marks.ends, stop)
    return Marks([*marks.ends[:j], stop], marks.times[: j + 1], marks.frames[: j + 1])
