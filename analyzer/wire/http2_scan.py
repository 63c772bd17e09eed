"""Finding HTTP/2 frames again after a hole or after bytes that are none."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from analyzer.issues import Issue
from analyzer.wire.held import Held
from analyzer.wire.http2_frames import HEADER, PLACES, USUAL, plausible, unpack_header, whole
from analyzer.wire.http_message import Item, Run
from analyzer.wire.marks import Marks

ENOUGH = 3
"""Plausible headers, each where the one before says, that are believed."""

REACH = ENOUGH * (HEADER + USUAL)
"""How far back the first of them may lie, in bytes: what has to be kept while looking."""

_CROWD = 1 << 15

Span = tuple[int, int]
"""Begin and end."""


class Scan:
    """One search. Positions count from where it began; ``base`` says which of them the data given begins with.

    The chain of headers that is complete first (counted in bytes of the stream, never in how they were cut) is
    believed, and a packet that holds whole frames from its first byte to its last.
    """

    def __init__(self) -> None:
        self._next = 0
        self._chains: dict[int, tuple[int, int]] = {}  # where a header is due: how many came before, the first of them

    def search(self, data: bytes | bytearray, base: int, packets: Iterable[Span] = ()) -> int | None:
        """The position where frames begin again, as soon as that is clear; until then call with more bytes.

        ``packets`` are the spans of ``data`` that are new, each of them the bytes of one packet.
        """
        found = self._headers(data, base)
        for start, stop in packets:
            if found is not None and found[0] < stop + base:
                break
            if whole(data, start, stop):
                return start + base
        return None if found is None else found[1]

    def last_chance(self, size: int) -> int | None:
        """No more bytes will come behind position ``size``: where frames begin of which the last one ends there."""
        count, first = self._chains.get(size, (0, 0))
        return first if count else None

    def _headers(self, data: bytes | bytearray, base: int) -> Span | None:
        """The first chain that is long enough: the position behind its last header, and its first header's."""
        chains = self._chains
        for match in PLACES.finditer(data, max(0, self._next - base)):
            at = match.start()
            word, flags, stream = unpack_header(data, at)
            if not plausible(word, flags, stream):
                continue
            pos = at + base
            count, first = chains.pop(pos, (0, pos))
            if count + 1 >= ENOUGH:
                return pos + HEADER, first
            due = pos + HEADER + (word >> 8)
            chains[due] = max(chains.get(due, (0, pos)), (count + 1, first), key=lambda c: (c[0], -c[1]))
        self._next = max(self._next, base + len(data) - HEADER + 1)
        if len(chains) > _CROWD:
            self._chains = {due: chain for due, chain in chains.items() if due >= self._next}
        return None


class Search:
    """A scan over a direction's bytes as they come. What is passed over is told as a run of bytes that are no frame."""

    def __init__(self, code: Issue, why: str) -> None:
        self._scan = Scan()
        self._held = Held()
        self._base = 0
        self._run = Run(code, why)

    def look(self, data: bytes, marks: Marks, pos: int) -> int | None:
        """Search ``data[pos:]``, with which the search begins: where frames begin, or None, and the bytes are kept."""
        found = self._scan.search(data, -pos, _packets(marks, pos, 0))
        if found is None:
            self._held.append(data, marks, pos)
            self._trim()
            return None
        if found:
            self._run.add(memoryview(data)[pos : pos + found], marks.at(pos + found))
        return pos + found

    def more(self, data: bytes, marks: Marks) -> tuple[bytes, Marks] | None:
        """Go on with more bytes: all from where frames begin, or None."""
        known = len(self._held)
        self._held.append(data, marks)
        found = self._scan.search(self._held.data, self._base, _packets(marks, 0, known))
        if found is None:
            self._trim()
        return None if found is None else self._take(found)

    def last_chance(self) -> tuple[bytes, Marks] | None:
        """No more bytes will come: all from where frames begin by less evidence, or None."""
        found = self._scan.last_chance(self._base + len(self._held))
        if found is not None:
            return self._take(found)
        self._pass(len(self._held))
        return None

    @property
    def holding(self) -> bool:
        """Whether bytes are kept, so that `more` has to be called."""
        return bool(self._held)

    def waste(self) -> list[Item]:
        """The bytes that were passed over."""
        return self._run.problem()

    def _take(self, found: int) -> tuple[bytes, Marks]:
        self._pass(found - self._base)
        return self._held.take()

    def _pass(self, size: int) -> None:
        if size:
            raw = bytes(self._held.data[:size])
            self._run.add(raw, self._held.drop(size))
            self._base += size

    def _trim(self) -> None:
        """Let go of what lies too far back to be the place where frames begin again."""
        if len(self._held) > 2 * REACH:
            self._pass(len(self._held) - REACH)


def _packets(marks: Marks, start: int, shift: int) -> Iterator[Span]:
    """Spans of the packets of a batch from ``start`` on, each moved by ``shift``."""
    ends = marks.ends
    for j in range(bisect_right(ends, start), len(ends)):
        yield start + shift, ends[j] + shift
        start = ends[j]
