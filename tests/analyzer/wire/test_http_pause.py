"""Bytes nobody can read yet wait in order, with their holes."""

import random

from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.http_pause import Unread
from analyzer.wire.marks import Marks
from tests.streams import moments


def test_bytes_and_holes_in_order() -> None:
    """Pieces without a hole between them are one."""
    unread = Unread(100)
    unread.add(b"??ab", moments(0, 4), 2)
    unread.add(b"cd", moments(4, 2))
    unread.gap(5, 6, 7)
    unread.gap(5, 7, 8)
    unread.add(b"ef", moments(8, 2))
    unread.gap(-1, 10, 11)
    assert unread.size == 6
    expected = [Data(b"abcd", moments(2, 4)), Gap(10, 7, 8), Data(b"ef", moments(8, 2)), Gap(-1, 10, 11)]
    assert unread.take() == expected
    assert unread.take() == []
    assert unread.size == 0


def test_what_is_beyond_the_limit_counts_as_missing() -> None:
    """However it comes in pieces."""
    data = bytes(range(50))
    for sizes in (50, 1, 7):
        unread = Unread(20)
        for at in range(0, 50, sizes):
            piece = data[at : at + sizes]
            unread.add(piece, moments(at, len(piece)))
        assert unread.take() == [Data(data[:20], moments(0, 20)), Gap(30, 49, 50)]


def test_a_mark_may_end_beyond_the_limit() -> None:
    """The part that is kept has its moment."""
    unread = Unread(3)
    unread.add(b"abcdef", Marks([2, 6], [10, 20], [1, 2]))
    assert unread.take() == [Data(b"abc", Marks([2, 3], [10, 20], [1, 2])), Gap(3, 20, 2)]


def test_unknown_holes_stay_unknown() -> None:
    """Beside any other."""
    unread = Unread(9)
    for size in random.Random(1).sample([3, -1, 4], 3):
        unread.gap(size, 1, 1)
    assert unread.take() == [Gap(-1, 1, 1)]
