"""Packets that a person wants sent, from a command's words: text, and the attachments behind it."""

import binascii
import json
from typing import Any, Final

from analyzer.engineio.packet import Packet as EnginePacket
from analyzer.engineio.packet import encode_binary
from analyzer.live.pretty import Item
from analyzer.socketio.packet import Packet, encode

BINARY: Final = "$binary"
"""``{"$binary": "<base64>"}`` in JSON stands for an attachment."""


def event(name: str, arguments: str, namespace: str, revision: int, ack_id: int | None = None) -> list[Item]:
    """An event; ``arguments`` is a JSON array, any other JSON is its one argument. Raises ValueError."""
    return _packet("EVENT", [name, *_listed(arguments)], namespace, revision, ack_id)


def ack(ack_id: int, arguments: str, namespace: str, revision: int) -> list[Item]:
    """The answer to an event that asked for one. Raises ValueError."""
    return _packet("ACK", _listed(arguments), namespace, revision, ack_id)


def disconnect(namespace: str) -> list[Item]:
    """The end of a namespace. Raises ValueError."""
    return ["4" + encode(Packet("DISCONNECT", _checked(namespace)))]


def _packet(kind: str, values: list[Any], namespace: str, revision: int, ack_id: int | None) -> list[Item]:
    attachments: list[bytes] = []
    data = json.dumps(_separated(values, attachments), ensure_ascii=False, separators=(",", ":"))
    if ack_id is not None and ack_id < 0:
        raise ValueError("an ack id is not negative")
    head = Packet(f"BINARY_{kind}" if attachments else kind, _checked(namespace), None, ack_id, data, len(attachments))
    return ["4" + encode(head), *(encode_binary(EnginePacket("message", part), revision) for part in attachments)]


def _listed(text: str) -> list[Any]:
    try:
        value = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{text!r} is no JSON: {error}") from error
    return value if isinstance(value, list) else [value]


def _separated(value: Any, attachments: list[bytes]) -> Any:
    """The value with placeholders for its binary parts, which are collected."""
    if isinstance(value, list):
        return [_separated(each, attachments) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {BINARY}:
        try:
            attachments.append(binascii.a2b_base64(str(value[BINARY]), strict_mode=True))
        except ValueError as error:
            raise ValueError(f"{BINARY} is no base64: {error}") from error
        return {"_placeholder": True, "num": len(attachments) - 1}
    return {key: _separated(each, attachments) for key, each in value.items()}


def _checked(namespace: str) -> str:
    if not namespace.startswith("/") or "," in namespace:
        raise ValueError(f"{namespace!r} is no namespace: it begins with / and holds no comma")
    return namespace
