"""The WebSocket messages of a HAR entry, ``_webSocketMessages``: the form of Chrome, Playwright, Firefox, mitmproxy."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.sources import har_content, loose, moments
from analyzer.wire.frames import BINARY, TEXT, Message

_DIRECTIONS = {"send": C2S, "sent": C2S, "receive": S2C, "received": S2C}
_ERROR = "error"
"""Chrome keeps a record of a WebSocket's failure among its messages."""


class Talk(NamedTuple):
    """``messages`` with their directions in the order of their times; how many were out of that order, how many did not
    say when they were, and how many records were none.
    """

    messages: list[tuple[str, Message]]
    backwards: int
    dateless: int
    strange: int


def times(entry: Any) -> list[int]:
    """When an entry's messages were, of those that say."""
    found = (moments.since_1970(loose.member(record, "time")) for record in records(entry))
    return [time for time in found if time is not None]


def records(entry: Any) -> Iterator[Any]:
    """The messages as written."""
    return loose.items(entry, "_webSocketMessages")


def read(entry: Any, opened: int, frame: int, limits: Limits, *, deflate: bool) -> Talk:
    """The messages of a WebSocket that was ``opened`` at that time (ns).

    One without a time is as late as the one before it. Of one direction, none is earlier than the one before it.
    """
    messages: list[tuple[str, Message]] = []
    latest, now = {C2S: opened, S2C: opened}, opened
    backwards = dateless = strange = 0
    for record in records(entry):
        kind, opcode = loose.text(record, "type") or "", _opcode(record)
        direction = _DIRECTIONS.get(kind)
        if direction is None or opcode is None:
            strange += kind != _ERROR
            continue
        time = moments.since_1970(loose.member(record, "time"))
        dateless += time is None
        backwards += time is not None and time < latest[direction]
        now = latest[direction] = max(latest[direction], now if time is None else time)
        content = har_content.message(record).within(limits.message, Issue.WS_MESSAGE_LIMIT)
        wire_size = None if deflate or content.issue else len(content.data)
        messages.append((direction, Message(now, frame, opcode, content.data, wire_size, *content[1:])))
    messages.sort(key=_time)
    return Talk(messages, backwards, dateless, strange)


def _time(message: tuple[str, Message]) -> int:
    return message[1].time


def _opcode(record: Any) -> int | None:
    """Text (also where it is not said) or binary; None for anything else."""
    opcode = loose.integer(record, "opcode")
    if opcode is None and loose.member(record, "opcode") is None:
        return TEXT
    return opcode if opcode in (TEXT, BINARY) else None
