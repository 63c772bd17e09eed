"""One Engine.IO packet to and from its text or bytes, revisions 2 (as 3), 3 and 4.

Text is one digit, the type, and data; ``b`` begins a base64 packet, in revision 3 with the type digit behind it. A
binary WebSocket message is plain data in revision 4; in revision 3 its first byte, from 0 to 6, is the type.
"""

import binascii
import re
from typing import NamedTuple

from analyzer.issues import Issue, PacketError
from analyzer.text import elide

TYPES = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
"""Names by type digit."""


class Packet(NamedTuple):
    """One Engine.IO packet; ``data`` is bytes where it was sent as binary, base64 included.

    ``raw`` is a base64 packet's text, only where it is not what `encode_text` would write (blanks, no padding, ...).
    ``issue`` and ``detail`` mark base64 with characters that are none: ``data`` is then what official parsers make
    of it.
    """

    type: str
    data: str | bytes
    raw: str | None = None
    issue: str | None = None
    detail: str | None = None


_BY_DIGIT = {str(digit): name for digit, name in enumerate(TYPES)}
_DIGITS = {name: str(digit) for digit, name in enumerate(TYPES)}
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]++")
_FOREIGN = re.compile(r"[^A-Za-z0-9+/=\s_-]")
_URL_SAFE = str.maketrans("-_", "+/")
_new = tuple.__new__


def decode_text(text: str, revision: int) -> Packet:
    """The packet of a WebSocket text message, or of a text entry of a polling payload.

    Raises:
        PacketError: ``EIO_BAD_PACKET`` where ``text`` begins with no packet type.
    """
    name = _BY_DIGIT.get(text[:1])
    if name is not None:
        return _new(Packet, (name, text[1:], None, None, None))
    if text[:1] != "b":
        raise PacketError(Issue.EIO_BAD_PACKET, f"no Engine.IO packet: {elide(text) or 'empty text'}")
    if revision >= 4:
        return _decode_base64("message", text, 1)
    name = _BY_DIGIT.get(text[1:2])
    if name is None:
        raise PacketError(Issue.EIO_BAD_PACKET, f"no Engine.IO packet type: {elide(text)}")
    return _decode_base64(name, text, 2)


def decode_binary(data: bytes, revision: int) -> Packet:
    """The packet of a binary WebSocket message, or of a binary entry of a revision 3 payload.

    Raises:
        PacketError: ``EIO_BAD_PACKET`` where the first byte of revision 3 is no packet type.
    """
    if revision >= 4:
        return Packet("message", data)
    if not data or data[0] >= len(TYPES):
        raise PacketError(Issue.EIO_BAD_PACKET, f"no Engine.IO packet type: {elide(data) or 'no bytes'}")
    return Packet(TYPES[data[0]], data[1:])


def encode_text(packet: Packet, revision: int) -> str:
    """The text of ``packet``, base64 where its data is bytes: ``encode_text(decode_text(text, r), r) == text``."""
    if packet.raw is not None:
        return packet.raw
    if isinstance(packet.data, bytes):
        return encode_base64(packet, revision)
    return _DIGITS[packet.type] + packet.data


def encode_binary(packet: Packet, revision: int) -> bytes:
    """A binary WebSocket message: ``encode_binary(decode_binary(data, r), r) == data``. Text data becomes UTF-8."""
    data = packet.data if isinstance(packet.data, bytes) else packet.data.encode("utf-8", "surrogatepass")
    return data if revision >= 4 else bytes([TYPES.index(packet.type)]) + data


def encode_base64(packet: Packet, revision: int) -> str:
    """The text form of binary data: ``b``, in revision 3 the type digit, and padded base64 without line ends."""
    data = packet.data if isinstance(packet.data, bytes) else packet.data.encode("utf-8", "surrogatepass")
    head = "b" if revision >= 4 else "b" + _DIGITS[packet.type]
    return head + binascii.b2a_base64(data, newline=False).decode("ascii")


def _decode_base64(name: str, text: str, start: int) -> Packet:
    """Canonical base64 quickly; anything else as Node's Buffer reads it: foreign characters and padding ignored."""
    try:
        data = binascii.a2b_base64(text[start:], strict_mode=True)
    except ValueError:  # also a character beyond ASCII
        return _decode_lenient(name, text, start)
    last = binascii.b2a_base64(data[-(len(data) % 3 or 3) :], newline=False).decode("ascii")
    return Packet(name, data, None if not data or text.endswith(last) else text)


def _decode_lenient(name: str, text: str, start: int) -> Packet:
    encoded = text[start:]
    foreign = _FOREIGN.search(encoded)
    digits = _NOT_BASE64.sub("", encoded.partition("=")[0].translate(_URL_SAFE))
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    data = binascii.a2b_base64(digits + "=" * (-len(digits) % 4))
    if foreign is None:
        return Packet(name, data, text)
    detail = f"no base64 from character {start + foreign.start()} on: {elide(text)}"
    return Packet(name, data, text, Issue.EIO_BAD_BASE64, detail)
