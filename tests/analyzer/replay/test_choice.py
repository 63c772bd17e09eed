"""Which events are replayed."""

import pytest

from analyzer.replay.account import captured
from analyzer.replay.board import Board
from analyzer.replay.choice import Choice
from analyzer.replay.player import Player, Terms
from tests.analyzer.replay.opposite import Opposite, session, shop_says
from tests.analyzer.replay.talks import shop


@pytest.mark.parametrize(
    ("only", "skip", "taken"),
    [
        ([], [], "a b /n:a"),
        (["a"], [], "a /n:a"),
        (["/:a"], [], "a"),
        (["/n:*"], [], "/n:a"),
        ([], ["a"], "b"),
        (["?"], ["/n:?"], "a b"),
    ],
)
def test_patterns(only: list[str], skip: list[str], taken: str) -> None:
    """With a namespace or for all of them."""
    choice = Choice(only, skip)
    names = [("a", "/"), ("b", "/"), ("a", "/n")]
    assert [n if w == "/" else f"{w}:{n}" for n, w in names if choice.takes(w, n)] == taken.split()


def test_a_session_without_some_events() -> None:
    """They are neither sent, nor waited for, nor compared."""
    choice = Choice(skip=("order", "welcome", "ask"))
    plan = choice.of_plan(session(shop()))
    opposite = Opposite(shop_says())
    result = opposite.play(Player(plan, 0, Terms(), Board([])))
    assert [m for _, m in opposite.heard] == ['40{"token":"abc","lang":"fr"}', '421["pay","o-4711",3]']
    assert result.timeouts == []
    account = choice.of_account(captured(plan))
    assert {key[2] for key in account.said} == {"", "paid"}
    assert sorted(account.acks) == [2]


def test_all() -> None:
    """Nothing is copied where nothing is chosen."""
    plan = session(shop())
    assert Choice().of_plan(plan) is plan
