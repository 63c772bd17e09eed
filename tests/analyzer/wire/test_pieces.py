"""Pieces of a stream, and moving them to a later moment."""

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap, not_before


def test_not_before_moves_only_what_is_earlier() -> None:
    """Bytes, holes and ends that came earlier count from the moment given; the others stay."""
    data = Data(b"abc", Marks([1, 2, 3], [5, 10, 20], [1, 2, 3]))
    assert not_before(data, (10, 9)) == Data(b"abc", Marks([1, 2, 3], [10, 10, 20], [9, 9, 3]))
    assert not_before(Gap(4, 5, 1), (10, 2)) == Gap(4, 10, 2)
    assert not_before(Closed("fin", 50, 7), (10, 2)) == Closed("fin", 50, 7)
