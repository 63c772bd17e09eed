"""The WebSocket messages of some milliseconds to rows: the common ones of each connection all at once, which costs a
fraction of one by one, and the others in the order of their moments.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from analyzer.live.intake import Socket
from analyzer.sessions.trunk import Trunk
from analyzer.wire.events import Event
from analyzer.wire.frames import Message

Failed = Callable[[Exception], None]
"""Hears of each thing that could not be read."""
_moment = attrgetter("time")


class Said(NamedTuple):
    """A message as mitmproxy has it, and where it was said."""

    socket: Socket
    record: Any


def take(said: Iterable[Said], trunk: Trunk, failed: Failed) -> None:
    """Give messages, in the order in which they were said, to the trunk."""
    lanes: dict[tuple[int, str], tuple[Socket, list[Message]]] = {}
    for socket, record in said:
        try:
            direction, message = socket.talk.said(record)
        except Exception as error:  # whatever it is, it concerns this one alone
            failed(error)
            continue
        key = id(socket), direction
        lane = lanes.get(key)
        if lane is None:
            lane = lanes[key] = socket, []
        lane[1].append(message)
    left: list[Event] = []
    for (_, direction), (socket, messages) in lanes.items():
        link = socket.link
        try:
            messages = link.skim(direction, messages)
        except Exception as error:  # none of them has become a row
            failed(error)
        left += [Event(message.time, 0, link, direction, message) for message in messages]
    left.sort(key=_moment)
    for event in left:
        try:
            trunk.take(event)
        except Exception as error:
            failed(error)
