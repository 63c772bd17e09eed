"""Frames of HTTP/2 (RFC 9113 sections 4 and 6): their headers, what is legal, and what looks like one."""

import re
from struct import Struct
from typing import Final, NamedTuple

DATA: Final = 0
HEADERS: Final = 1
PRIORITY: Final = 2
RST_STREAM: Final = 3
SETTINGS: Final = 4
PUSH_PROMISE: Final = 5
PING: Final = 6
GOAWAY: Final = 7
WINDOW_UPDATE: Final = 8
CONTINUATION: Final = 9

END_STREAM: Final = 0x01
ACK: Final = 0x01
END_HEADERS: Final = 0x04
PADDED: Final = 0x08
WITH_PRIORITY: Final = 0x20

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends before its first frame (RFC 9113 section 3.4)."""

HEADER: Final = 9
"""Bytes of a frame's header."""

USUAL: Final = 1 << 14
"""Largest payload unless the receiver allows more (SETTINGS_MAX_FRAME_SIZE); few ever do."""

STREAM: Final = 0x7FFFFFFF

PADDING: Final = "a frame whose padding is longer than itself"


class Frame(NamedTuple):
    """A frame's header, and where the frame begins and ends."""

    kind: int
    flags: int
    stream: int
    begin: int
    stop: int


unpack_header = Struct(">IBI").unpack_from
"""Length and kind (``length << 8 | kind``), flags, stream (with the reserved bit) of the header at an offset."""

_SETTINGS = bytes([SETTINGS, 0, 0, 0, 0, 0])
_SIZES = {PRIORITY: 5, RST_STREAM: 4, PING: 8, WINDOW_UPDATE: 4}
_ON_STREAM = frozenset({DATA, HEADERS, PRIORITY, RST_STREAM, PUSH_PROMISE, CONTINUATION})
_ON_CONNECTION = frozenset({SETTINGS, PING, GOAWAY})
_LEAST = {GOAWAY: 8, PUSH_PROMISE: 4}
_EXTENSIONS = {10: 0, 12: 0, 16: 0}
"""Kinds that are used beyond RFC 9113: ALTSVC (RFC 7838), ORIGIN (RFC 8336), PRIORITY_UPDATE (RFC 9218)."""

_FLAGS = {
    DATA: 0x09, HEADERS: 0x2D, PRIORITY: 0, RST_STREAM: 0, SETTINGS: 1, PUSH_PROMISE: 0x0C, PING: 1, GOAWAY: 0,
    WINDOW_UPDATE: 0, CONTINUATION: 0x04,
} | _EXTENSIONS  # fmt: skip
"""Flags that are defined for each kind."""

PLACES: Final = re.compile(
    rb"(?s)(?=[\x00-\x40]..(?:\x00[\x00\x01\x08\x09]|\x01[\x00-\x2d]|[\x04\x06][\x00\x01]|\x05[\x00-\x0c]"
    rb"|\x09[\x00\x04]|[\x02\x03\x07\x08\x0a\x0c\x10]\x00)[\x00-\x7f]...)"
)
"""Where the nine bytes of a plausible header may begin, roughly."""


def opens(first: bytes, client: bool) -> tuple[bool, int]:
    """Whether the first bytes of a direction, as far as there are any, are the preface or the header of the server's
    SETTINGS; and how many bytes that has.
    """
    if client:
        return PREFACE.startswith(first), len(PREFACE)
    return first[:1] in (b"", b"\0") and _SETTINGS.startswith(first[3:HEADER]), HEADER


def fault(kind: int, length: int, stream: int) -> str | None:
    """What is wrong with a frame where one is due, or None; ``stream`` without the reserved bit."""
    if not stream and kind in _ON_STREAM:
        return f"a frame of kind {kind} that belongs to no stream"
    if stream and kind in _ON_CONNECTION:
        return f"a frame of kind {kind} on a stream"
    if length != _SIZES.get(kind, length) or length < _LEAST.get(kind, 0) or (kind == SETTINGS and length % 6):
        return f"a frame of kind {kind} with {length} bytes"
    if kind not in _FLAGS and length > USUAL:
        return f"a frame of the unknown kind {kind} with {length} bytes"
    return None


def plausible(word: int, flags: int, stream: int) -> bool:
    """Whether a header, as `unpack_header` gives it, looks like a usual frame's: stricter than what is legal."""
    kind, length = word & 0xFF, word >> 8
    known = _FLAGS.get(kind)
    if known is None or flags & ~known or length > USUAL or stream > STREAM or fault(kind, length, stream):
        return False
    if kind == SETTINGS and flags & ACK:
        return not length
    if kind == HEADERS and not length:
        return False
    return bool(length) or not flags & PADDED


def payload(data: bytes, start: int, stop: int, flags: int) -> tuple[int, int] | None:
    """Where the content of a frame's payload ``data[start:stop]`` is, without padding; None where it cannot be."""
    if flags & PADDED:
        if start == stop:
            return None
        stop -= data[start]
        start += 1
    return (start, stop) if start <= stop else None


def whole(data: bytes | bytearray, start: int, stop: int) -> int:
    """How many frames, all plausible, make up ``data[start:stop]`` from first to last byte; 0 if they do not."""
    count = 0
    while start + HEADER <= stop:
        word, flags, stream = unpack_header(data, start)
        if not plausible(word, flags, stream):
            return 0
        start += HEADER + (word >> 8)
        count += 1
    return count if start == stop else 0
