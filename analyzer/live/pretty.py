"""Packets as text for people, and back: a head line that says what a packet is, then JSON over several lines, or bytes
in hex. Lines that begin with ``#`` are remarks.
"""

import json
import re
from typing import Final

from analyzer.engineio import packet as engineio
from analyzer.issues import PacketError
from analyzer.live import pretty_msgpack
from analyzer.live.json_layout import gather, spread
from analyzer.socketio.packet import TYPES, Packet, decode, encode

Item = str | bytes
"""A packet as it travels: text, or bytes (in revision 3 behind their type byte)."""
BETWEEN: Final = "---"
"""The line between two packets."""
_BINARY: Final = ("BINARY_EVENT", "BINARY_ACK")
_PLAIN: Final = tuple(kind for kind in engineio.TYPES if kind != "message")
_MSGPACK: Final = "msgpack "
"""What the head line of a packet in msgpack begins with."""
_HEAD = re.compile(r"(\w+)(?: namespace=(\S+))?(?: ack=(\d+))?(?: attachments=(\d+))?\s*", re.ASCII)
_DUMPED = re.compile(r"[0-9a-f]{4,}  ((?:[0-9a-fA-F]{2} ?)*)\s*(?:\|.*)?", re.ASCII)
_WIDE: Final = 16
_GAP, _LINE = "  ", 110
"""Between a head and what follows on the same line, which is so long at most."""
_SHOWN: Final = 1 << 16
"""Bytes shown of a binary packet; a longer one cannot be edited."""


def show(item: Item, revision: int) -> str:
    """A packet in its pretty form."""
    packet = pretty_msgpack.decode(item, revision)
    if packet is not None:
        return f"{_MSGPACK}{_head(packet._replace(attachments=0))}\n{spread(pretty_msgpack.whole(packet))}".rstrip("\n")
    if isinstance(item, bytes):
        body = item[1:] if revision < 4 else item
        return f"binary {len(body)} bytes\n{_dump(body)}"
    if item[:1] == "b":
        try:
            data = engineio.decode_text(item, revision).data
        except PacketError:
            return _raw(item)
        return f"base64 {len(data)} bytes\n{_dump(bytes(data) if isinstance(data, bytes) else data.encode())}"
    if item[:1] == "4":
        return _show_message(item[1:])
    try:
        plain = engineio.decode_text(item, revision)
    except PacketError:
        return _raw(item)
    return _checked(plain.type, _said(str(plain.data)), item)


def read(text: str, before: Item | None, revision: int) -> Item:
    """The packet of a pretty form; ``before`` is the one it was made of. Raises ValueError, with what is wrong."""
    if before is not None and content(text) == content(show(before, revision)):
        return before
    head, rest = _parted(content(text))
    if head.startswith(_MSGPACK):
        return _read_msgpack(head.removeprefix(_MSGPACK), rest, before, revision)
    if head.startswith(("binary", "base64")):
        return _read_bytes(head, rest, before, revision)
    if head == "raw":
        return str(json.loads(rest))
    if head in _PLAIN:
        return f"{engineio.TYPES.index(head)}{_unsaid(rest)}"
    if head == "message":
        return "4" + _unsaid(rest)
    return "4" + _read_socket(head, rest)


def summary(item: Item, revision: int) -> tuple[str, Packet | None]:
    """What a packet is in a word, and the Socket.IO packet that it holds, if it does."""
    if isinstance(item, bytes) or item[:1] == "b":
        return "binary", pretty_msgpack.decode(item, revision)
    if item[:1] == "4":
        try:
            return "message", decode(item[1:])
        except PacketError:
            return "message", None
    return (engineio.TYPES[int(item[0])] if item[:1] in tuple("012356") else "raw"), None


def _show_message(text: str) -> str:
    try:
        packet = decode(text)
    except PacketError:
        return _checked("message", _said(text), "4" + text)
    head = encode(Packet(packet.type, packet.namespace, None, packet.ack_id, None, packet.attachments))
    if not text.startswith(head):
        return _raw("4" + text)
    return _checked(_head(packet), _said(text[len(head) :]), "4" + text)


def _head(packet: Packet) -> str:
    words = [packet.type]
    words += [f"namespace={packet.namespace}"] if packet.namespace != "/" else []
    words += [f"ack={packet.ack_id}"] if packet.ack_id is not None else []
    words += [f"attachments={packet.attachments}"] if packet.type in _BINARY else []
    return " ".join(words)


def _parsed(head: str) -> tuple[Packet, bool]:
    """What a head line says, and whether it counts attachments."""
    found = _HEAD.fullmatch(head)
    if found is None or found[1] not in TYPES:
        raise ValueError(f"{head!r} is no head line: write such as EVENT namespace=/chat ack=1")
    kind, namespace, ack, count = found.groups()
    namespace = namespace or "/"
    if namespace[0] != "/" or "," in namespace:
        raise ValueError("a namespace begins with / and holds no comma")
    return Packet(kind, namespace, None, None if ack is None else int(ack), None, int(count or 0)), count is not None


def _read_socket(head: str, rest: str) -> str:
    packet, counted = _parsed(head)
    if counted != (packet.type in _BINARY):
        raise ValueError(f"{packet.type} {'needs' if packet.type in _BINARY else 'takes no'} attachments=")
    text = gather(rest) if rest.strip() else ""
    head = encode(packet)
    try:
        decode(head + text)
    except PacketError as error:
        raise ValueError(str(error)) from error
    return head + text


def _read_msgpack(head: str, rest: str, before: Item | None, revision: int) -> Item:
    packet, counted = _parsed(head)
    if counted:
        raise ValueError("a msgpack packet holds its attachments: leave out attachments=")
    return pretty_msgpack.edited(before or "", packet, gather(rest) if rest.strip() else "", revision)


def _checked(head: str, rest: str, item: str) -> str:
    """The form, all on one line where that is short; the packet itself where the form would not give it back, or a
    terminal would show something else.
    """
    if not head.isprintable() or _ambiguous(rest):
        return _raw(item)
    try:
        same = _unsaid(rest) == _unsaid(item[1:]) if head in (*_PLAIN, "message") else bool(_read_socket(head, rest))
    except ValueError:
        same = False
    short = "\n" not in rest and len(head) + len(rest) < _LINE
    return f"{head}{(_GAP if short else chr(10)) if rest else ''}{rest}" if same else _raw(item)


def _parted(text: str) -> tuple[str, str]:
    """Head line and what follows, on the same line or below."""
    line, newline, rest = text.partition("\n")
    head, gap, short = line.partition(_GAP)
    return (head, short + newline + rest) if gap else (line, rest)


def _ambiguous(text: str) -> bool:
    return any(line == BETWEEN or line.startswith("#") or not line.isprintable() for line in text.split("\n"))


def _said(text: str) -> str:
    """JSON over several lines; anything else as it is."""
    return spread(text) if text[:1] in ("[", "{") else text


def _unsaid(text: str) -> str:
    """The other way round."""
    try:
        return gather(text) if text.lstrip()[:1] in ("[", "{") else text
    except ValueError:
        return text


def _raw(item: str) -> str:
    return f"raw\n{json.dumps(item)}"


def content(text: str) -> str:
    """Without remarks and blanks at the ends."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#")).strip("\n")


def _dump(data: bytes) -> str:
    """Offset, bytes, and those of them that are ASCII."""
    rows = []
    for at in range(0, min(len(data), _SHOWN), _WIDE):
        part = data[at : at + _WIDE]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        rows.append(f"{at:04x}  {part.hex(' '):{3 * _WIDE - 1}}  |{text}|")
    return "\n".join(rows + ([f"# {len(data) - _SHOWN} more bytes"] if len(data) > _SHOWN else []))


def _read_bytes(head: str, rest: str, before: Item | None, revision: int) -> Item:
    data = b""
    for line in filter(None, rest.split("\n")):
        found = _DUMPED.fullmatch(line)
        if found is None:
            raise ValueError(f"{line!r} is no line of bytes: write such as 0000  00 ff  (what follows is not read)")
        data += bytes.fromhex(found[1])
    if isinstance(before, bytes) and len(before) > _SHOWN:
        raise ValueError("so long a binary packet cannot be edited")
    if head.startswith("base64"):
        return engineio.encode_base64(engineio.Packet("message", data), revision)
    first = b"" if revision >= 4 else before[:1] if isinstance(before, bytes) else b"\4"
    return first + data
