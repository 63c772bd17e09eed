"""What reading HTTP/1 gives beside heads: whole messages, and runs of bytes that are none."""

from typing import NamedTuple

from analyzer.wire.http_head import Head

KEPT = 4096
"""Bytes kept of a run that is no HTTP."""


class HttpMessage(NamedTuple):
    """A whole message, or what there is of it; ``time`` (ns) and ``frame`` (packet) are those of its last byte.

    ``body`` is without chunk framing, but not decompressed; ``wire_size`` counts its bytes as sent, chunk framing
    excluded and missing bytes included where their number is known, and is None where the source does not tell. Where
    bytes are missing, ``complete`` is False, the
    issue is ``http_body_cut``, ``body`` ends at the hole and ``tail`` is what was read behind the last one.
    """

    head: Head
    body: bytes
    wire_size: int | None
    time: int
    frame: int
    issue: str | None = None
    detail: str | None = None
    tail: bytes = b""
    complete: bool = True


class Problem(NamedTuple):
    """A run of bytes that are no HTTP message: ``raw`` is its beginning, the moment that of its last byte."""

    time: int
    frame: int
    code: str
    detail: str
    raw: bytes
    size: int


Item = Head | HttpMessage | Problem


class Run:
    """A growing run of bytes that are no HTTP: one `Problem` in the end, however long."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        self._raw = bytearray()
        self._size = 0
        self._moment = (0, 0)

    def add(self, data: bytes | memoryview, moment: tuple[int, int]) -> None:
        """More of it; the last byte became readable at ``moment``."""
        self._raw += data[: max(0, KEPT - len(self._raw))]
        self._size += len(data)
        self._moment = moment

    def problem(self) -> list[Item]:
        """The run as a problem, where there is any."""
        if not self._size:
            return []
        return [Problem(*self._moment, self.code, f"{self.detail}; {self._size} bytes", bytes(self._raw), self._size)]
