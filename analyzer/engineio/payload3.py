"""Polling payloads of revision 3 (and 2): ``<length>:<packet>`` as text, ``<kind><digits><ff><packet>`` packed."""

import re
from codecs import utf_8_decode
from collections.abc import Iterable, Iterator

from analyzer.engineio.entry import Entry, broken, text_entry
from analyzer.engineio.packet import TYPES, Packet, encode_base64
from analyzer.javascript import LONGEST_NUMBER, to_count

_HEAD = re.compile(rb"(.)([\x00-\x09]{1,310}+)\xff", re.DOTALL)
_TO_ASCII = bytes((byte + 0x30) % 256 for byte in range(256))
_TO_DIGIT = bytes((byte - 0x30) % 256 for byte in range(256))


def split_text(body: bytes, swapped: bool = False) -> Iterator[Entry]:
    """Entries of a text body, those of length 0 left out. Lengths count UTF-16 units, bytes where ``swapped``.

    Behind a length that cannot be read, or that is longer than the body, nothing can be told apart: the rest is one
    entry.
    """
    start = 0
    if not body:
        yield broken(body, "a body without packets")
    while start < len(body):
        colon = body.find(b":", start, start + LONGEST_NUMBER)
        count = to_count(str(body[start:colon], "utf-8", "replace")) if colon > start else None
        if count is None:
            yield broken(body[start:], "no length before a packet")
            return
        end = colon + 1 + count if swapped else _units_end(body, colon + 1, count)
        if end is None or end > len(body):
            yield broken(body[start:], "a packet shorter than its length")
            return
        if count:
            yield text_entry(body[colon + 1 : end])
        start = end


def split_packed(body: bytes, swapped: bool = False, cut: bool = False) -> Iterator[Entry]:
    """Entries of a packed body. Lengths count bytes, where ``swapped`` those of text count UTF-16 units.

    A last entry shorter than its length is given with an error, as parsers accept it; not where the body is known
    to be ``cut``.
    """
    start = 0
    while start < len(body):
        head = _HEAD.match(body, start)
        if head is None:
            yield broken(body[start:], "no length before a packet")
            return
        count = int(head[2].translate(_TO_ASCII))
        units = swapped and head[1] == b"\0"
        end = _units_end(body, head.end(), count) if units else head.end() + count
        if end is None or end > len(body):
            rest = broken(body[start:], "a packet shorter than its length")
            yield rest if cut else _packed_entry(head[1], body[head.end() :])._replace(error=rest.error)
            return
        yield _packed_entry(head[1], body[head.end() : end])
        start = end


def join_text(packets: Iterable[str | bytes], swapped: bool = False) -> bytes:
    """The text body of ``packets``; bytes, which begin with their type byte, go as base64."""
    return b"".join(_text_framed(_as_text(packet), swapped) for packet in packets)


def join_packed(packets: Iterable[str | bytes], swapped: bool = False) -> bytes:
    """The packed body of ``packets``."""
    return b"".join(_packed_framed(packet, swapped) for packet in packets)


def _packed_entry(kind: bytes, raw: bytes) -> Entry:
    if kind == b"\0":
        return text_entry(raw)
    if kind == b"\1":
        return Entry(None, raw, len(raw))
    error = broken(kind, "neither text nor binary, read as binary").error
    return Entry(None, raw, len(raw), error)


def _units_end(body: bytes, start: int, count: int) -> int | None:
    """Where ``count`` UTF-16 units of UTF-8 end, None where they do not end with a character of ``body``."""
    if count > len(body) - start:
        return None
    if body[start : start + count].isascii():
        return start + count
    text, errors = _decode(body[start : start + 3 * count])  # no unit takes more than three bytes
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * count]
    if len(units) < 2 * count:
        return None
    inside = units.decode("utf-16-le", "surrogatepass")
    end = start + len(inside.encode("utf-8", errors))
    return end if text.startswith(inside) else None


def _decode(raw: bytes) -> tuple[str, str]:
    """Text of UTF-8 that may break off within a character; where it is none, a lone surrogate for each byte."""
    try:
        return utf_8_decode(raw, "surrogatepass", False)[0], "surrogatepass"
    except UnicodeDecodeError:
        return str(raw, "utf-8", "surrogateescape"), "surrogateescape"


def _as_text(packet: str | bytes) -> str:
    if isinstance(packet, str):
        return packet
    name = TYPES[packet[0] if packet and packet[0] < len(TYPES) else TYPES.index("message")]
    return encode_base64(Packet(name, packet[1:]), 3)


def _text_framed(text: str, swapped: bool) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(raw) if swapped else _units(text), raw)


def _packed_framed(packet: str | bytes, swapped: bool) -> bytes:
    if isinstance(packet, bytes):
        return _packed_head(1, len(packet)) + packet
    raw = packet.encode("utf-8", "surrogatepass")
    return _packed_head(0, _units(packet) if swapped else len(raw)) + raw


def _packed_head(kind: int, count: int) -> bytes:
    return bytes([kind]) + (b"%d" % count).translate(_TO_DIGIT) + b"\xff"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
