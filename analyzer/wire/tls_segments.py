"""One direction's pieces, segment by segment: a handshake is read in the order of time."""

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Data, Piece


class Segments:
    """Pieces not read yet; true while there are any."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._at = 0
        self._segment = 0  # of the piece, where it is data
        self._start = 0

    def __bool__(self) -> bool:
        return self._at < len(self._pieces)

    @property
    def moment(self) -> tuple[int, int]:
        """When the next segment became readable, or the hole or the end was noticed."""
        piece = self._pieces[self._at]
        if isinstance(piece, Data):
            return piece.marks.times[self._segment], piece.marks.frames[self._segment]
        return piece.time, piece.frame

    def next(self) -> Piece:
        """The next segment, hole or end."""
        piece = self._pieces[self._at]
        if isinstance(piece, Data):
            (time, frame), start = self.moment, self._start
            end = piece.marks.ends[self._segment]
            self._segment, self._start = self._segment + 1, end
            if end == len(piece.data):
                self._forward()
            return Data(piece.data[start:end], Marks([end - start], [time], [frame]))
        self._forward()
        return piece

    def rest(self) -> list[Piece]:
        """All that is left."""
        pieces = self._pieces[self._at :]
        if self._start and isinstance(piece := pieces[0], Data):
            pieces[0] = Data(piece.data[self._start :], piece.marks.after(self._start))
        return pieces

    def _forward(self) -> None:
        self._at += 1
        self._segment = self._start = 0


def first(piece: Piece) -> tuple[int, int]:
    """When a piece began to be readable, or was noticed."""
    return piece.marks.at(1) if isinstance(piece, Data) else (piece.time, piece.frame)
