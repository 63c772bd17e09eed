"""Pieces taken segment by segment."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap, Piece
from analyzer.wire.tls_segments import Segments, first

PIECES: list[Piece] = [
    Data(b"onetwo", Marks([3, 6], [1, 2], [1, 2])),
    Gap(7, 3, 3),
    Data(b"four", Marks([4], [4], [4])),
    Closed("fin", 5, 5),
]
SEGMENTS: list[Piece] = [
    Data(b"one", Marks([3], [1], [1])),
    Data(b"two", Marks([3], [2], [2])),
    *PIECES[1:],
]


def test_segment_by_segment() -> None:
    """Data comes a segment at a time, each with its moment; then there is nothing left."""
    unread = Segments(PIECES)
    moments, found = [], []
    while unread:
        moments.append(unread.moment)
        found.append(unread.next())
    assert found == SEGMENTS
    assert moments == [(i, i) for i in range(1, 6)] == [first(piece) for piece in SEGMENTS]
    assert unread.rest() == []


@given(st.integers(0, len(SEGMENTS)))
def test_rest(taken: int) -> None:
    """What is left is the same bytes, holes and end that were not taken."""
    unread = Segments(PIECES)
    for _ in range(taken):
        unread.next()
    again = Segments(unread.rest())
    left = []
    while again:
        left.append(again.next())
    assert left == SEGMENTS[taken:]
