"""Plaintext of one direction on its way out, with the moments of the records it came in."""

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap, Piece


class Output:
    """Collects records' plaintext, holes and the end; `take` gives them as pieces. The quick lane appends by itself."""

    __slots__ = ("_blind", "_pieces", "chunks", "ends", "frames", "times", "total")

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._blind = False
        self._clear()

    def _clear(self) -> None:
        self.chunks: list[bytes] = []
        self.ends: list[int] = []
        self.times: list[int] = []
        self.frames: list[int] = []
        self.total = 0

    def data(self, plain: bytes, moment: tuple[int, int]) -> None:
        """Plaintext of a record that was complete at ``moment``."""
        if plain:
            self.total += len(plain)
            self.chunks.append(plain)
            self.ends.append(self.total)
            self.times.append(moment[0])
            self.frames.append(moment[1])

    def gap(self, size: int, moment: tuple[int, int]) -> None:
        """``size`` bytes of plaintext are missing here, -1 where it is not known how many."""
        if not size:
            return
        if self.chunks:
            self._flush()
        elif self._blind and size < 0:
            return  # the hole before it is of unknown size and reaches this far
        self._pieces.append(Gap(size, *moment))
        self._blind = size < 0

    def closed(self, piece: Closed) -> None:
        """The direction ended."""
        self._flush()
        self._pieces.append(piece)

    def take(self) -> list[Piece]:
        """What was collected since the last call."""
        self._flush()
        pieces, self._pieces = self._pieces, []
        return pieces

    def _flush(self) -> None:
        if self.chunks:
            self._blind = False
            data = self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)
            self._pieces.append(Data(data, Marks(self.ends, self.times, self.frames)))
            self._clear()
