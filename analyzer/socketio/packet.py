"""One Socket.IO packet (protocol 3 to 5, default parser) to and from its text, the Engine.IO ``4`` taken off.

Grammar: ``<type>[<attachments>-][/<namespace>,][<ack id>][<JSON>]``. JSON stays the text that was sent: only its outer
form and the event's name are looked at. What official parsers accept beside the grammar is read as they read it, but
for a blank instead of the type.
"""

import json
import re
from json.encoder import encode_basestring
from typing import NamedTuple

from analyzer.issues import Issue, PacketError
from analyzer.javascript import LARGEST_INT, WHITESPACE, to_count
from analyzer.text import elide

TYPES = ("CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK")
"""Names by type digit; protocol 3 and 4 name 4 ``ERROR``."""


class Packet(NamedTuple):
    """One Socket.IO packet.

    ``data`` is JSON as sent: an event's arguments as an array without the name, else the whole payload; None where
    there is none. ``attachments`` is the count the header gives. ``raw`` is the packet's text, only where the other
    fields would encode to something else. ``issue`` (an `Issue`) and ``detail`` mark a packet that was read
    although its form is not what it should be.
    """

    type: str
    namespace: str = "/"
    event: str | None = None
    ack_id: int | None = None
    data: str | None = None
    attachments: int = 0
    raw: str | None = None
    issue: str | None = None
    detail: str | None = None
    parser: str = "json"


_DIGIT = {name: str(digit) for digit, name in enumerate(TYPES)}
_BINARY = {"BINARY_EVENT": "EVENT", "BINARY_ACK": "ACK"}
_SPACE = " \t\r\n"

# The shapes official encoders write. All else, and what these let through by mistake, goes the long way.
_HEAD = r"(?:(/[^,]++),)?+(0|[1-9][0-9]{0,17}+)?+"
_match_event = re.compile("2" + _HEAD + r'\["([^"\\\x00-\x1f]*+)"(?:,|\]\Z)').match
_match_ack = re.compile("3" + _HEAD + r"(?=\[)").match

_IDENT = re.compile(f"[0-9{WHITESPACE}]*+")
_NAME = re.compile(
    rf'\[[{_SPACE}]*+(?:"((?:[^"\\\x00-\x1f]++|\\.)*+)"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+))'
    rf"[{_SPACE}]*+(,|\]\Z)"
)
_VALUE = re.compile(
    r'(?:\{.*\}|\[.*\]|"(?:[^"\\\x00-\x1f]++|\\.)*+"'
    r"|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null)",
    re.DOTALL,
)
_new = tuple.__new__


def decode(text: str) -> Packet:
    """The packet of ``text``, a message without its Engine.IO ``4``.

    Raises:
        PacketError: ``SIO_BAD_PACKET``, ``SIO_BAD_ATTACHMENTS`` or ``SIO_BAD_JSON``, where official
            parsers reject the text.
    """
    found = _match_event(text)
    if found is not None and text[-1] == "]":
        namespace, ident, name = found.groups()
        tail = text[found.end() :]
        if tail != "]":
            ack_id = None if ident is None else int(ident)
            data = "[" + tail if tail else "[]"
            fields = ("EVENT", namespace or "/", name, ack_id, data, 0, None, None, None, "json")
            return _new(Packet, fields)
    return _decode_other(text)


def skim(text: str, start: int) -> tuple[str, str, str | None, int | None, str] | None:
    """Type, namespace, event, ack id and data of the packet in ``text[start:]``, where it has the shape that most have.

    None where `decode` has to look closer. What it gives, `decode` would give, with nothing in the other fields.
    """
    if text[-1:] != "]":
        return None
    found = _match_event(text, start)
    if found is not None:
        namespace, ident, name = found.groups()
        tail = text[found.end() :]
        if tail == "]":
            return None
        return "EVENT", namespace or "/", name, None if ident is None else int(ident), "[" + tail if tail else "[]"
    found = _match_ack(text, start)
    if found is None:
        return None
    namespace, ident = found.groups()
    return "ACK", namespace or "/", None, None if ident is None else int(ident), text[found.end() :]


def encode(packet: Packet) -> str:
    """The text of ``packet``: for any text that `decode` takes, ``encode(decode(text)) == text``."""
    return _build(packet) if packet.raw is None else packet.raw


def as_sent(packet: Packet, text: str) -> Packet:
    """``packet`` with ``raw`` set to ``text`` where its fields do not encode to that."""
    return packet if _build(packet) == text else packet._replace(raw=text)


def _decode_other(text: str) -> Packet:
    found = _match_ack(text)
    if found is not None and text[-1] == "]":
        namespace, ident = found.groups()
        ack_id = None if ident is None else int(ident)
        return Packet("ACK", namespace or "/", None, ack_id, text[found.end() :])
    return as_sent(_decode_any(text), text)


def _decode_any(text: str) -> Packet:
    kind = _kind(text)
    attachments, start = _attachments(text) if kind in _BINARY else (0, 1)
    namespace, start = _namespace(text, start)
    ident = _IDENT.match(text, start)
    end = ident.end() if ident else start
    payload = text[end:]
    event, data = _payload(_BINARY.get(kind, kind), payload)
    packet = Packet(kind, namespace, event, None, data, attachments)
    if kind == "DISCONNECT" and data is not None:
        packet = packet._replace(
            issue=Issue.SIO_BAD_JSON, detail="DISCONNECT with a payload: only python-socketio takes it"
        )
    return _with_ack_id(packet, text[start:end])


def _kind(text: str) -> str:
    digit = text[:1]
    if not digit:
        raise PacketError(Issue.SIO_BAD_PACKET, "a message without text is no Socket.IO packet")
    if digit not in "0123456":
        raise PacketError(Issue.SIO_BAD_PACKET, f"no Socket.IO packet type: {elide(text)}")
    return TYPES[int(digit)]


def _attachments(text: str) -> tuple[int, int]:
    """The count before the first ``-``, by JavaScript's rules, and where it ends."""
    dash = text.find("-", 1)
    count = None if dash < 0 else to_count(text[1:dash])
    if count is None:
        raise PacketError(Issue.SIO_BAD_ATTACHMENTS, f"no attachment count: {elide(text)}")
    return count, dash + 1


def _namespace(text: str, start: int) -> tuple[str, int]:
    if text[start : start + 1] != "/":
        return "/", start
    comma = text.find(",", start)
    return (text[start:], len(text)) if comma < 0 else (text[start:comma], comma + 1)


def _with_ack_id(packet: Packet, ident: str) -> Packet:
    """Blanks count as digits in official parsers; ``Number`` then drops those at either end."""
    if not ident:
        return packet
    digits = ident.strip(WHITESPACE)
    if not digits:
        return packet._replace(ack_id=0)
    digits = digits.lstrip("0") or "0"
    if len(digits) <= 19 and digits.isdecimal() and int(digits) <= LARGEST_INT:
        return packet._replace(ack_id=int(digits))
    return packet._replace(issue=Issue.SIO_BAD_ACK_ID, detail=f"acknowledgement id does not fit: {elide(ident)}")


def _payload(kind: str, payload: str) -> tuple[str | None, str | None]:
    """Name and data of a payload, whose outer form must be the one its type asks for."""
    if not payload:
        return None, None
    inner = payload.rstrip(_SPACE)
    if kind == "EVENT":
        return _event(inner)
    if not _fits(kind, inner):
        raise PacketError(Issue.SIO_BAD_JSON, f"{kind} does not take this payload: {elide(payload)}")
    return None, inner


def _fits(kind: str, payload: str) -> bool:
    """CONNECT takes arrays and null, as in older parsers; DISCONNECT an object, as python-socketio sends it."""
    if kind == "CONNECT_ERROR":
        return _VALUE.fullmatch(payload) is not None
    ends = payload[:1] + payload[-1:] if len(payload) > 1 else ""
    if kind == "CONNECT":
        return ends in ("{}", "[]") or payload == "null"
    return ends == ("[]" if kind == "ACK" else "{}")


def _event(payload: str) -> tuple[str, str]:
    found = _NAME.match(payload)
    tail = payload[found.end() :] if found else ""
    last = found is not None and found[3] == "]"
    if found is None or (not last and not (tail.endswith("]") and tail.strip(_SPACE) != "]")):
        raise PacketError(Issue.SIO_BAD_JSON, f"an event is an array that begins with a name: {elide(payload)}")
    quoted, number = found.group(1, 2)
    return number if quoted is None else unescape(quoted), "[" + (tail or "]")


def unescape(quoted: str) -> str:
    """The string whose JSON text, quotation marks left off, is ``quoted``. Raises PacketError ``SIO_BAD_JSON``."""
    if "\\" not in quoted:
        return quoted
    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:
        raise PacketError(Issue.SIO_BAD_JSON, f"no JSON string: {elide(quoted)}") from None


def _build(packet: Packet) -> str:
    head = _DIGIT[packet.type]
    if packet.type in _BINARY:
        head += f"{packet.attachments}-"
    if packet.namespace != "/":
        head += packet.namespace + ","
    if packet.ack_id is not None:
        head += str(packet.ack_id)
    data = packet.data or ""
    if packet.event is None:
        return head + data
    rest = "]" if data in ("", "[]") else "," + data[1:]
    return f"{head}[{encode_basestring(packet.event)}{rest}"
