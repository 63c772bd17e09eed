"""What TCP (or TLS) makes readable of one direction: bytes in order, holes, and the end."""

from typing import NamedTuple

from analyzer.wire.marks import Marks


class Data(NamedTuple):
    """Bytes in order, and when they became readable."""

    data: bytes
    marks: Marks


class Gap(NamedTuple):
    """``size`` bytes are missing from the capture here."""

    size: int
    time: int
    frame: int


class Closed(NamedTuple):
    """The direction ended: ``kind`` is ``fin`` or ``reset``."""

    kind: str
    time: int
    frame: int


Piece = Data | Gap | Closed


def delayed(piece: Piece, time: int) -> Piece:
    """The piece as one that could be understood only from ``time`` on, for another reason than a packet."""
    if isinstance(piece, Data):
        return Data(piece.data, piece.marks.delayed(time))
    return piece._replace(time=max(time, piece.time))


def not_before(piece: Piece, first: tuple[int, int]) -> Piece:
    """The piece as one that could be understood only from the moment ``first`` (time, frame) on."""
    if isinstance(piece, Data):
        return Data(piece.data, piece.marks.not_before(first))
    time, frame = max(first, (piece.time, piece.frame))
    return piece._replace(time=time, frame=frame)
