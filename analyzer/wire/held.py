"""Bytes a stream parser cannot use yet, with their moments; cheap however finely they drip in."""

from typing import NamedTuple

from analyzer.wire.marks import Marks


class Held:
    """A growing run of bytes of one direction. Appending costs what is appended, never what is held."""

    __slots__ = ("_ends", "_frames", "_times", "data")

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.data = bytearray()
        self._ends: list[int] = []
        self._times: list[int] = []
        self._frames: list[int] = []

    def __len__(self) -> int:
        return len(self.data)

    def append(self, data: bytes, marks: Marks, start: int = 0) -> None:
        """Hold ``data[start:]`` behind what is held already; ``marks`` are those of ``data``."""
        if start:
            marks = marks.after(start)
        shift = len(self.data)
        self.data += memoryview(data)[start:]
        for end, time, frame in zip(*marks, strict=True):
            # Bytes that came with the same packet need one mark only, however often they were cut.
            if self._ends and self._frames[-1] == frame and self._times[-1] == time:
                self._ends[-1] = end + shift
            else:
                self._ends.append(end + shift)
                self._times.append(time)
                self._frames.append(frame)

    def marks(self) -> Marks:
        """Marks of what is held (the lists are the holder's own: use them before the next call)."""
        return Marks(self._ends, self._times, self._frames)

    def take(self) -> tuple[bytes, Marks]:
        """Everything held, and hold nothing any more."""
        data, marks = bytes(self.data), self.marks()
        self._clear()
        return data, marks

    def drop(self, size: int) -> tuple[int, int]:
        """Forget the first ``size`` bytes (at least one); the moment of the last of them."""
        moment = self.marks().at(size)
        rest = self.marks().after(size)
        del self.data[:size]
        self._ends, self._times, self._frames = rest
        return moment


class Moment(NamedTuple):
    """When, and by what packet, something became readable."""

    time: int
    frame: int
