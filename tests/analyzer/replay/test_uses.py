"""Rules at work."""

from analyzer.replay.board import Board
from analyzer.replay.correlate import discover
from analyzer.replay.jsontext import parse
from analyzer.replay.pace import Pace
from analyzer.replay.plan import plan
from analyzer.replay.player import Player, Terms
from analyzer.replay.rules import Place, Rule, Rules
from analyzer.replay.steps import Gate, Use
from analyzer.replay.uses import applied, set_values
from tests.analyzer.replay.opposite import Opposite, shop_says
from tests.analyzer.replay.talks import shop

SOURCE = Place("ACK", "/", "order", parse("[0].order"))
TARGET = Place("EVENT", "/", "pay", parse("[0]"))


def test_uses_and_gates() -> None:
    """The step learns what it is given, and waits for it."""
    found = applied(plan(shop()), Rules([Rule(SOURCE, TARGET)]))
    (pay,) = [s for s in found.sessions[0].steps if s.event == "pay"]
    place = next(i for i, e in enumerate(found.sessions[0].expected) if e.answers == 1)
    assert pay.uses == (Use(Gate("value", 0, place), (0, "order"), (0,), "o-4711"),)
    assert pay.gates[-1] == Gate("value", 0, place)
    assert applied(plan(shop()), Rules()).sessions == plan(shop()).sessions


def test_played() -> None:
    """The live order is paid, and the live id is known to stand for the captured one."""
    found = applied(plan(shop()), Rules(discover(plan(shop()))))
    opposite = Opposite(shop_says('o-"99"'.replace('"', "")))
    result = opposite.play(Player(found.sessions[0], 0, Terms(Pace()), Board(found.sessions)))
    assert '421["pay","o-99",3]' in [m for _, m in opposite.heard]
    assert result.swaps == {"o-99": "o-4711"}


def test_own_values() -> None:
    """A value of the user's own takes the captured one's place."""
    (session,) = plan(shop()).sessions
    changed = set_values(session, {TARGET: "mine"})
    assert next(s for s in changed.steps if s.event == "pay").data == '["mine",3]'
    assert changed.swaps == (("mine", "o-4711"),)
    assert set_values(session, {}) is session
