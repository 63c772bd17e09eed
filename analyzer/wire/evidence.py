"""What speaks for WebSocket frames at a place where they may begin, weighed in bits.

Some 6 bits for a legal header, more than one for every character of sound text: so unlikely it is that bytes look like
that by accident. Bytes of a true frame's own header may look like another frame's beginning, and the text behind them
like that one's text; but such a frame ends where no frame follows. So a place is believed only where its last frame
ends with a packet, or where one more frame follows it.
"""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from analyzer.wire.frames import BINARY, CLOSE, FIN, RSV1, TEXT, Header, Rules, fault, header_size, read_header
from analyzer.wire.masking import unmask

WINDOW = 1 << 18
"""How far the evidence for one place may reach, in bytes; about twice as much is held back at most."""

ENOUGH = 24.0
"""Evidence in bits that is believed: a text of 13 characters, or four frames of any kind."""

ENOUGH_AT_END = 14.0
"""Evidence that is believed when no more bytes will come."""

HEADER_BITS = 6.0
MASKED_BITS = 4.0
"""For a masked header: masked text has few values, those of headers often among them."""

CHARACTER_BITS = 1.4
STATUS_BITS = 4.0
"""For the status code of a close frame: 1000 to 4999 of 65536."""

INSIDE_BITS = -100.0
"""A byte that completes a UTF-8 character of a text may look like a header, and the text around it like a payload."""

CONTEXT = 24
"""Bytes before a place that tell whether it is inside a text."""

LARGEST_HEADER = 14
"""Bytes of the longest header."""

HINT_BITS = 8.0
"""Right behind a hole, and behind a frame of a kind that is not known, frames begin more often than not."""

_PING = 8
"""Bytes that a ping or pong usually says at most."""

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


class Aim(NamedTuple):
    """How far frames are followed: until the evidence is ``enough`` and the last one ends where a packet ``ends`` (a
    position of the data; there the next one begins), or another follows it.
    """

    enough: float = ENOUGH
    ends: Container[int] = frozenset()


class Verdict(NamedTuple):
    """What speaks for a place: ``score`` in bits, the number of ``whole`` frames and the ``end`` of the last one.

    ``at`` is the position behind the bytes that were needed to say so; where ``waiting``, behind those still needed.
    """

    score: float
    at: int
    whole: int
    end: int
    waiting: bool = False


BELIEF = Aim()
REJECTED = Verdict(-1.0, 0, 0, 0)


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


def judge(data: bytes | bytearray, pos: int, rules: Rules, score: float, aim: Aim = BELIEF) -> Verdict:
    """Follow the frames from ``data[pos]`` on, for which ``score`` bits speak already, until the aim is reached,
    something is illegal or bytes lack.

    A frame that reaches beyond the window is believed without a look behind it.
    """
    at, whole, within, size = pos, 0, False, len(data)
    decided, before = pos, None
    while True:
        sure = score >= aim.enough
        if sure and at <= size and at in aim.ends:
            return Verdict(score, max(decided, at), whole, at)
        need = at + 2 if size < at + 2 else at + header_size(data[at + 1])
        header = read_header(data, at) if size >= need else None
        if header is not None:
            if not lawful(header, rules, within):
                return REJECTED
            need += _sampled(header)
        if need > pos + WINDOW:
            return Verdict(score, decided, whole, at) if sure else REJECTED
        if header is None or size < need:
            return Verdict(score, at if sure and at > size else need, whole, at, True)
        bits = evidence(data, at, header, before)
        if bits < 0 or (not bits and at == pos) or (_readable(header) and _stray(score, pos, before, aim)):
            return REJECTED
        if sure:
            return Verdict(score, need, whole, at)
        score, decided, before = score + bits, need, header
        at += header.size + header.length
        whole += at <= size
        if header.first & 0x0F < CLOSE:
            within = not header.first & FIN


def _stray(score: float, pos: int, before: Header | None, aim: Aim) -> bool:
    """Whether what comes before a text may be masked text whose false frames end at a true one by chance: unless they
    begin a packet, or are several, the text alone is believed.
    """
    return before is not None and bool(before.key) and score <= 2 * MASKED_BITS and pos not in aim.ends


def lawful(header: Header, rules: Rules, within: bool) -> bool:
    """Stricter than what a reader that is in step accepts; ``within``: a fragmented message is under way."""
    opcode, final = header.first & 0x0F, header.first & FIN
    if fault(header, rules) or not header.minimal or (rules.masked is not None and rules.masked != bool(header.key)):
        return False
    if opcode < CLOSE and within != (opcode == 0):
        return False
    return bool(final or header.length)


def covers(data: bytes | bytearray, pos: int, at: int, rules: Rules) -> bool:
    """Whether a frame at ``data[pos]`` would have ``data[at]`` in its header, and its payload is as sound a text as one
    can tell.
    """
    header = read_header(data, pos)
    if header is None or pos + header.size <= at or not lawful(header, rules, False):
        return False
    if header.first & 0x4F == BINARY:  # bytes may be a text as well
        header = header._replace(first=header.first & FIN | TEXT)
    return _readable(header) and evidence(data, pos, header) >= ENOUGH_AT_END


def _readable(header: Header) -> bool:
    return header.first & 0x0F == TEXT and not header.first & RSV1


def _sampled(header: Header) -> int:
    """Bytes of the payload that are looked at."""
    return min(header.length, SAMPLE) if _readable(header) or header.first & 0x0F == CLOSE else 0


def evidence(data: bytes | bytearray, at: int, header: Header, before: Header | None = None) -> float:
    """Bits that speak for the frame whose header is at ``data[at]``, behind the frame ``before``; negative where its
    text is none, or a close frame has no sound status code (RFC 6455 section 7.4).
    """
    start = at + header.size
    sample = bytes(data[start : start + _sampled(header)])
    text = unmask(sample, header.key) if header.key else sample
    if header.first & 0x0F == CLOSE:
        return _closing(text)
    if not _readable(header):
        return _opaque(header, before)
    try:
        text.decode()
    except UnicodeDecodeError as error:
        cut = len(text) < header.length or not header.first & FIN
        if not cut or error.reason != "unexpected end of data":
            return -1.0
    if len(text.translate(None, _CONTROLS)) < len(text):
        return 0.0
    return HEADER_BITS + CHARACTER_BITS * len(text)


def _closing(text: bytes) -> float:
    """Of a close frame's payload, or the beginning of it."""
    if not text:
        return HEADER_BITS
    return HEADER_BITS + STATUS_BITS if 1000 <= int.from_bytes(text[:2]) < 5000 else -1.0


def _opaque(header: Header, before: Header | None) -> float:
    """Of a frame whose payload says nothing.

    Masked text repeats itself as text does, so it may look like a run of frames; but a mask is never used twice
    (RFC 6455 section 5.3), and who pings has little to say.
    """
    if header.first & 0x0F > CLOSE and header.length > _PING:
        return 0.0
    if header.key:
        return 0.0 if before is not None and before.key == header.key else MASKED_BITS
    return HEADER_BITS
