"""What a live session asks of the world, and what it is told in return. Numbers tell requests and sockets apart."""

import json
from dataclasses import dataclass
from typing import NamedTuple


class Fetch(NamedTuple):
    """Send an HTTP request; ``target`` is path and query."""

    number: int
    method: str
    target: str
    body: bytes = b""
    content_type: str | None = None


class Dial(NamedTuple):
    """Open a WebSocket."""

    number: int
    target: str


class Say(NamedTuple):
    """Send a WebSocket message: text or bytes."""

    number: int
    message: str | bytes


class HangUp(NamedTuple):
    """Close a WebSocket as the official clients do, with no status."""

    number: int


Action = Fetch | Dial | Say | HangUp


class Fetched(NamedTuple):
    """An HTTP request was answered; ``body`` is decompressed."""

    number: int
    status: int
    content_type: str
    body: bytes


class Dialled(NamedTuple):
    """A WebSocket is open."""

    number: int


class Heard(NamedTuple):
    """A WebSocket message came."""

    number: int
    message: str | bytes


class Failed(NamedTuple):
    """A request got no answer, or a WebSocket could not be opened; ``status`` and ``body`` of the refusal, 0 where
    there is none.
    """

    number: int
    reason: str
    status: int = 0
    body: bytes = b""


class HungUp(NamedTuple):
    """A WebSocket has ended; ``code`` of the close frame, 1005 where it gave none, 1006 where there was none. With a
    ``reason`` what the server sent was no WebSocket.
    """

    number: int
    code: int
    reason: str = ""


Event = Fetched | Dialled | Heard | Failed | HungUp


@dataclass(frozen=True, slots=True)
class Opened:
    """The server opened the session; times in seconds."""

    sid: str
    ping_interval: float
    ping_timeout: float
    max_payload: int
    data: str = ""
    """The JSON it came in."""


def read_open(data: str | bytes) -> Opened | None:
    """What an open packet carries, None where it makes no sense."""
    try:
        found = json.loads(data)
        times = float(found["pingInterval"]) / 1000, float(found["pingTimeout"]) / 1000
        return Opened(str(found["sid"]), *times, int(found.get("maxPayload", 0)) or 1_000_000, str(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


class Message(NamedTuple):
    """The server said something: a message without its Engine.IO type."""

    content: str | bytes


class Switched(NamedTuple):
    """The upgrade ended: the session is on the WebSocket, or ``failure`` says why it stays on polling."""

    failure: str | None = None


class Closed(NamedTuple):
    """The session is over. ``code`` is one of `analyzer.replay.outcome`, ``detail`` a sentence."""

    code: str
    detail: str


Told = Opened | Message | Switched | Closed
"""What an Engine.IO session tells the one who plays it."""
