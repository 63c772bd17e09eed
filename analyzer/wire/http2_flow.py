"""A frame of which bytes are yet to come, and that is read as they come."""

from analyzer.wire.http2_items import Chunk, Hole, Item
from analyzer.wire.marks import Marks


class Flow:
    """Bytes left of a frame: ``content`` of DATA, then ``rest`` (padding, or a frame that is passed over)."""

    __slots__ = ("_content", "_direction", "_end", "_rest", "_stream")

    def __init__(self, stream: tuple[str, int], content: int, rest: int, end: bool) -> None:
        """``stream`` is the direction and the number (0 where nobody wants the content); with it the stream may
        ``end``.
        """
        self._direction, self._stream = stream
        self._content = content
        self._rest = rest
        self._end = end

    @property
    def left(self) -> int:
        """Bytes of the frame that are yet to come."""
        return self._content + self._rest

    def pour(self, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        """Take from ``data[pos:]`` what belongs to the frame; the position behind it."""
        middle = min(len(data), pos + self._content)
        self._content -= middle - pos
        stop = middle if self._content else min(len(data), middle + self._rest)
        self._rest -= stop - middle
        whole = not self.left
        if self._stream and (whole or middle > pos):
            time, frame = marks.at(stop)
            end = self._end and whole
            out.append(Chunk(time, frame, self._direction, self._stream, data, marks, pos, middle, whole, end))
        return stop

    def skip(self, size: int, moment: tuple[int, int], out: list[Item]) -> None:
        """``size`` bytes are missing, perhaps all that are left, but not more."""
        missing = min(size, self._content)
        self._content -= missing
        self._rest -= size - missing
        if self._stream and missing:
            out.append(Hole(*moment, self._direction, self._stream, missing))
        if self._stream and not self.left:
            nothing = Marks([], [], [])
            out.append(Chunk(*moment, self._direction, self._stream, b"", nothing, 0, 0, True, self._end))
