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
Sides = tuple[list[Piece], list[Piece]]
"""What both directions made readable."""


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


def weight(piece: Piece) -> int:
    """How much of a connection's end a piece is: half of it is one direction's."""
    return (2 if piece.kind == "reset" else 1) if isinstance(piece, Closed) else 0


def is_reset(piece: Piece) -> bool:
    """Whether it ends both directions at once."""
    return isinstance(piece, Closed) and piece.kind == "reset"


def by_moment(pieces: Sides) -> list[tuple[int, Piece]]:
    """Both sides' pieces, each with its side, in the order of their moments; data divided at the segments."""
    found: list[tuple[int, int, int, Piece]] = []
    for side in (0, 1):
        for piece in pieces[side]:
            if not isinstance(piece, Data):
                found.append((piece.time, piece.frame, side, piece))
                continue
            start = 0
            for end, time, frame in zip(*piece.marks, strict=True):
                part = Data(piece.data[start:end], Marks([end - start], [time], [frame]))
                found.append((time, frame, side, part))
                start = end
    return [(side, piece) for _, _, side, piece in sorted(found, key=lambda f: f[:2])]
