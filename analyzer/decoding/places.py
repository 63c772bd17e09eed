"""Where a packet was seen: a connection as the rows name it, and the moment it arrived."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from analyzer.wire.marks import SOURCE_BITS

if TYPE_CHECKING:
    from analyzer.decoding.outbox import Held
    from analyzer.decoding.tap import Tap
    from analyzer.wire.websocket import Message

NUMBER_BITS = SOURCE_BITS
NUMBER_MASK = (1 << NUMBER_BITS) - 1


class Link:
    """A TCP connection (or what stands for one), with what the sessions remember of it."""

    __slots__ = (
        "client",
        "engine",
        "opening",
        "quick",
        "recognised",
        "root",
        "server",
        "stream",
        "tap",
        "tentative",
        "url",
        "ws_closed",
    )

    def __init__(self, stream: int, client: str | None, server: str | None, root: "Link | None" = None) -> None:
        self.root = root
        """The connection itself, of a link that stands for one of many WebSockets on it (RFC 8441)."""
        self.stream = stream
        self.client = client
        self.server = server
        self.recognised = False
        """Whether Engine.IO was seen on it; only then its oddities are rows."""
        self.tap: Tap | None = None
        """The session last seen on it."""
        self.quick: dict[str, Quick] | None = None
        """What takes the common messages of a batch, by direction, once the session is known."""
        self.engine: int | None = None
        self.opening: Held | None = None
        """The WebSocket `open` row that waits for its sid."""
        self.tentative: list[Held] | None = None
        """Rows of a connection that is Engine.IO only as long as all it says is."""
        self.ws_closed = False

    def branch(self) -> "Link":
        """A link for one of many WebSockets on the connection."""
        return Link(self.stream, self.client, self.server, self)

    def recognise(self) -> None:
        """Engine.IO was seen on it; the connection itself hears of that once it is beyond doubt."""
        self.recognised = True
        if self.root is not None and self.tentative is None:
            self.root.recognised = True

    def skim(self, direction: str, messages: "list[Message]") -> "list[Message]":
        """Take the common messages of a batch at once, where the session is known; gives back the others."""
        return messages if self.quick is None or not messages else self.quick[direction](messages, self)


Quick = Callable[["list[Message]", Link], "list[Message]"]
"""Takes what it can of a batch of messages of a link, and gives back the others."""


class Arrival(NamedTuple):
    """How a packet came: ``time`` in ns, ``size`` and ``wire_size`` in bytes; ``issue``, ``detail`` go to its row."""

    time: int
    frame: int
    link: Link
    transport: str
    size: int
    wire_size: int | None
    issue: str | None = None
    detail: str | None = None
