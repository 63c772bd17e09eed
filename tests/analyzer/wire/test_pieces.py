"""Pieces of a stream, and moving them to a later moment."""

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap, Piece, by_moment, is_reset, not_before, weight


def test_not_before_moves_only_what_is_earlier() -> None:
    """Bytes, holes and ends that came earlier count from the moment given; the others stay."""
    data = Data(b"abc", Marks([1, 2, 3], [5, 10, 20], [1, 2, 3]))
    assert not_before(data, (10, 9)) == Data(b"abc", Marks([1, 2, 3], [10, 10, 20], [9, 9, 3]))
    assert not_before(Gap(4, 5, 1), (10, 2)) == Gap(4, 10, 2)
    assert not_before(Closed("fin", 50, 7), (10, 2)) == Closed("fin", 50, 7)


def test_both_sides_in_the_order_of_their_moments() -> None:
    """Data is divided at its segments, so that what the other side said between two of them stands there."""
    one: list[Piece] = [Data(b"abc", Marks([1, 3], [1, 5], [1, 3])), Closed("fin", 6, 4)]
    other: list[Piece] = [Data(b"x", Marks([1], [3], [2]))]
    assert by_moment((one, other)) == [
        (0, Data(b"a", Marks([1], [1], [1]))),
        (1, Data(b"x", Marks([1], [3], [2]))),
        (0, Data(b"bc", Marks([2], [5], [3]))),
        (0, Closed("fin", 6, 4)),
    ]


def test_what_ends_a_connection() -> None:
    """A FIN ends half of it, a reset all."""
    assert [weight(p) for p in (Closed("fin", 1, 1), Closed("reset", 1, 1), Gap(1, 1, 1))] == [1, 2, 0]
    assert [is_reset(p) for p in (Closed("fin", 1, 1), Closed("reset", 1, 1), Gap(1, 1, 1))] == [False, True, False]
