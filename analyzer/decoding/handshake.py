"""The open packet: the JSON with which a server names a new session (Engine.IO protocol, "Handshake")."""

import json

from analyzer.engineio import packet as engineio
from analyzer.issues import PacketError


def sid_of(payload: bytes | str) -> str | None:
    """The ``sid`` of an open packet given with its type digit, null where it is none."""
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else payload
    try:
        packet = engineio.decode_text(text, 4)
    except PacketError:
        return None
    return sid_of_json(packet.data) if packet.type == "open" else None


def sid_of_json(data: bytes | str) -> str | None:
    """The ``sid`` of an open packet's data, null where that is not the JSON promised."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    sid = found.get("sid") if isinstance(found, dict) else None
    return sid if isinstance(sid, str) and sid else None
