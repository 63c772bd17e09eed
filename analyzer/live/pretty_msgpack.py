"""A msgpack packet as JSON, and back: what was left as it was stays what it was, be it a date, a float or bytes."""

import json
from typing import Any

import msgpack

from analyzer.engineio import packet as engineio
from analyzer.issues import PacketError
from analyzer.socketio import msgpack_parser
from analyzer.socketio.attachments import attachment_of
from analyzer.socketio.packet import TYPES, Packet

_NONE: Any = object()


def content(item: str | bytes, revision: int) -> bytes | None:
    """The bytes of an Engine.IO message as it travels (in base64 over polling), None where it is text."""
    if isinstance(item, bytes):
        return item if revision >= 4 else item[1:]
    try:
        data = engineio.decode_text(item, revision).data if item[:1] == "b" else None
    except PacketError:
        return None
    return data if isinstance(data, bytes) else None


def decode(item: str | bytes, revision: int) -> Packet | None:
    """The packet of a message in msgpack, None where it is none."""
    data = content(item, revision)
    if data is None or not msgpack_parser.looks_like(data):
        return None
    try:
        return msgpack_parser.decode(data, revision)[0]
    except PacketError:
        return None


def whole(packet: Packet) -> str:
    """Its payload with the event's name; what a terminal would not show is escaped."""
    text = packet.data or ""
    if packet.event is not None:
        rest = (text or "[]")[1:]
        text = f"[{json.dumps(packet.event, ensure_ascii=False)}{'' if rest == ']' else ','}{rest}"
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def edited(before: str | bytes, packet: Packet, text: str, revision: int) -> str | bytes:
    """The message ``before`` with the type, namespace and ack id of ``packet`` and the payload ``text``.

    A placeholder stands for the bytes with its number in ``before``. Raises ValueError where no packet comes of it.
    """
    old, data = decode(before, revision), content(before, revision)
    if old is None or data is None:
        raise ValueError("only a packet that is msgpack already can be edited as one")
    try:
        members = msgpack.unpackb(data, strict_map_key=False, unicode_errors="surrogatepass")
        _change(members, old, packet)
        was, now = (json.loads(each) if each else _NONE for each in (whole(old), text))
        if now is not was:
            members["data"] = _merged(members.get("data"), was, now, msgpack_parser.decode(data, revision)[1])
        made = bytes(msgpack.packb(members, unicode_errors="surrogatepass"))
        msgpack_parser.decode(made, revision)
    except (PacketError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
        raise ValueError(str(error) or "no msgpack packet comes of it") from error
    if isinstance(before, str):
        return engineio.encode_base64(engineio.Packet("message", made), revision)
    return made if revision >= 4 else before[:1] + made


def _change(members: dict[str, Any], old: Packet, new: Packet) -> None:
    if new.type != old.type:
        members["type"] = TYPES.index(new.type)
    if new.namespace != old.namespace:
        members["nsp"] = new.namespace
    if new.ack_id != old.ack_id:
        members.pop("id", None)
        members |= {} if new.ack_id is None else {"id": new.ack_id}


def _merged(value: Any, was: Any, now: Any, attachments: list[bytes]) -> Any:
    """``value``, of which ``was`` is the JSON, made to be ``now``."""
    if was is not _NONE and _same(was, now):
        return value
    if isinstance(now, list):
        known = isinstance(value, list) and isinstance(was, list) and len(value) == len(was)
        pairs = list(zip(value, was, strict=True))[: len(now)] if known else []
        pairs += [(_NONE, _NONE)] * (len(now) - len(pairs))
        return [_merged(*pair, each, attachments) for pair, each in zip(pairs, now, strict=True)]
    if not isinstance(now, dict):
        return now
    if now.get("_placeholder") is True:
        return _attachment(now, attachments)
    before, told = (each if isinstance(each, dict) else {} for each in (value, was))
    kept = {key: each for key, each in before.items() if key not in told}  # what JSON does not tell, such as undefined
    return kept | {key: _merged(before.get(key), told.get(key, _NONE), each, attachments) for key, each in now.items()}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are written alike; 1, 1.0 and true are not."""
    return json.dumps(one) == json.dumps(other)


def _attachment(placeholder: dict[str, Any], attachments: list[bytes]) -> bytes:
    found = attachment_of(placeholder, attachments)
    if found is None:
        number, count = placeholder.get("num"), len(attachments)
        raise ValueError(f"a placeholder with num {number!r} stands for no bytes: there are {count}")
    return found
