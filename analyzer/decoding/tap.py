"""A session as seen at one place: the same sid before and behind a proxy is two taps, and state is kept for each."""

import re

from analyzer.decoding.channel import Channel
from analyzer.decoding.dialect import Dialect, Mode
from analyzer.decoding.places import Link, Quick
from analyzer.decoding.scribe import Scribe
from analyzer.engineio.payload import decode_double
from analyzer.limits import Limits
from analyzer.records import C2S, S2C

_BYTES = re.compile("[\x80-\x9f]")
"""Control characters that nobody writes: where they are, text is bytes of UTF-8 taken for characters."""


class Tap:
    """State of one session at one place."""

    __slots__ = (
        "asking",
        "carrier",
        "channels",
        "closed",
        "dialect",
        "doubled",
        "engine",
        "legacy",
        "opened",
        "quick",
        "servers",
        "sid",
    )

    def __init__(self, sid: str, engine: int | None, scribe: Scribe, limits: Limits) -> None:
        self.sid = sid
        self.engine = engine
        self.opened = False
        """Whether its open packet was seen here."""
        self.carrier: Link | None = None
        """The WebSocket that carries the session, with which it ends."""
        self.closed = False
        self.legacy = False
        """Whether the peers show the marks of Socket.IO 1.x, whose polling text is encoded twice."""
        self.doubled: dict[str, bool] = {}
        """Whether a direction's WebSocket text is encoded twice as well, where that is known."""
        self.servers: set[str | None] = set()
        self.asking: list[tuple[str, str]] = []
        """Method and url of the requests awaiting an answer here."""
        self.dialect = Dialect(whole=False)
        self.channels = {d: Channel(self, d, scribe, limits) for d in (C2S, S2C)}
        self.quick: dict[str, Quick] | None = {d: channel.quick for d, channel in self.channels.items()}

    def once(self, text: str) -> str:
        """Polling text as it was before socket.io 1.x encoded it the first time of two."""
        if not self.legacy or text.isascii():
            return text
        found = decode_double(text)
        self.legacy = found is not None  # text that was encoded only once: the peers are later ones
        return text if found is None else found

    def frame(self, text: str, direction: str) -> str:
        """WebSocket text as it was before the earliest parsers of socket.io 1.x encoded it the first time of two.

        Later ones do not: which it is shows in a direction's first text that can be read in one way only.
        """
        if not self.legacy or text.isascii() or self.doubled.get(direction) is False:
            return text
        found = decode_double(text)
        if found is None or _BYTES.search(text):
            self.doubled.setdefault(direction, found is not None)
        return found if found is not None and self.doubled.get(direction) else text

    def open(self, engine: int | None) -> None:
        """The open packet was seen: what follows is seen from its start."""
        self.opened = True
        self.engine = engine if engine is not None else self.engine
        self.dialect = Dialect(whole=True)

    def abort(self, time: int, frame: int, why: str) -> None:
        """Give up what either direction still waits for."""
        for channel in self.channels.values():
            channel.abort(time, frame, why)

    def holed(self) -> None:
        """Bytes of it are missing: a message may be among them, so the first one seen need not be the first."""
        if self.dialect.mode is Mode.UNKNOWN:
            self.dialect.whole = False
