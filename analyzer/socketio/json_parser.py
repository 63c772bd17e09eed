"""Socket.IO packets that are JSON objects: ``{"type":2,"nsp":"/","data":["a"]}``, after the Engine.IO ``4``.

socket.io-json-parser writes every packet so; socket.io-msgpack-parser 2.x its CONNECT, DISCONNECT and ERROR packets.
Members are found by their brackets and strings alone, so ``data`` stays the text that was sent, however deep it is.
"""

import math
import re

from analyzer.issues import Issue, PacketError
from analyzer.javascript import LARGEST_INT, to_number
from analyzer.socketio.packet import TYPES, Packet, unescape
from analyzer.text import elide

_SPACE = " \t\r\n"
_STRING = r'"((?:[^"\\\x00-\x1f]++|\\.)*+)"'
_match_key = re.compile(rf"[{_SPACE}]*+{_STRING}[{_SPACE}]*+:[{_SPACE}]*+").match
_match_scalar = re.compile(rf"{_STRING}|[^\[\]{{}},\"{_SPACE}]++").match
_match_string = re.compile(_STRING).fullmatch
_match_space = re.compile(rf"[{_SPACE}]*+").match
_match_comma = re.compile(rf"[{_SPACE}]*+([,\]}}])").match
_find_token = re.compile(rf"{_STRING}|[\[\]{{}}]").finditer
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+")


def looks_like(text: str) -> bool:
    """Whether ``text`` can only be a packet of this kind: no packet of the default parser begins with a brace."""
    return text[:1] == "{"


def decode_json_object(text: str) -> Packet:
    """The packet of a JSON object; ``raw`` is always ``text``, ``parser`` is ``json``.

    Raises:
        PacketError: ``SIO_BAD_PACKET`` (type or namespace), ``SIO_BAD_JSON`` (no object, or a payload its type does
        not take).
    """
    members = _members(text)
    kind, namespace = _kind(members.get("type", "")), _match_string(members.get("nsp", ""))
    if namespace is None:
        raise PacketError(Issue.SIO_BAD_PACKET, f"a packet without namespace: {elide(text)}")
    data = members.get("data")
    event, data = _event(data) if kind in ("EVENT", "BINARY_EVENT") else (None, _checked(kind, data))
    packet = Packet(kind, unescape(namespace[1]), event, data=data, raw=text)
    return _with_ack_id(packet, members.get("id", "null"))


def _members(text: str) -> dict[str, str]:
    """Members of an object as JSON text each; of equal keys the last one counts."""
    inner = text.strip(_SPACE)
    if inner[:1] != "{" or inner[-1:] != "}":
        raise PacketError(Issue.SIO_BAD_JSON, f"no JSON object: {elide(text)}")
    found: dict[str, str] = {}
    start, more = 1, inner[1:-1].strip(_SPACE) != ""
    while more:
        key = _match_key(inner, start)
        if key is None:
            raise PacketError(Issue.SIO_BAD_JSON, f"no JSON object: {elide(text)}")
        end = _value_end(inner, key.end())
        found[unescape(key[1])] = inner[key.end() : end]
        more, start = _next(inner, end, "}")
    return found


def _next(text: str, end: int, closing: str) -> tuple[bool, int]:
    """Whether a comma follows, and where the next item begins; the ``closing`` bracket must be the last character."""
    mark = _match_comma(text, end)
    if mark is None or (mark[1] != "," and not (mark[1] == closing and mark.end() == len(text))):
        raise PacketError(Issue.SIO_BAD_JSON, f"neither comma nor end after a JSON value: {elide(text[end:])}")
    return mark[1] == ",", mark.end()


def _value_end(text: str, start: int) -> int:
    """Where the JSON value that begins at ``start`` ends. Brackets are counted, not matched by kind."""
    if text[start : start + 1] not in ("{", "["):
        scalar = _match_scalar(text, start)
        if scalar is None:
            raise PacketError(Issue.SIO_BAD_JSON, f"no JSON value: {elide(text[start:])}")
        return scalar.end()
    depth = 0
    for token in _find_token(text, start):
        if (mark := token[0]) in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if not depth:
                return token.end()
    raise PacketError(Issue.SIO_BAD_JSON, f"a JSON value without end: {elide(text[start:])}")


def _kind(digit: str) -> str:
    if len(digit) != 1 or digit not in "0123456":
        raise PacketError(Issue.SIO_BAD_PACKET, f"no Socket.IO packet type: {elide(digit)}")
    return TYPES[int(digit)]


def _event(data: str | None) -> tuple[str, str]:
    """Name and arguments of an event's array."""
    text = data or ""
    blank = _match_space(text, 1)
    start = blank.end() if blank else 1
    end = _value_end(text, start) if text[:1] == "[" else 0
    name = _match_string(text, start, end)
    number = _NUMBER.fullmatch(text, start, end)
    if name is None and number is None:
        raise PacketError(Issue.SIO_BAD_JSON, f"an event is an array that begins with a name: {elide(text)}")
    more, rest = _next(text, end, "]")
    return text[start:end] if name is None else unescape(name[1]), "[" + (text[rest:] if more else "]")


def _checked(kind: str, data: str | None) -> str | None:
    """``data`` where a packet of this type may carry it."""
    first = (data or " ")[0]
    allowed = {"CONNECT": " {", "DISCONNECT": " ", "ACK": "[", "BINARY_ACK": "["}
    if first not in allowed.get(kind, first):
        raise PacketError(Issue.SIO_BAD_JSON, f"{kind} does not take this payload: {elide(data or 'none')}")
    return data


def _with_ack_id(packet: Packet, ident: str) -> Packet:
    if ident == "null":
        return packet
    value = to_number(ident) if _NUMBER.fullmatch(ident) else math.nan
    if value != value // 1:
        raise PacketError(Issue.SIO_BAD_PACKET, f"an acknowledgement id that is no whole number: {elide(ident)}")
    number = int(ident) if ident.lstrip("-").isdecimal() else int(value)
    if abs(number) > LARGEST_INT:
        return packet._replace(issue=Issue.SIO_BAD_ACK_ID, detail=f"acknowledgement id does not fit: {elide(ident)}")
    return packet._replace(ack_id=number)
