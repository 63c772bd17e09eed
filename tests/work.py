"""What a call costs, without a clock: the calls it makes, which are the same on every machine and in every run."""

import sys
import tracemalloc
import zlib
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any, Protocol

GROWTH = 2.2
"""Twice as much may cost this much more: twice, and something for what only grows now and then."""

FEW = 200
"""Calls that do not matter."""


def calls(action: Callable[[], object]) -> int:
    """How many functions, of Python and of C, ``action`` calls. What one call of C does inside counts as one."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def in_proportion(action: Callable[[int], Callable[[], object]], size: int) -> bool:
    """Whether twice ``size`` costs about twice as many calls; ``action`` prepares that which is measured."""
    action(1)()  # what is imported or compiled on first use is no part of it
    once, twice = calls(action(size)), calls(action(2 * size))
    return twice <= GROWTH * once + FEW


def peak(action: Callable[[], object]) -> int:
    """Bytes that ``action`` holds at once at most, of Python's memory."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Stream(Protocol):
    """A decompressor of zlib."""

    eof: bool
    unused_data: bytes
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        """More bytes."""

    def copy(self) -> "Stream":
        """The same once more."""


class CountedZlib:
    """A stand-in for the module zlib that counts what goes through its decompressors."""

    def __init__(self) -> None:
        self.made = self.fed = self.given = 0
        """Decompressors, bytes put into them and bytes that came out."""
        self.module = SimpleNamespace(decompressobj=self._make, error=zlib.error)

    def _make(self, *args: Any, **options: Any) -> "Counted":
        self.made += 1
        return Counted(self, zlib.decompressobj(*args, **options))


class Counted:
    """A decompressor that is counted."""

    def __init__(self, tally: CountedZlib, stream: Stream) -> None:
        self._tally = tally
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def decompress(self, data: bytes, limit: int = 0) -> bytes:
        """As zlib's own."""
        out = self._stream.decompress(data, limit)
        self._tally.fed += len(data)
        self._tally.given += len(out)
        return out

    def copy(self) -> "Counted":
        """As zlib's own; the copy is counted with it."""
        return Counted(self._tally, self._stream.copy())
