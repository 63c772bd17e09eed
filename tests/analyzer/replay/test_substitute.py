"""Steps with live values in them."""

from dataclasses import replace

from analyzer.replay.board import Board
from analyzer.replay.steps import EVENT, Gate, Said, SessionPlan, Step, Use
from analyzer.replay.substitute import filled
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import START, shop

GATE = Gate("value", 0, 0)


def board(*uses: Use, live: str | None = '[{"id":"new"}]') -> Board:
    """A board on which the packet of `GATE` has come."""
    step = Step(0, 0, EVENT, uses=uses)
    plan: SessionPlan = replace(session(shop()), steps=(step,))
    found = Board([plan])
    if live is not None:
        found.put((0, 0), Said(0, EVENT, data=live))
    return found


def fill(data: str, *uses: Use, live: str | None = '[{"id":"new"}]') -> tuple[str | None, dict[str, str]]:
    """What is sent, and what was learned."""
    swaps: dict[str, str] = {}
    return filled(Step(0, START, EVENT, data=data, uses=uses), board(*uses, live=live), swaps, 0).data, swaps


def test_whole_and_part() -> None:
    """All of a leaf, or a part of a text; everything else stays as it was."""
    use = Use(GATE, (0, "id"), (0, "ref"), "old")
    assert fill('[{"ref": "old" ,"b":1.0}]', use) == ('[{"ref": "new" ,"b":1.0}]', {"new": "old"})
    assert fill('[{"ref":"/r/old/x"}]', use) == ('[{"ref":"/r/new/x"}]', {"new": "old"})
    number = Use(GATE, (0, "id"), (0,), "17")
    assert fill("[17]", number, live='[{"id":18}]') == ("[18]", {"18": "17"})


def test_what_has_not_come() -> None:
    """The captured value is sent, where the packet, the place in it, or the place of the target is missing."""
    use = Use(GATE, (0, "id"), (0,), "old")
    assert fill('["old"]', use, live=None) == ('["old"]', {})
    assert fill('["old"]', use, live="[]") == ('["old"]', {})
    assert fill("[]", use) == ("[]", {})


def test_times() -> None:
    """Moved, where nothing else takes their place."""
    step = Step(0, 1_700_000_000 * 10**9, EVENT, data="[1700000000,5]")
    assert filled(step, Board([]), {}, 10 * 10**9).data == "[1700000010,5]"
