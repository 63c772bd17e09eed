"""What one direction of HTTP/2 says, frame by frame: the reader's words to the dialogue.

Every item begins with its moment and its direction, so that both directions' items can be put in order.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from analyzer.wire.http2_known import Field
from analyzer.wire.http_message import Problem
from analyzer.wire.marks import Marks


class Fields(NamedTuple):
    """A field section is whole (or as much of it as there is); ``begun`` is the time of its frame's first byte."""

    time: int
    frame: int
    direction: str
    stream: int
    begun: int
    fields: list[Field]
    end: bool
    """Nothing follows on the stream in this direction."""
    unknown: bool
    """Some fields are not known, or missing."""


class Chunk(NamedTuple):
    """Content of a DATA frame, ``data[start:stop]``, padding excluded."""

    time: int
    frame: int
    direction: str
    stream: int
    data: bytes
    marks: Marks
    start: int
    stop: int
    whole: bool
    """The frame is whole with this."""
    end: bool
    """Nothing follows on the stream in this direction."""

    def content(self) -> tuple[bytes, Marks]:
        """The bytes themselves, with their marks."""
        data, start, stop = self.data, self.start, self.stop
        if len(self.marks.ends) == 1:
            return data[start:stop], Marks([stop - start], self.marks.times, self.marks.frames)
        return data[start:stop], _between(self.marks, start, stop)


class Reset(NamedTuple):
    """The direction's sender ended a stream with an error ``code`` (RFC 9113 section 7), -1 where it is not known."""

    time: int
    frame: int
    direction: str
    stream: int
    code: int


class Away(NamedTuple):
    """GOAWAY: streams of a higher number than ``last`` will not be answered."""

    time: int
    frame: int
    direction: str
    last: int


class Hole(NamedTuple):
    """Bytes are missing: ``size`` of a stream's content, or (``stream`` 0) of anything at all."""

    time: int
    frame: int
    direction: str
    stream: int
    size: int


class Over(NamedTuple):
    """The direction ended: ``kind`` is ``fin`` or ``reset``."""

    time: int
    frame: int
    direction: str
    kind: str


class Damage(NamedTuple):
    """Bytes that are no frame, or a frame that is none; ``raw`` is their beginning."""

    time: int
    frame: int
    direction: str
    code: str
    detail: str
    raw: bytes


Item = Fields | Chunk | Reset | Away | Hole | Over | Damage


def damages(direction: str, problems: Iterable[object]) -> list[Item]:
    """Runs of bytes that are no frames, as items."""
    return [Damage(p.time, p.frame, direction, p.code, p.detail, p.raw) for p in problems if isinstance(p, Problem)]


ERRORS = (
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
)  # fmt: skip
"""Names of error codes (RFC 9113 section 7)."""


def error_name(code: int) -> str:
    """The error for people."""
    return ERRORS[code] if 0 <= code < len(ERRORS) else f"error {code}" if code >= 0 else "an error that is not known"


def _between(marks: Marks, start: int, stop: int) -> Marks:
    """Marks of ``data[start:stop]``."""
    ends, times, frames = marks
    if start == stop:
        return Marks([], [], [])
    first = bisect_left(ends, start + 1)
    last = bisect_left(ends, stop, first)
    inner = [end - start for end in ends[first:last]]
    return Marks([*inner, stop - start], times[first : last + 1], frames[first : last + 1])
