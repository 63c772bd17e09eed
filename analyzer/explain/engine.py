"""An Engine.IO packet, piece by piece."""

import json

from analyzer.engineio.packet import Packet, decode_binary, decode_text
from analyzer.explain import socket
from analyzer.explain.official import fate
from analyzer.explain.reading import Reading
from analyzer.issues import PacketError
from analyzer.text import elide
from analyzer.units import milliseconds, plural, size

_PROBE = "probe"


def explain_text(reading: Reading, text: str, revision: int) -> int:
    """Says all of a text packet; returns the attachments that must follow it."""
    try:
        packet = decode_text(text, revision)
    except PacketError as error:
        reading.wrong(text, f"{error}{fate(error.code)}")
        return 0
    if isinstance(packet.data, bytes):
        _base64(reading, text, packet, revision)
        return 0
    reading.say(text[0], f"Engine.IO {packet.type}{_who(packet, revision)}")
    if packet.type == "message":
        return socket.explain_text(reading, packet.data, revision)
    if packet.type == "open":
        _open(reading, packet.data, revision)
    elif packet.data:
        _extra(reading, packet)
    return 0


def explain_binary(reading: Reading, data: bytes, revision: int) -> None:
    """Says all of a binary message."""
    try:
        packet = decode_binary(data, revision)
    except PacketError as error:
        reading.wrong(data[:20].hex(" "), f"{error}{fate(error.code)}")
        return
    if revision < 4:
        reading.say(f"{data[0]:02x}", f"Engine.IO {packet.type}: in revision 3 the first byte is the type")
    else:
        reading.say("", "Engine.IO message: in revision 4 a binary message has no type byte")
    content = packet.data if isinstance(packet.data, bytes) else packet.data.encode()
    socket.explain_binary(reading, content, revision)


def _who(packet: Packet, revision: int) -> str:
    if packet.data == _PROBE and packet.type in ("ping", "pong"):
        return ""
    pinger, other = ("server", "client") if revision >= 4 else ("client", "server")
    return {
        "open": ": the server's handshake",
        "close": ": the end of the transport, or of the session",
        "ping": f": the {pinger} asks whether the {other} is there (revision {revision})",
        "pong": f": the {other} answers a ping (revision {revision})",
        "message": "",
        "upgrade": ": the client switches to this WebSocket",
        "noop": ": nothing; it ends a pending poll so that the client can switch",
    }[packet.type]


def _base64(reading: Reading, text: str, packet: Packet, revision: int) -> None:
    kind = f" {text[1]}" if revision < 4 else ""
    reading.say(text[: 1 if revision >= 4 else 2], f"binary in base64, Engine.IO{kind} {packet.type}")
    data = packet.data if isinstance(packet.data, bytes) else b""
    reading.say(text[1 if revision >= 4 else 2 :], f"{plural(len(data), 'byte')} once decoded")
    if packet.issue:
        reading.wrong("", f"{packet.detail}{fate(packet.issue)}")
    socket.explain_binary(reading, data, revision)


def _extra(reading: Reading, packet: Packet) -> None:
    if packet.data == _PROBE:
        side = "the client tries the WebSocket out" if packet.type == "ping" else "the server's answer: it works"
        reading.say(_PROBE, f"of an upgrade, no heartbeat: {side}")
    else:
        other = "data that this type does not have: of another packet, or another revision's framing?"
        reading.say(str(packet.data), other)


def _open(reading: Reading, data: str, revision: int) -> None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        reading.wrong(data, "not the JSON object that a handshake has: the client throws an error")
        return
    pinger, other = ("server", "client") if revision >= 4 else ("client", "server")
    said = {
        "sid": lambda value: f"the session's id, in every request's query from now on: {elide(str(value))}",
        "upgrades": lambda value: f"transports the client may switch to: {', '.join(map(str, value)) or 'none'}",
        "pingInterval": lambda value: f"the {pinger} pings every {milliseconds(value)}",
        "pingTimeout": lambda value: f"the {pinger} waits {milliseconds(value)} for the {other}'s answer",
        "maxPayload": lambda value: f"the server takes {size(value)} at once",
    }
    for name, value in found.items():
        known = name in said and isinstance(value, _KINDS[name]) and not isinstance(value, bool)
        reading.say(name, said[name](value) if known else elide(json.dumps(value)))


_NUMBERS = (int, float)
_KINDS: dict[str, tuple[type, ...]] = {
    "sid": (str,),
    "upgrades": (list,),
    "pingInterval": _NUMBERS,
    "pingTimeout": _NUMBERS,
    "maxPayload": _NUMBERS,
}
