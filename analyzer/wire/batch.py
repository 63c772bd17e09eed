"""Many WebSocket frames at once: segments that are one whole frame of the common shape each.

What a segment looks like is worked out for all segments of a batch together. That a frame really begins where the
segment does is for the reader to know: it asks for a run only where it has arrived at its first byte.
"""

from itertools import repeat

import numpy
from numpy.typing import NDArray

from analyzer.wire.frames import Message
from analyzer.wire.marks import Marks

LEAST = 64
"""Segments in a row for which the work in common pays."""

MOST = 1 << 20
"""Bytes unmasked at once."""

Octets = NDArray[numpy.uint8]
Places = NDArray[numpy.int64]


class Batch:
    """The segments of one batch of bytes of one direction, ``masked`` or not."""

    def __init__(self, data: bytes, marks: Marks, masked: bool) -> None:
        self._data = data
        self._marks = marks
        self._masked = masked
        self._octets: Octets = numpy.frombuffer(data, numpy.uint8)
        self._stops: Places = numpy.array(marks.ends, numpy.int64)
        self._starts: Places = numpy.concatenate((numpy.zeros(1, numpy.int64), self._stops[:-1]))
        fits = self._shapes()
        edges = numpy.flatnonzero(numpy.diff(fits, prepend=False, append=False)).reshape(-1, 2)
        runs = edges[edges[:, 1] - edges[:, 0] >= LEAST]
        self._runs: list[tuple[int, int]] = [(int(first), int(last)) for first, last in runs[::-1]]

    def next_run(self, pos: int) -> int:
        """Position, from ``pos`` on, where the next run of such segments begins; the end of the data without one."""
        while self._runs:
            start = int(self._starts[self._runs[-1][0]])
            if start >= pos:
                return start
            self._runs.pop()
        return len(self._data)

    def take(self, out: list[Message]) -> int:
        """The frames of the run that `next_run` told of, appended to ``out``; the position behind it."""
        first, last = self._runs.pop()
        while first < last:
            reach = self._starts[first] + MOST
            until = max(first + 1, min(last, int(numpy.searchsorted(self._stops, reach, "right"))))
            self._messages(first, until, out)
            first = until
        return int(self._stops[last - 1])

    def _shapes(self) -> NDArray[numpy.bool_]:
        """Which segments are one final, uncompressed text or binary frame of less than 64 KiB."""
        octets, starts, last = self._octets, self._starts, len(self._data) - 1
        first, second, third, fourth = (octets[numpy.minimum(starts + i, last)].astype(numpy.int64) for i in range(4))
        short = second & 0x7F
        extended = short == 126
        self._lengths: Places = numpy.where(extended, third << 8 | fourth, short)
        self._begins: Places = starts + (6 if self._masked else 2) + 2 * extended
        self._opcodes: Places = first & 0x0F
        fits: NDArray[numpy.bool_] = ((first == 0x81) | (first == 0x82)) & (second >> 7 == self._masked) & (short < 127)
        fits &= ~extended | (self._lengths >= 126)
        fits &= self._begins + self._lengths == self._stops
        return fits

    def _messages(self, first: int, last: int, out: list[Message]) -> None:
        base = int(self._starts[first])
        data = self._unmasked(first, last) if self._masked else self._data[base : int(self._stops[last - 1])]
        begins, stops = (self._begins[first:last] - base).tolist(), (self._stops[first:last] - base).tolist()
        payloads = [data[begin:stop] for begin, stop in zip(begins, stops, strict=True)]
        moments = self._marks.times[first:last], self._marks.frames[first:last]
        opcodes, lengths = self._opcodes[first:last].tolist(), self._lengths[first:last].tolist()
        rows = zip(*moments, opcodes, payloads, lengths, repeat(None), repeat(None))
        out.extend(map(tuple.__new__, repeat(Message), rows))

    def _unmasked(self, first: int, last: int) -> bytes:
        """The segments' bytes with every payload unmasked (and every header spoilt)."""
        base, end = int(self._starts[first]), int(self._stops[last - 1])
        begins = self._begins[first:last]
        key = numpy.zeros(last - first, numpy.uint64)
        for i in range(4):
            key |= self._octets[begins - 4 + i].astype(numpy.uint64) << numpy.uint64(8 * i)
        # The key of a payload that begins s bytes into a word of four, as that word sees it: turned by s bytes.
        turn = (32 - 8 * ((begins - base) & 3)).astype(numpy.uint64)
        words = ((key | key << numpy.uint64(32)) >> turn).astype(numpy.uint32)
        # At least six bytes of header lie between two payloads, so no word holds bytes of both.
        places = (begins - base) >> 2
        count = (end - base + 3) >> 2
        mask = numpy.repeat(words, numpy.diff(places, append=count))
        plain = numpy.zeros(count, numpy.uint32)
        plain.view(numpy.uint8)[: end - base] = self._octets[base:end]
        plain[places[0] :] ^= mask
        return plain.tobytes()
