"""A mitmproxy flow file as mitmproxy's reader wants it, and the way back to a flow's start behind damage."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from analyzer.sources.streams import Stream

LARGEST: Final = 1 << 30
"""Bytes of one flow at most."""
PATIENCE: Final = 100
"""Times in a row that what looks like a flow may be none, before the rest of a file is left alone."""
_STEP: Final = 1 << 20
_LONGEST: Final = 40
_START: Final = re.compile(rb"\d{1,12}(?=:(?:9:websocket|8:response|8:messages|7:request)[;,])")
"""How a flow of mitmproxy begins: a length, and the first of its members."""


class FlowFile:
    """Read-only file object over a stream that remembers the flow being read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ahead = bytearray()
        self._flow: list[bytes] = []
        self.short = False
        """Whether the file ended before all was there that was asked for."""

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes, fewer at the end of the file. Raises ValueError where no flow can be so large."""
        if not 0 <= size <= LARGEST:
            raise ValueError("a flow claims an absurd length")
        parts = [bytes(self._ahead[:size])]
        del self._ahead[:size]
        missing = size - len(parts[0])
        while missing > 0 and (more := self._stream.read(min(missing, _STEP))):
            parts.append(more)
            missing -= len(more)
        self.short = self.short or missing > 0
        data = b"".join(parts) if len(parts) > 1 else parts[0]
        self._flow.append(data)
        return data

    def peek(self, size: int) -> bytes:
        """Up to ``size`` of the next bytes, which stay."""
        self._have(size)
        return bytes(self._ahead[:size])

    def next(self) -> None:
        """A flow was read: forget it."""
        self._flow.clear()

    def recover(self) -> int | None:
        """Go to the start of a flow behind one that could not be read: right here, within it (where a writer was killed
        and another went on), or further on. Returns the bytes that were passed over; None where no flow follows.
        """
        lost = b"".join(self._flow)
        self._flow.clear()
        behind = not lost[-1:].isdigit() and _START.match(self.peek(_LONGEST))
        if behind or not (self._ahead or self.short):
            return len(lost)
        self._ahead[:0] = lost
        self.short = False
        return self._search()

    def _search(self) -> int | None:
        """Go to the next start of a flow, but for the very first byte."""
        passed, begin = 0, 1
        while True:
            found = _START.search(self._ahead, begin)
            while found is not None:
                for start in range(found.start(), found.end()):
                    if self._fits(start, found.end()):
                        del self._ahead[:start]
                        return passed + start
                found = _START.search(self._ahead, found.end())
            begin = max(0, len(self._ahead) - _LONGEST)
            del self._ahead[:begin]
            passed, begin = passed + begin, 0
            if not self._have(len(self._ahead) + 1):
                self._ahead.clear()
                return None

    def _fits(self, start: int, colon: int) -> bool:
        """Whether the length between these two places leads to the end of a flow; digits before it may be rubbish."""
        size = int(self._ahead[start:colon])
        end = colon + 1 + size
        if size > LARGEST or self._ahead[start : start + 1] == b"0":
            return False
        return self._have(end + 1) and self._ahead[end : end + 1] == b"}"

    def _have(self, size: int) -> bool:
        """Whether there are so many bytes ahead."""
        while len(self._ahead) < size and (more := self._stream.read(_STEP)):
            self._ahead += more
        return len(self._ahead) >= size


class Damage:
    """Bytes of a file that are no flow: ``size`` of them; ``cut`` where the file ended within them; ``reason`` as the
    reader gave it.
    """

    def __init__(self, size: int, reason: str, *, cut: bool) -> None:
        self.size = size
        self.reason = reason
        self.cut = cut


def flows(stream: Stream, reader: Callable[[Any], Any]) -> Iterator[Any]:
    """The flows of a file and, where some of it cannot be read, `Damage`; ``reader`` is mitmproxy's ``FlowReader``."""
    file, damage, failed = FlowFile(stream), None, 0
    while True:
        try:
            for flow in reader(file).stream():
                file.next()
                if damage is not None:
                    yield damage
                    damage, failed = None, 0
                yield flow
        except Exception as error:  # what it meets in foreign bytes, the reader raises as it comes
            cut, passed = file.short, file.recover()
            size = (damage.size if damage else 0) + (passed or 0)
            damage = Damage(size, damage.reason if damage else str(error), cut=cut and passed is None)
            failed += 1
            if passed is not None and failed < PATIENCE:
                continue
        if damage is not None:
            yield damage
        return
