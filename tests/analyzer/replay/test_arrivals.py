"""What the server has said live."""

from analyzer.replay.arrivals import Arrivals
from analyzer.replay.steps import ACK, EVENT, Expected, Said

A, B, C = (Expected(Said(i, EVENT, "/", "a"), i + 1) for i in range(3))
ASKED = Expected(Said(3, ACK, "/", "x"), 1, answers=7)


def live(time: float, event: str = "a") -> Said:
    """An event."""
    return Said(time, EVENT, "/", event)


def test_found_by_number() -> None:
    """The n-th of a key is the n-th expected, whatever comes between."""
    arrivals = Arrivals([A, B, ASKED])
    assert [arrivals.add(live(1)), arrivals.add(live(2, "other")), arrivals.add(live(3))] == [0, None, 1]
    assert arrivals.came[1] == live(3)
    assert arrivals.add(live(4)) is None
    assert len(arrivals.received) == 4


def test_acks() -> None:
    """By the step they answer; the first one counts."""
    arrivals = Arrivals([A, ASKED])
    assert arrivals.came[1] is None
    assert arrivals.add(Said(1, ACK, "/", "x"), 7) == 1
    arrivals.add(Said(2, ACK, "/", "x"), 7)
    assert arrivals.came[1] == Said(1, ACK, "/", "x")
    assert arrivals.add(Said(2, ACK, "/", None)) is None


def test_what_is_given_up_is_not_waited_for_again() -> None:
    """One that is missing moves the others up; when two in a row are, none is hoped for, until one comes."""
    arrivals = Arrivals([A, B, C, ASKED])
    assert not arrivals.passed(0)
    arrivals.give_up(0)
    assert arrivals.passed(0)
    assert not arrivals.passed(1)
    arrivals.add(live(1))
    assert arrivals.passed(1)
    assert not arrivals.passed(2)
    arrivals.give_up(2)
    assert arrivals.passed(2)
    assert not arrivals.passed(3)
    arrivals.give_up(3)
    assert arrivals.passed(3)
