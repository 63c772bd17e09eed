"""msgpack (https://github.com/msgpack/msgpack/blob/master/spec.md), one token at a time: nothing is nested, nothing
is allocated ahead.

A token is a scalar, or the head of an array or map. What msgpack leaves open is read as notepack does, the library
under socket.io-msgpack-parser: extension 0 of a fixed size is ``undefined`` in one byte and a Date in eight, with a
size of its own it is an ArrayBuffer, whatever it holds.
"""

import struct
from typing import Final, NamedTuple

from analyzer.issues import Issue, PacketError


class Head(NamedTuple):
    """An array of ``size`` values, or a map of ``size`` keys and values."""

    opening: str
    closing: str
    size: int


class Ext(NamedTuple):
    """An extension of a type nobody assigned here."""

    code: int
    data: bytes


class Date(NamedTuple):
    """Milliseconds since 1970 UTC."""

    milliseconds: float


class Undefined:
    """JavaScript's ``undefined``."""


UNDEFINED: Final = Undefined()

Token = Head | Ext | Date | Undefined | None | bool | int | float | str | bytes

_FIXED: dict[int, Token] = {0xC0: None, 0xC2: False, 0xC3: True}
_FIXED |= {byte: byte for byte in range(0x80)} | {byte: byte - 256 for byte in range(0xE0, 0x100)}
_FIXED |= {0x80 + count: Head("{", "}", count) for count in range(16)}
_FIXED |= {0x90 + count: Head("[", "]", count) for count in range(16)}
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xC4: ">B", 0xC5: ">H", 0xC6: ">I", 0xC7: ">B", 0xC8: ">H", 0xC9: ">I"}
_HEADS = {0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I"}
_UNPACK = {byte: struct.Struct(form) for byte, form in (_NUMBERS | _SIZES | _HEADS).items()}


def read(data: bytes, start: int) -> tuple[Token, int]:
    """The token that begins at ``data[start]`` and where the next one begins.

    Raises:
        PacketError: ``SIO_BAD_MSGPACK`` for a byte that begins nothing, and bytes that end early and text that is not
        UTF-8.
    """
    try:
        byte = data[start]
        if byte in _FIXED:
            return _FIXED[byte], start + 1
        if 0xA0 <= byte <= 0xBF:
            return _text(data, start + 1, byte & 0x1F)
        if 0xD4 <= byte <= 0xD8:
            return _extension(data, start + 1, 1 << (byte - 0xD4), fixed=True)
        form = _UNPACK[byte]
        value = form.unpack_from(data, start + 1)[0]
    except KeyError:
        raise PacketError(Issue.SIO_BAD_MSGPACK, f"0x{byte:02x} begins no msgpack value") from None
    except (IndexError, struct.error):
        raise _short() from None
    return _sized(byte, value, data, start + 1 + form.size)


def _sized(byte: int, value: int | float, data: bytes, start: int) -> tuple[Token, int]:
    """What follows a number that is a value, or a size, or a count."""
    if byte in _NUMBERS:
        return value, start
    size = int(value)
    if byte in _HEADS:
        return Head("{", "}", size) if byte >= 0xDE else Head("[", "]", size), start
    if byte >= 0xD9:
        return _text(data, start, size)
    if byte >= 0xC7:
        return _extension(data, start, size, fixed=False)
    return _slice(data, start, size), start + size


def _slice(data: bytes, start: int, size: int) -> bytes:
    part = data[start : start + size]
    if len(part) < size:
        raise _short()
    return part


def _text(data: bytes, start: int, size: int) -> tuple[str, int]:
    """Lone surrogates pass, notepack writes them in three bytes; what else is not UTF-8 is replaced, as peers do."""
    raw = _slice(data, start, size)
    try:
        return str(raw, "utf-8", "surrogatepass"), start + size
    except UnicodeDecodeError:
        return str(raw, "utf-8", "replace"), start + size


def _extension(data: bytes, start: int, size: int, *, fixed: bool) -> tuple[Token, int]:
    code = struct.unpack_from(">b", data, start)[0] if start < len(data) else 0
    content, end = _slice(data, start + 1, size), start + 1 + size
    if code == 0 and not fixed:
        return content, end
    if code == 0 and size == 1:
        return UNDEFINED, end
    if code == 0 and size == 8:
        high, low = struct.unpack(">iI", content)
        return Date(high * (1 << 32) + low), end
    if code == -1 and size in (4, 8, 12):
        return Date(_timestamp(content)), end
    return Ext(code, content), end


def _timestamp(content: bytes) -> float:
    """Milliseconds of the timestamp extension in its three sizes."""
    if len(content) == 4:
        return float(int.from_bytes(content)) * 1000
    if len(content) == 8:
        both = int.from_bytes(content)
        nanoseconds, seconds = both >> 34, both & ((1 << 34) - 1)
    else:
        nanoseconds, seconds = struct.unpack(">Iq", content)
    return seconds * 1000 + nanoseconds // 1_000_000


def _short() -> PacketError:
    return PacketError(Issue.SIO_BAD_MSGPACK, "msgpack that ends early")
