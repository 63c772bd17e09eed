"""A Socket.IO packet, piece by piece."""

import json
import re
from typing import Any

from analyzer.explain.official import fate
from analyzer.explain.reading import Reading
from analyzer.issues import PacketError
from analyzer.socketio import json_parser, msgpack_parser
from analyzer.socketio.attachments import wrong_placeholder
from analyzer.socketio.packet import TYPES, Packet, decode
from analyzer.text import elide
from analyzer.units import plural

_HEAD = re.compile(r"(?P<kind>[0-6])(?P<count>[^-/\[{\"]*-)?(?P<space>/[^,]*,?)?(?P<id>[0-9\s]*)", re.DOTALL)
RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
_MOST = 10
"""Attachments that socket.io-parser takes from 4.2.6 on."""

_MEANINGS = {
    "CONNECT": "join a namespace, or the answer that lets in",
    "DISCONNECT": "leave a namespace, or be sent out of it",
    "EVENT": "an event",
    "ACK": "the answer to an event that asked for one",
    "CONNECT_ERROR": "the server refuses a namespace",
    "BINARY_EVENT": "an event with binary attachments",
    "BINARY_ACK": "an answer with binary attachments",
}


def explain_text(reading: Reading, text: str, revision: int) -> int:
    """Says all of a message's text, the Engine.IO ``4`` taken off; returns the attachments that must follow."""
    if not text:
        reading.wrong("", "a message without text is no Socket.IO packet" + fate("sio_bad_packet"))
        return 0
    if json_parser.looks_like(text):
        return _whole(reading, text, "a packet as a JSON object (socket.io-json-parser, or msgpack parser 2.x)")
    try:
        packet = decode(text)
    except PacketError as error:
        known = text[0] in "0123456"
        if known:
            reading.say(text[0], f"Socket.IO {_named(TYPES[int(text[0])], revision)}")
        plain = "" if known else " (of plain Engine.IO it would be a message)"
        reading.wrong(text[known:], f"{error}{plain}{fate(error.code)}")
        return 0
    _pieces(reading, text, packet, revision)
    return packet.attachments if packet.type.startswith("BINARY") else 0


def _pieces(reading: Reading, text: str, packet: Packet, revision: int) -> None:
    head = _HEAD.match(text)
    binary = packet.type.startswith("BINARY")
    if head is None:  # cannot be: it was decoded
        return
    if head["count"] and not binary:
        head = re.compile(r"(?P<kind>[0-6])(?P<count>)(?P<space>/[^,]*,?)?(?P<id>[0-9\s]*)", re.DOTALL).match(text)
        assert head is not None
    reading.say(head["kind"], f"Socket.IO {_named(packet.type, revision)}: {_MEANINGS[packet.type]}")
    if binary:
        _count(reading, head["count"] or "", packet.attachments)
    _space(reading, head["space"] or "", packet)
    _ident(reading, head["id"], packet)
    _payload(reading, text[head.end() :], packet, revision)
    if packet.issue:
        reading.wrong("", f"{packet.detail}{fate(packet.issue)}")


def _named(kind: str, revision: int) -> str:
    return "ERROR (named CONNECT_ERROR from Socket.IO 3 on)" if kind == "CONNECT_ERROR" and revision < 4 else kind


def _count(reading: Reading, piece: str, attachments: int) -> None:
    if not attachments:
        reading.say(piece, "no attachment to come: socket.io 2 sends this, parsers of 2024 and newer reject it")
        return
    following = "the next binary message" if attachments == 1 else f"the next {attachments} binary messages"
    reading.say(piece, f"{plural(attachments, 'attachment')} to come: {following} in the same direction")
    if attachments > _MOST:
        reading.wrong(piece, f"more than {_MOST}{fate('sio_attachment_limit')}")


def _space(reading: Reading, piece: str, packet: Packet) -> None:
    if not piece:
        reading.say("", "namespace / (the default one is not written)")
        return
    space, _, query = packet.namespace.partition("?")
    asked = f", with the query {elide(query)} (Socket.IO 4 and older)" if query else ""
    missing = "" if piece.endswith(",") else "; no comma behind it, as 1.x, C++ and python 4 write it"
    reading.say(piece, f"namespace {elide(space)}{asked}{missing}")


def _ident(reading: Reading, piece: str, packet: Packet) -> None:
    if packet.type in ("EVENT", "BINARY_EVENT"):
        meaning = f"asks for an acknowledgement, id {packet.ack_id}" if piece else "asks for no acknowledgement"
        reading.say(piece, meaning)
    elif packet.type in ("ACK", "BINARY_ACK"):
        if piece:
            reading.say(piece, f"answers the event with id {packet.ack_id} of the other side, in this namespace")
        else:
            reading.wrong("", "an ACK without an id answers nothing")
    elif piece:
        reading.say(piece, "an id, which means nothing here")


def _payload(reading: Reading, piece: str, packet: Packet, revision: int) -> None:
    if packet.type in ("EVENT", "BINARY_EVENT", "ACK", "BINARY_ACK"):
        _arguments(reading, piece, packet)
    elif packet.type == "CONNECT":
        _connect(reading, piece, revision)
    elif packet.type == "CONNECT_ERROR":
        reading.say(piece, f"why: {elide(packet.data or 'it does not say', 100)}")
    elif piece:
        reading.say(piece, "a payload, which only python-socketio sends")


def _connect(reading: Reading, piece: str, revision: int) -> None:
    if revision < 4:
        reading.say(piece, "nothing more: in this generation the server joins every client to / unasked")
        return
    found = _value(piece)
    if isinstance(found, dict) and "sid" in found:
        recovery = ", pid (a secret) for connection state recovery" if "pid" in found else ""
        reading.say(piece, f"from the server: let in, the socket's id is {elide(str(found['sid']))}{recovery}")
    elif isinstance(found, dict) and "pid" in found:
        reading.say(piece, "from the client: asks to recover its state (pid, and the offset of the last event it has)")
    elif piece:
        reading.say(piece, "from the client: its auth payload")
    else:
        reading.say("", "no payload: from the client, without auth (the server's answer has a sid)")


def _arguments(reading: Reading, piece: str, packet: Packet) -> None:
    if packet.data is None:
        reading.wrong("", "no payload: parsers take it, but there is neither a name nor an argument in it")
        return
    found = _value(packet.data)
    count = plural(len(found), "argument") if isinstance(found, list) else "arguments"
    named = f'event "{elide(packet.event, 40)}" with ' if packet.event is not None else ""
    reading.say(piece, f"{named}{count}: {elide(packet.data, 100)}")
    if packet.event in RESERVED:
        reading.wrong(f'"{packet.event}"', "a reserved name: socket.io-parser from 4.2.4 on rejects it")
    if not isinstance(found, list):
        reading.wrong(packet.data, f"no JSON inside the brackets{fate('sio_bad_json')}")
    trouble = wrong_placeholder(packet) if packet.attachments else None
    if trouble:
        reading.wrong(trouble, f"stands for no attachment that was announced{fate('sio_bad_attachments')}")
    elif packet.attachments:
        reading.say('{"_placeholder":true,"num":0}', "stands for attachment 0, the first to come; num 1 for the next")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def explain_binary(reading: Reading, data: bytes, revision: int) -> None:
    """Says what the bytes of a binary message are: a msgpack packet, or an attachment."""
    if not msgpack_parser.looks_like(data):
        reading.say(data.hex(" ", 1)[:60], f"{plural(len(data), 'byte')}: an attachment of the BINARY packet before it")
        return
    try:
        packet, attachments = msgpack_parser.decode(data, revision)
    except PacketError as error:
        reading.wrong(data.hex(" ", 1)[:60], f"{error}{fate(error.code)}")
        return
    reading.say(data.hex(" ", 1)[:30], f"a msgpack map: socket.io-msgpack-parser wrote this {packet.type}")
    _fields(reading, packet)
    if attachments:
        reading.say("", f"{plural(len(attachments), 'binary value')} inside, {sum(map(len, attachments))} bytes")


def _whole(reading: Reading, text: str, how: str) -> int:
    try:
        packet = json_parser.decode_json_object(text)
    except PacketError as error:
        reading.wrong(text, f"{error}{fate(error.code)}")
        return 0
    reading.say(text, f"{how}: {packet.type}")
    _fields(reading, packet)
    return 0


def _fields(reading: Reading, packet: Packet) -> None:
    reading.say("nsp", f"namespace {elide(packet.namespace)}")
    if packet.ack_id is not None:
        reading.say("id", f"acknowledgement id {packet.ack_id}")
    event = f'event "{elide(packet.event, 40)}", arguments ' if packet.event is not None else ""
    reading.say("data", f"{event}{elide(packet.data or 'none', 100)}")
