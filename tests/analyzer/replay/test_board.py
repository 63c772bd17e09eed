"""What sessions tell each other."""

from dataclasses import replace

from analyzer.replay.board import Board
from analyzer.replay.steps import EVENT, Gate, Said, SessionPlan, Step, Use
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop


def test_only_what_is_wanted_is_kept() -> None:
    """The first packet of a wanted place, and listeners hear of it."""
    step = Step(0, 0, EVENT, uses=(Use(Gate("value", 3, 4), (0,), (0,), "x"),))
    plan: SessionPlan = replace(session(shop()), steps=(step,))
    board, heard = Board([plan]), []
    board.listen(0, lambda: heard.append(0))
    board.listen(1, lambda: heard.append(1))
    board.put((0, 0), Said(0, EVENT))
    assert board.get((0, 0)) is None
    board.put((3, 4), Said(1, EVENT))
    board.put((3, 4), Said(2, EVENT))
    assert board.get((3, 4)) == Said(1, EVENT)
    assert set(heard) == {0}
