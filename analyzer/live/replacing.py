"""Packets with values of their JSON changed."""

import json
from typing import Any

from analyzer.issues import PacketError
from analyzer.live.pretty import Item
from analyzer.socketio.packet import decode, encode


def replaced(item: Item, changes: dict[str, Any]) -> Item:
    """A packet with values of its JSON changed: keys are paths with dots, ``1.price`` is ``price`` in the second item
    of an event's array, whose first is the name. What has no such place stays as it is.
    """
    if not isinstance(item, str) or item[:1] != "4":
        return item
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
