"""Plaintext on its way out: joined, with the moments it came at, and holes between."""

from analyzer.wire.halfstream import Closed, Data, Gap
from analyzer.wire.marks import Marks
from analyzer.wire.tls_output import Output


def test_records_are_joined() -> None:
    """Records' plaintext comes as one piece with a mark each; empty ones leave none, and nothing is given twice."""
    out = Output()
    for text, time in ((b"one", 1), (b"", 2), (b"three", 3)):
        out.data(text, (time, time + 10))
    assert out.take() == [Data(b"onethree", Marks([3, 8], [1, 3], [11, 13]))]
    assert out.take() == []


def test_holes_keep_their_place() -> None:
    """What came before a hole stays before it, what comes after is counted anew; one of no size is none."""
    out = Output()
    out.data(b"before", (1, 1))
    out.gap(0, (2, 2))
    out.gap(5, (2, 2))
    out.gap(7, (3, 3))
    out.data(b"after", (4, 4))
    before, after = Data(b"before", Marks([6], [1], [1])), Data(b"after", Marks([5], [4], [4]))
    assert out.take() == [before, Gap(5, 2, 2), Gap(7, 3, 3), after]


def test_unknown_holes_become_one() -> None:
    """Holes of unknown size next to one another are one, even over several calls, until plaintext comes between."""
    out = Output()
    out.gap(-1, (1, 1))
    assert out.take() == [Gap(-1, 1, 1)]
    out.gap(-1, (2, 2))
    assert out.take() == []
    out.data(b"x", (3, 3))
    out.gap(-1, (4, 4))
    assert out.take() == [Data(b"x", Marks([1], [3], [3])), Gap(-1, 4, 4)]


def test_the_end() -> None:
    """The end comes behind all plaintext."""
    out = Output()
    out.data(b"last", (1, 1))
    out.closed(Closed("fin", 2, 2))
    assert out.take() == [Data(b"last", Marks([4], [1], [1])), Closed("fin", 2, 2)]
