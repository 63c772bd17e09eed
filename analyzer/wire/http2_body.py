"""Bodies of HTTP/2 messages: the content of DATA frames, within limits that all bodies under way share."""

from dataclasses import dataclass

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

SHARED = 2
"""All bodies under way on a connection may hold this many times what one may."""


_new = tuple.__new__


@dataclass(slots=True)
class Room:
    """Bytes that bodies under way may still hold, and what one of them may hold at most."""

    left: int
    most: int

    @classmethod
    def of(cls, limits: Limits) -> "Room":
        """The room of one connection."""
        return cls(SHARED * limits.message, limits.message)


class Half:
    """One side of an exchange: a head, then its body. Nothing is kept of the body unless ``keep``."""

    __slots__ = ("_keep", "_kept", "_over", "_room", "_size", "_tail", "cut", "head", "holes")

    def __init__(self, head: Head, keep: bool, room: Room, holes: int) -> None:
        self.head = head
        self.cut: str | None = None
        """Why the body is not whole."""
        self.holes = holes
        """Holes of the direction that are known of."""
        self._keep = keep
        self._room = room
        self._kept: bytes | bytearray = b""
        self._tail: bytes | bytearray = b""
        self._size = 0
        self._over = False

    def add(self, data: bytes, start: int, stop: int) -> None:
        """``data[start:stop]`` is more of the body."""
        size = stop - start
        self._size += size
        if not self._keep or not size:
            return
        room = self._room
        if not self._kept and self.cut is None and size <= room.most and size <= room.left:
            room.left -= size
            self._kept = data[start:stop]
            return
        place = self._kept if self.cut is None else self._tail
        fits = min(size, room.most - len(place), room.left)
        if fits < size:
            self._over, fits = True, max(0, fits)
        room.left -= fits
        if not place:
            place = data[start : start + fits]
        else:
            place = place if isinstance(place, bytearray) else bytearray(place)
            place += memoryview(data)[start : start + fits]
        if self.cut is None:
            self._kept = place
        else:
            self._tail = place

    def hole(self, size: int) -> None:
        """Bytes are missing here, -1: nobody knows how many, if any."""
        self._size += max(0, size)
        if self.cut is None:
            self.cut = f"bytes are missing from the body behind byte {len(self._kept)}"
        self._room.left += len(self._tail)
        self._tail = b""

    def message(self, time: int, frame: int) -> HttpMessage:
        """All that came, at its end."""
        body, size = bytes(self._kept), self._size
        if self.cut is None and not self._over:
            if body:
                self._room.left += len(body)
            return _new(HttpMessage, (self.head, body, size, time, frame, None, None, b"", True))
        tail = bytes(self._tail)
        self.forget()
        if self.cut is not None:
            return HttpMessage(self.head, body, size, time, frame, Issue.HTTP_BODY_CUT, self.cut, tail, complete=False)
        detail = f"the body is larger than {self._room.most} bytes, or many large ones are under way"
        return HttpMessage(self.head, body, size, time, frame, Issue.HTTP_BODY_LIMIT, detail)

    def forget(self) -> None:
        """Nobody wants it any more."""
        self._room.left += len(self._kept) + len(self._tail)
        self._kept = self._tail = b""
