"""Packets that a person wants sent, from a command's words: text, and the attachments behind it."""

import binascii
import json
from typing import Any, Final, NamedTuple

from analyzer.engineio.packet import Packet as EnginePacket
from analyzer.engineio.packet import encode_binary
from analyzer.live.pretty import Item
from analyzer.replay.codec import messages
from analyzer.replay.steps import ACK, DISCONNECT, EVENT, Said

BINARY: Final = "$binary"
"""``{"$binary": "<base64>"}`` in JSON stands for an attachment."""


class Voice(NamedTuple):
    """How a session talks: Engine.IO's ``revision``, and the ``parser`` of its Socket.IO packets."""

    revision: int
    parser: str = "json"


def event(name: str, arguments: str, namespace: str, voice: Voice, ack_id: int | None = None) -> list[Item]:
    """An event; ``arguments`` is a JSON array, any other JSON is its one argument. Raises ValueError."""
    return _packet(arguments, voice, Said(0, EVENT, _checked(namespace), name, ack_id))


def ack(ack_id: int, arguments: str, namespace: str, voice: Voice) -> list[Item]:
    """The answer to an event that asked for one. Raises ValueError."""
    if ack_id < 0:
        raise ValueError("an ack id is not negative")
    return _packet(arguments, voice, Said(0, ACK, _checked(namespace), None, ack_id))


def disconnect(namespace: str, voice: Voice) -> list[Item]:
    """The end of a namespace. Raises ValueError."""
    return _framed(Said(0, DISCONNECT, _checked(namespace)), voice)


def _packet(arguments: str, voice: Voice, packet: Said) -> list[Item]:
    attachments: list[bytes] = []
    values = _separated(_listed(arguments), attachments)
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return _framed(packet._replace(data=data, attachments=tuple(attachments)), voice)


def _framed(packet: Said, voice: Voice) -> list[Item]:
    """Its messages as Engine.IO packets."""
    return [
        "4" + part if isinstance(part, str) else encode_binary(EnginePacket("message", part), voice.revision)
        for part in messages(packet, voice.parser, voice.revision)
    ]


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
