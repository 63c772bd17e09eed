"""Finding WebSocket frames again after a hole or after bytes that are none.

A listener that lost the thread looks at every place where a frame might begin and weighs how unlikely it is that what
follows looks like frames by accident: some 6 bits for a legal header, more than one bit for every character of sound
text. The place whose evidence suffices first (counted in bytes of the stream, never in how they were cut) is believed.
"""

import re
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import NamedTuple

from analyzer.wire.frames import CLOSE, FIN, RSV1, TEXT, Header, Rules, fault, header_size, read_header
from analyzer.wire.marks import Marks
from analyzer.wire.masking import unmask

WINDOW = 1 << 18
"""How far the evidence for one place may reach, in bytes; about twice as much is held back at most."""

ENOUGH = 24.0
"""Evidence in bits that is believed at once: a text of 13 characters, or four frames of any kind."""

ENOUGH_AT_END = 14.0
"""Evidence that is believed when no more bytes will come."""

HEADER_BITS = 6.0
CHARACTER_BITS = 1.4
HINT_BITS = 8.0
"""Right behind a hole, and behind a frame of a kind that is not known, frames begin more often than not."""

INSIDE_BITS = -100.0
"""A byte that completes a UTF-8 character of a text may look like a header, and the text around it like a payload."""

CONTEXT = 24
"""Bytes before a place that tell whether it is inside a text."""

SAMPLE = 64
"""Characters of a text that are looked at."""

_CONTROLS = bytes(range(32)).translate(None, b"\t\n\r") + b"\x7f"
_CONTINUING = bytes(range(0x80, 0xC0))

_FIRSTS = {
    False: rb"[\x01\x02\x81\x82\x88-\x8a]",
    True: rb"[\x01\x02\x81\x82\x88-\x8a\x41\x42\xc1\xc2]",
}
_SECONDS = {False: rb"(?=[\x00-\x7f])", True: rb"(?=[\x80-\xff])", None: rb"(?=[\x00-\xff])"}
_PLACES = {
    Rules(masked, deflate): re.compile(first + second)
    for deflate, first in _FIRSTS.items()
    for masked, second in _SECONDS.items()
}


Span = tuple[int, int]
"""Begin and end."""


class Verdict(NamedTuple):
    """What speaks for a place: ``score`` in bits, the number of ``whole`` frames and the ``end`` of the last one.

    ``at`` is the position behind the bytes that were needed to say so; where ``waiting``, behind those still needed.
    """

    score: float
    at: int
    whole: int
    end: int
    waiting: bool = False


REJECTED = Verdict(-1.0, 0, 0, 0)


class Scan:
    """One search. Positions count from where it began; ``base`` says which of them the data given begins with."""

    def __init__(self, rules: Rules, first: int, hints: tuple[int, ...] = ()) -> None:
        self._rules = rules
        self._hints = hints
        self._next = first
        self._waiting: list[tuple[int, int]] = []

    def search(self, data: bytes | bytearray, base: int, packets: Iterable[Span] = ()) -> int | None:
        """The position where frames begin again, as soon as the evidence is in; until then call with more bytes.

        ``packets`` are the spans of ``data`` that are new, each of them the bytes of one packet.
        """
        best: tuple[int, int] | None = None
        size = base + len(data)
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
        """No more bytes will come: the first position that less evidence speaks for."""
        for pos in sorted(pos for _, pos in self._waiting):
            verdict = judge(data, pos - base, self._rules, self._prior(data, pos - base, pos))
            if verdict.score >= ENOUGH_AT_END and verdict.whole:
                return pos
        return None

    def _weigh(
        self, data: bytes | bytearray, base: int, pos: int, best: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        at = pos - base
        verdict = judge(data, at, self._rules, self._prior(data, at, pos))
        if verdict.waiting:
            heappush(self._waiting, (verdict.at + base, pos))
        elif verdict.score >= ENOUGH:
            reached = (verdict.at + base, pos)
            return reached if best is None else min(best, reached)
        return best

    def _packet(
        self, data: bytes | bytearray, base: int, packets: Iterable[Span], best: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        """The first packet that holds frames from its first byte to its last, unless something was believed before.

        Senders write a message at a time, so that is what most packets of small messages look like: even a heartbeat is
        believed so.
        """
        for start, end in packets:
            if best is not None and best[0] < end + base:
                break
            verdict = judge(data[start:end], 0, self._rules, 0.0, inf)
            if verdict.whole and verdict.end == end - start:
                reached = (end + base, start + base)
                return reached if best is None else min(best, reached)
        return best

    def _prior(self, data: bytes | bytearray, at: int, pos: int) -> float:
        return HINT_BITS if pos in self._hints else prior(data, at, pos)


def packet_spans(marks: Marks, start: int, shift: int) -> Iterator[Span]:
    """Spans of the packets of a batch from ``start`` on, each moved by ``shift``."""
    for end in marks.ends:
        if end > start:
            yield start + shift, end + shift
            start = end


def places(data: bytes | bytearray, rules: Rules, start: int = 0) -> Iterator[int]:
    """Where in ``data[start:]`` frames may begin, by their first two bytes."""
    return (match.start() for match in _PLACES[rules].finditer(data, start))


def prior(data: bytes | bytearray, at: int, reach: int = CONTEXT) -> float:
    """Bits that speak against a frame at ``data[at]``, told by up to ``reach`` bytes before it."""
    before = bytes(data[max(0, at - min(reach, CONTEXT)) : at])
    if data[at] & 0xC0 != 0x80 or before[-1:] < b"\x80":
        return 0.0
    # A hole may have left the text's first character without its beginning.
    text = before.lstrip(_CONTINUING)
    if len(text) < len(before) - 3 or len(text.translate(None, _CONTROLS)) < len(text):
        return 0.0
    return INSIDE_BITS if _unfinished(text) else 0.0


def _unfinished(text: bytes) -> bool:
    """UTF-8 that ends inside a character."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def judge(data: bytes | bytearray, pos: int, rules: Rules, score: float, enough: float = ENOUGH) -> Verdict:
    """Follow the frames from ``data[pos]`` on until ``score`` is ``enough``, something is illegal or bytes lack."""
    at, whole, within, size = pos, 0, False, len(data)
    decided = pos
    while score < enough:
        need = at + 2 if size < at + 2 else at + header_size(data[at + 1])
        header = read_header(data, at) if size >= need else None
        if header is not None:
            if not lawful(header, rules, within):
                return REJECTED
            need += min(header.length, SAMPLE) if _readable(header) else 0
        if need > pos + WINDOW:
            return REJECTED
        if header is None or size < need:
            return Verdict(score, need, whole, at, True)
        bits = evidence(data, at, header)
        if bits < 0:
            return REJECTED
        score, decided = score + bits, need
        at += header.size + header.length
        whole += at <= size
        if header.first & 0x0F < CLOSE:
            within = not header.first & FIN
    return Verdict(score, decided, whole, at)


def lawful(header: Header, rules: Rules, within: bool) -> bool:
    """Stricter than what a reader that is in step accepts; ``within``: a fragmented message is under way."""
    opcode, final = header.first & 0x0F, header.first & FIN
    if fault(header, rules) or not header.minimal or (rules.masked is not None and rules.masked != bool(header.key)):
        return False
    if opcode < CLOSE and within != (opcode == 0):
        return False
    return bool(final or header.length)


def _readable(header: Header) -> bool:
    return header.first & 0x0F == TEXT and not header.first & RSV1


def evidence(data: bytes | bytearray, at: int, header: Header) -> float:
    """Bits that speak for the frame whose header is at ``data[at]``; negative where its text is none."""
    if not _readable(header):
        return HEADER_BITS
    start = at + header.size
    sample = bytes(data[start : start + min(header.length, SAMPLE)])
    text = unmask(sample, header.key) if header.key else sample
    try:
        text.decode()
    except UnicodeDecodeError as error:
        cut = len(text) < header.length or not header.first & FIN
        if not cut or error.reason != "unexpected end of data":
            return -1.0
    if len(text.translate(None, _CONTROLS)) < len(text):
        return HEADER_BITS
    return HEADER_BITS + CHARACTER_BITS * len(text)
