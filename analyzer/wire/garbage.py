"""Bytes of a WebSocket that are no frames."""

from analyzer.wire.assembly import Flaw
from analyzer.wire.frames import Message
from analyzer.wire.held import Moment

KEPT = 4096
"""Bytes kept of a run that is no frame."""


class Garbage:
    """A run of bytes that are no frames: one `Message` in the end, however long."""

    def __init__(self, flaw: Flaw) -> None:
        self._flaw = flaw
        self._kept = bytearray()
        self._moment = Moment(0, 0)
        self.size = 0

    def add(self, data: bytes | bytearray | memoryview, moment: tuple[int, int]) -> None:
        """More of it; the last byte became readable at ``moment``."""
        self._kept += data[: max(0, KEPT - len(self._kept))]
        self.size += len(data)
        self._moment = Moment(*moment)

    def message(self) -> list[Message]:
        """The run as a message, where there is any."""
        if not self.size:
            return []
        detail = f"{self._flaw.detail}; {self.size} bytes are no frame"
        return [Message(*self._moment, 0, bytes(self._kept), self.size, self._flaw.issue, detail)]
