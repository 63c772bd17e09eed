"""When the bytes of a stream became readable: the one thing every stream parser needs beside the bytes."""

from bisect import bisect_left
from typing import NamedTuple


class Marks(NamedTuple):
    """Moments of a batch of bytes: segment ``j`` covers ``data[ends[j-1]:ends[j]]``.

    ``times[j]`` (ns since 1970 UTC) and ``frames[j]`` (an opaque number of the packet) say when and by what packet
    those bytes
    became readable in order. ``ends`` rises strictly; the last one is ``len(data)``.
    """

    ends: list[int]
    times: list[int]
    frames: list[int]

    def at(self, end: int) -> tuple[int, int]:
        """Moment ``(time, frame)`` at which ``data[:end]`` was readable; ``end`` counts from 1 to ``len(data)``."""
        j = bisect_left(self.ends, end)
        return self.times[j], self.frames[j]

    def after(self, start: int) -> "Marks":
        """Marks of ``data[start:]``."""
        j = bisect_left(self.ends, start + 1)
        return Marks([end - start for end in self.ends[j:]], self.times[j:], self.frames[j:])
