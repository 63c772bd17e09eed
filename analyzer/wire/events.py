"""What a connection tells the sessions above it. Every event carries the moment its last byte became readable."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer.wire.http1 import Head, HttpMessage
from analyzer.wire.websocket import Message


@dataclass(slots=True)
class Exchange:
    """An HTTP request and its answer. ``request`` is null where the capture does not show it."""

    head: Head | None
    request: HttpMessage | None = None
    response: HttpMessage | None = None
    answer: Head | None = None
    """Head of the answer; present before (or without) the whole ``response``, and for a 101."""
    wanted: bool = True
    """Whether anyone above wants to hear of it."""
    sent: int = 0
    """Bytes of the request's body, which is let go once it was told."""
    asked: object = None
    """What was found in its request that makes it wanted."""
    after_101: bool = False
    """The answer came as plain text on a connection that had already become a WebSocket."""
    context: object = None
    """What the session layer wants to remember between request and answer."""

    @property
    def begun(self) -> int:
        """Capture time of the first byte seen of the exchange, ns."""
        head = self.head or self.answer
        return head.begun if head else 0


class Requested(NamedTuple):
    """The request is complete."""

    exchange: Exchange


class Answered(NamedTuple):
    """The answer is complete, or will never come (``exchange.response`` is null)."""

    exchange: Exchange
    ended: bool = True
    """Whether the connection ended without it; false where only the capture did."""
    lost: bool = False
    """Whether the answer was given, but is missing from the capture."""


class Upgraded(NamedTuple):
    """The server answered 101: what follows on this connection is WebSocket."""

    exchange: Exchange


class Guessed(NamedTuple):
    """A connection whose handshake is not in the capture looks like a WebSocket."""


class Lost(NamedTuple):
    """``size`` bytes are missing from the capture in this direction."""

    size: int


class Ended(NamedTuple):
    """The direction ended: ``kind`` is ``fin`` or ``reset``."""

    kind: str


class Garbled(NamedTuple):
    """Bytes where an HTTP message should be that are none."""

    code: str
    detail: str
    raw: bytes


class Flawed(NamedTuple):
    """Something is odd about the TLS records of this direction; an issue code and a sentence."""

    code: str
    detail: str


Payload = Requested | Answered | Upgraded | Guessed | Lost | Ended | Garbled | Flawed | Message


class Event(NamedTuple):
    """Something that happened at ``time`` (ns), completed by ``frame``, in ``direction`` c2s or s2c.

    ``link`` is what the connection was given to be known by.
    """

    time: int
    frame: int
    link: Any
    direction: str
    payload: Payload
