"""What a direction of a TLS connection has yet to read: pieces in order, and the beginning of a record."""

from collections import deque

from analyzer.wire.held import Held
from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Data, Piece, delayed, not_before

_PIECES = 8192
"""Pieces held at most."""


class Intake:
    """A queue of pieces. ``held`` are bytes before them that could not be read yet; ``need``: how many have to be there
    before another attempt.
    """

    def __init__(self) -> None:
        self.held = Held()
        self.need = 0
        self._queue: deque[Piece] = deque()
        self._queued = 0

    @property
    def size(self) -> int:
        """Bytes that are held or queued."""
        return self._queued + len(self.held)

    def full(self, limit: int) -> bool:
        """Whether more than ``limit`` bytes are held, or too many pieces."""
        return self.size > limit or len(self._queue) > _PIECES

    def add(self, pieces: list[Piece]) -> int:
        """Take what became readable; how many bytes it was."""
        size = sum(len(piece.data) for piece in pieces if isinstance(piece, Data))
        self._queue += pieces
        self._queued += size
        return size

    def next(self) -> Piece | None:
        """The next piece, null where there is none."""
        if not self._queue:
            return None
        piece = self._queue.popleft()
        if isinstance(piece, Data):
            self._queued -= len(piece.data)
        return piece

    def joined(self, piece: Data) -> tuple[bytes, Marks] | None:
        """The piece behind what was held; null where even that is not enough, and all of it is held."""
        if not len(self.held):
            return piece
        self.held.append(piece.data, piece.marks)
        return self.held.take() if len(self.held) >= self.need else None

    def delay(self, time: int) -> None:
        """What waits became readable at ``time``, at the earliest; by which packets stays as it was, and so does their
        order.
        """
        if len(self.held):
            data, marks = self.held.take()
            self.held.append(data, marks.delayed(time))
        self._queue = deque(delayed(piece, time) for piece in self._queue)

    def postpone(self, since: tuple[int, int]) -> None:
        """What waits became readable at ``since``, at the earliest."""
        if len(self.held):
            data, marks = self.held.take()
            self.held.append(data, marks.not_before(since))
        self._queue = deque(not_before(piece, since) for piece in self._queue)
