"""When bytes became readable."""

from analyzer.wire.marks import Marks

MARKS = Marks([2, 5, 6], [10, 20, 30], [1, 2, 3])


def test_a_thing_ends_in_the_segment_that_holds_its_last_byte() -> None:
    """The moment of data[:end] is that of the segment with byte end - 1."""
    assert [MARKS.at(end) for end in range(1, 7)] == [(10, 1), (10, 1), (20, 2), (20, 2), (20, 2), (30, 3)]


def test_marks_of_the_rest() -> None:
    """Marks of data[start:] count from there."""
    assert MARKS.after(0) == MARKS
    assert MARKS.after(2) == Marks([3, 4], [20, 30], [2, 3])
    assert MARKS.after(4) == Marks([1, 2], [20, 30], [2, 3])
    assert MARKS.after(6) == Marks([], [], [])
