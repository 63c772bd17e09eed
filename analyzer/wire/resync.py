"""Finding WebSocket frames again after a hole or after bytes that are none.

A listener that lost the thread looks at every place where a frame might begin and weighs what follows (see
`analyzer.wire.evidence`). The place whose evidence suffices first (counted in bytes of the stream, never in how they
were cut) is believed.
"""

from collections.abc import Container, Iterable, Iterator
from heapq import heappop, heappush
from math import inf

from analyzer.wire.evidence import (
    CONTEXT,
    ENOUGH,
    ENOUGH_AT_END,
    HINT_BITS,
    LARGEST_HEADER,
    REJECTED,
    WINDOW,
    Aim,
    Verdict,
    covers,
    judge,
    places,
    prior,
)
from analyzer.wire.frames import FIN, Rules
from analyzer.wire.marks import Marks

__all__ = ["CONTEXT", "WINDOW", "Scan", "packet_spans"]

Span = tuple[int, int]
"""Begin and end."""


class Ends:
    """Where packets end, by their positions in the data at hand; ``base`` is the search's position of its first."""

    def __init__(self) -> None:
        self.base = 0
        self._known: set[int] = set()

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and at + self.base in self._known

    def add(self, packets: Iterable[Span]) -> None:
        """More packets have come; those that lie too far back are let go."""
        self._known.update(end + self.base for _, end in packets)
        if len(self._known) > 2 * WINDOW:
            self._known = {end for end in self._known if end >= self.base}


class Scan:
    """One search. Positions count from where it began; ``base`` says which of them the data given begins with."""

    def __init__(self, rules: Rules, first: int, hints: tuple[int, ...] = ()) -> None:
        self._rules = rules
        self._hints = hints
        self._first = self._next = first
        self._ends = Ends()
        self._waiting: list[tuple[int, int]] = []

    def search(self, data: bytes | bytearray, base: int, packets: Iterable[Span] = ()) -> int | None:
        """The position where frames begin again, as soon as the evidence is in; until then call with more bytes.

        ``packets`` are the spans of ``data`` that are new, each of them the bytes of one packet.
        """
        best: tuple[int, int] | None = None
        size = base + len(data)
        packets = list(packets)
        self._ends.base = base
        self._ends.add(packets)
        while self._waiting and self._waiting[0][0] <= size:
            best = self._weigh(data, base, heappop(self._waiting)[1], best)
        for place in places(data, self._rules, self._next - base):
            pos = place + base
            if best is not None and best[0] <= pos:
                break
            best = self._weigh(data, base, pos, best)
        # A last byte may begin a frame of which the second byte is yet to come.
        self._next = max(self._next, size - 1)
        best = self._packet(data, base, packets, best)
        return None if best is None else best[1]

    def last_chance(self, data: bytes | bytearray, base: int) -> int | None:
        """No more bytes will come: the first position that less evidence speaks for, or of a frame that is cut off."""
        for pos in sorted(pos for _, pos in self._waiting):
            verdict = self._judge(data, base, pos)
            if verdict.score >= ENOUGH or (verdict.score >= ENOUGH_AT_END and verdict.whole):
                return pos
        return None

    def _weigh(
        self, data: bytes | bytearray, base: int, pos: int, best: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        verdict = self._judge(data, base, pos)
        if verdict.waiting:
            heappush(self._waiting, (verdict.at + base, pos))
        elif verdict.score >= ENOUGH:
            reached = (verdict.at + base, self._outer(data[: verdict.at], base, pos))
            return reached if best is None else min(best, reached)
        return best

    def _judge(self, data: bytes | bytearray, base: int, pos: int) -> Verdict:
        at, hinted = pos - base, pos in self._hints
        # Shortly behind a hole, what looks like a header may be the rest of one: large lengths begin like fragments,
        # and that a packet ends there is not enough.
        shadowed = pos < LARGEST_HEADER
        if shadowed and not data[at] & FIN:
            return REJECTED
        ends: Container[int] = () if shadowed and not hinted else self._ends
        score = HINT_BITS if hinted else self._prior(data, at, pos)
        return judge(data, at, self._rules, score, Aim(ENOUGH, ends))

    def _prior(self, data: bytes | bytearray, at: int, pos: int) -> float:
        """What is before a place speaks only where texts are not masked."""
        return 0.0 if self._rules.masked else prior(data, at, pos)

    def _outer(self, data: bytes | bytearray, base: int, pos: int) -> int:
        """The position of the frame in whose header ``pos`` lies, where there is one; mostly ``pos`` itself.

        The length and the mask of a frame may look like a header, and its text is the text behind that as well.
        """
        at = pos - base
        for start in range(max(self._first - base, at - LARGEST_HEADER + 1, 0), at):
            if self._prior(data, start, start + base) == 0 and covers(data, start, at, self._rules):
                return start + base
        return pos

    def _packet(
        self, data: bytes | bytearray, base: int, packets: Iterable[Span], best: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        """The first packet that holds frames from its first byte to its last, unless something before it was believed.

        Senders write a message at a time, so that is what most packets of small messages look like: even a heartbeat is
        believed so, and places inside the packet are not.
        """
        for start, end in packets:
            if best is not None and best[0] <= end + base and best[1] < start + base:
                break
            if best is not None and best[0] <= start + base:
                break
            verdict = judge(data[start:end], 0, self._rules, 0.0, Aim(inf, (0,)))
            if verdict.whole and verdict.score > 0 and verdict.end == end - start:
                return (end + base, start + base)
        return best


def packet_spans(marks: Marks, start: int, shift: int) -> Iterator[Span]:
    """Spans of the packets of a batch from ``start`` on, each moved by ``shift``."""
    for end in marks.ends:
        if end > start:
            yield start + shift, end + shift
            start = end
