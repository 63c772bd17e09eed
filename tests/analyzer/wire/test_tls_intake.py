"""What a direction has yet to read."""

from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap
from analyzer.wire.tls_intake import Intake


def data(text: bytes, time: int) -> Data:
    """Bytes of one segment."""
    return Data(text, Marks([len(text)], [time], [time]))


def test_pieces_come_in_order() -> None:
    """Pieces come out as they went in; bytes are counted while they wait."""
    intake = Intake()
    pieces = [data(b"one", 1), Gap(5, 2, 2), data(b"three", 3), Closed("fin", 4, 4)]
    assert intake.add(pieces) == 8
    assert (intake.full(8), intake.full(7)) == (False, True)
    assert [intake.next() for _ in range(5)] == [*pieces, None]
    assert not intake.full(0)


def test_joined_once_enough_is_there() -> None:
    """What is held is given with the piece that makes it as much as needed, and not before."""
    intake = Intake()
    assert intake.joined(data(b"whole", 1)) == data(b"whole", 1)
    intake.held.append(b"be", Marks([2], [1], [1]))
    intake.need = 6
    assert intake.joined(data(b"gin", 2)) is None
    assert intake.full(4)
    assert not intake.full(5)
    assert intake.joined(data(b"ning", 3)) == (b"beginning", Marks([2, 5, 9], [1, 2, 3], [1, 2, 3]))
    assert len(intake.held) == 0


def test_postponed() -> None:
    """Nothing that waits became readable before the moment given; what came later keeps its own."""
    intake = Intake()
    intake.held.append(b"held", Marks([4], [1], [1]))
    intake.add([data(b"early", 2), Gap(1, 3, 3), data(b"late", 9), Closed("fin", 10, 10)])
    intake.postpone((5, 50))
    assert intake.held.take() == (b"held", Marks([4], [5], [50]))
    moved = [Data(b"early", Marks([5], [5], [50])), Gap(1, 5, 50), data(b"late", 9), Closed("fin", 10, 10)]
    assert [intake.next() for _ in range(4)] == moved


def test_delayed() -> None:
    """By another reason than a packet: the packets stay what they are, and so does the order."""
    intake = Intake()
    intake.held.append(b"held", Marks([2, 4], [1, 2], [1, 2]))
    intake.add([data(b"early", 2), Gap(1, 3, 3), data(b"late", 9), Closed("fin", 10, 10)])
    assert intake.size == 13
    intake.delay(5)
    assert intake.held.take() == (b"held", Marks([2, 4], [5, 5], [1, 2]))
    moved = [Data(b"early", Marks([5], [5], [2])), Gap(1, 5, 3), data(b"late", 9), Closed("fin", 10, 10)]
    assert [intake.next() for _ in range(4)] == moved


def test_too_many_pieces() -> None:
    """Holes are no bytes, but not kept without end either."""
    intake = Intake()
    intake.add([Gap(1, 1, 1)] * 100_000)
    assert intake.full(1 << 40)
