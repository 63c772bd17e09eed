"""When the bytes of a stream became readable: the one thing every stream parser needs beside the bytes."""

from bisect import bisect_left
from typing import NamedTuple

SOURCE_BITS = 40
"""Frames are ``source index << SOURCE_BITS | number``: one integer names a packet of any source, and rises within one.
"""


def same_source(a: int, b: int) -> bool:
    """Whether two frames are of the same source, so that they can be compared."""
    return a >> SOURCE_BITS == b >> SOURCE_BITS


class Marks(NamedTuple):
    """Moments of a batch of bytes: segment ``j`` covers ``data[ends[j-1]:ends[j]]``.

    ``times[j]`` (ns since 1970 UTC) and ``frames[j]`` (which names the packet) say when and by what packet
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

    def not_before(self, first: tuple[int, int]) -> "Marks":
        """Marks of bytes that could be understood only from the moment ``first`` on."""
        moments = [max(first, moment) for moment in zip(self.times, self.frames, strict=True)]
        return Marks(list(self.ends), [m[0] for m in moments], [m[1] for m in moments])

    def delayed(self, time: int) -> "Marks":
        """Marks of bytes that could be understood only from ``time`` on, for another reason than a packet."""
        return self._replace(times=[max(time, moment) for moment in self.times])

    def after(self, start: int) -> "Marks":
        """Marks of ``data[start:]``."""
        j = bisect_left(self.ends, start + 1)
        return Marks([end - start for end in self.ends[j:]], self.times[j:], self.frames[j:])
