"""A WebSocket frame whose payload arrives in pieces."""

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.assembly import Flaw, Frame, over_limit
from analyzer.wire.frames import Header
from analyzer.wire.masking import unmask


class Partial:
    """A frame whose header is read and whose payload is still coming."""

    def __init__(self, header: Header, flaw: Flaw | None, limit: int) -> None:
        self.header = header
        self.got = 0
        self.body = bytearray()
        self.flaw = flaw
        self._room = limit
        self.whole = True

    @property
    def left(self) -> int:
        """Payload bytes yet to come."""
        return self.header.length - self.got

    def add(self, data: bytes | memoryview) -> None:
        """More payload, as sent."""
        self.got += len(data)
        if self.whole:
            self.body += data[: self._room - len(self.body)]
            self.whole = self.got <= self._room

    def skip(self, size: int) -> None:
        """``size`` bytes of the payload are missing here."""
        self.got += size
        self.whole = False
        self.flaw = self.flaw or Flaw(
            Issue.WS_MESSAGE_CUT, f"bytes {len(self.body)} and following of the frame are missing"
        )

    def frame(self, limits: Limits) -> Frame:
        """The frame as far as it is there."""
        header = self.header
        payload = unmask(self.body, header.key) if header.key else bytes(self.body)
        flaw = self.flaw if self.whole or self.flaw else over_limit(limits)
        return Frame(header.first, payload, header.length, flaw, self.whole)
