"""Packets with values of their JSON, or msgpack, changed."""

import json
from typing import Any

import msgpack

from analyzer.engineio import packet as engineio
from analyzer.issues import PacketError
from analyzer.live.pretty import Item
from analyzer.socketio import msgpack_parser
from analyzer.socketio.packet import decode, encode


def replaced(item: Item, changes: dict[str, Any], revision: int) -> Item:
    """A packet with values of its JSON (or msgpack) changed: keys are paths with dots, ``1.price`` is ``price`` in the
    second item of an event's array, whose first is the name. What has no such place stays as it is.
    """
    if isinstance(item, bytes):
        first = b"" if revision >= 4 else item[:1]
        return first + _packed(item[len(first) :], changes)
    if item[:1] == "b":
        return _base64(item, changes, revision)
    return _text(item, changes) if item[:1] == "4" else item


def _base64(item: str, changes: dict[str, Any], revision: int) -> str:
    try:
        packet = engineio.decode_text(item, revision)
    except PacketError:
        return item
    if not isinstance(packet.data, bytes):
        return item
    data = _packed(packet.data, changes)
    return item if data == packet.data else engineio.encode_base64(engineio.Packet(packet.type, data), revision)


def _packed(data: bytes, changes: dict[str, Any]) -> bytes:
    if not msgpack_parser.looks_like(data):
        return data
    try:
        value = msgpack.unpackb(data, strict_map_key=False, unicode_errors="surrogatepass")
        for path, new in changes.items():
            _put(value.get("data"), path.split("."), new)
        return bytes(msgpack.packb(value, unicode_errors="surrogatepass"))
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError, msgpack.UnpackException):
        return data


def _text(item: str, changes: dict[str, Any]) -> str:
    try:
        packet = decode(item[1:])
        head = encode(packet._replace(event=None, data=None, raw=None))
        value = json.loads(item[1 + len(head) :])
        for path, new in changes.items():
            _put(value, path.split("."), new)
        return "4" + head + json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (PacketError, ValueError, RecursionError):
        return item


def _put(value: Any, path: list[str], new: Any) -> None:
    for step in path[:-1]:
        value = _step(value, step)
    last = path[-1]
    if isinstance(value, dict):
        value[last] = new
    elif isinstance(value, list) and last.isdecimal() and int(last) < len(value):
        value[int(last)] = new


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None
