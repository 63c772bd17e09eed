"""Headers of WebSocket frames (RFC 6455 section 5.2): read, and judged."""

from typing import NamedTuple

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
"""Opcodes that begin a message. 0 continues one; in a `Message` it stands for bytes that are no frame."""

FIN, RSV1, RSV23 = 0x80, 0x40, 0x30

LARGEST = 1 << 32
"""A frame that claims more bytes than this is not one."""

KNOWN = frozenset((0, TEXT, BINARY, CLOSE, PING, PONG))


class Message(NamedTuple):
    """One WebSocket message of one direction, or a run of bytes that is none.

    ``time`` (ns) and ``frame`` (packet) are the moment its last byte was readable. ``opcode`` is 1 text, 2 binary,
    8 close, 9 ping, 10 pong, or 0 for bytes that are no frame (or no message whose beginning is known). ``payload`` is
    unmasked and inflated; ``wire_size`` counts the payload bytes as sent over all fragments, headers excluded, and is
    None where the source does not tell.
    ``issue`` is a code of `analyzer.issues.Issue` with a sentence in ``detail``, or None.
    """

    time: int
    frame: int
    opcode: int
    payload: bytes
    wire_size: int | None
    issue: str | None = None
    detail: str | None = None


class Rules(NamedTuple):
    """What a direction's frames must look like: ``masked`` (None: either), ``deflate`` when RSV1 may be set."""

    masked: bool | None
    deflate: bool


class Header(NamedTuple):
    """Its ``first`` byte, ``key`` (empty when not masked), its own ``size`` and the payload's ``length`` in bytes."""

    first: int
    key: bytes
    size: int
    length: int
    minimal: bool


def header_size(second: int) -> int:
    """Bytes of a header whose second byte is ``second``."""
    short = second & 0x7F
    return 2 + (short == 126) * 2 + (short == 127) * 8 + (second >> 7) * 4


def read_header(data: bytes | bytearray, pos: int) -> Header | None:
    """The header at ``data[pos:]``, or None while it is not complete."""
    have = len(data) - pos
    if have < 2:
        return None
    second = data[pos + 1]
    size = header_size(second)
    if have < size:
        return None
    short, start = second & 0x7F, pos + size
    key = bytes(data[start - 4 : start]) if second & 0x80 else b""
    if short < 126:
        return Header(data[pos], key, size, short, True)
    length = int.from_bytes(data[pos + 2 : pos + (4 if short == 126 else 10)], "big")
    return Header(data[pos], key, size, length, length >= (126 if short == 126 else 65536))


def fault(header: Header, rules: Rules) -> str | None:
    """Why this is no frame, as far as to doubt everything behind it; None for a frame."""
    first, opcode = header.first, header.first & 0x0F
    if first & RSV23:
        return "reserved bits are set"
    if opcode not in KNOWN:
        return f"opcode {opcode} is reserved"
    if first & RSV1 and (not rules.deflate or opcode not in (TEXT, BINARY)):
        return "the bit of compressed messages is set where it may not be"
    if opcode >= CLOSE and not first & FIN:
        return "a control frame is fragmented"
    if opcode >= CLOSE and header.length > 125:
        return "a control frame is longer than 125 bytes"
    if header.length >= LARGEST:
        return "a frame claims an absurd length"
    return None


def blemish(header: Header, rules: Rules) -> str | None:
    """What RFC 6455 forbids about a frame that can be read all the same, or None."""
    if not header.minimal:
        return "the length is not written in its shortest form"
    if rules.masked is not None and rules.masked != bool(header.key):
        return (
            "the frame is masked, and a server's may not be"
            if header.key
            else "the frame is not masked, and a client's must be"
        )
    if header.first & 0x0F == CLOSE and header.length == 1:
        return "a close frame of one byte"
    return None
