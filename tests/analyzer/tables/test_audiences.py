"""Whom a broadcast was for."""

from analyzer.tables.audiences import audiences
from analyzer.tables.broadcasts import Fanout
from tests.analyzer.tables.crowd import Crowd


def whole(crowd: Crowd) -> list[set[str]]:
    """The audiences, by name."""
    fanout = Fanout(crowd.log())
    view = fanout.view
    names = fanout.names(view.first(view.key >= 0))
    return [{str(names[key]) for key in audience} for audience in audiences(fanout).whole]


def test_a_sender_that_was_left_out() -> None:
    """Its event has the payload; or several senders' absences agree."""
    assert whole(Crowd("abc").say(2000, "c", '["hi"]').push(2010, "ab", '["hi"]')) == [{"a", "b", "c"}]
    turns = (
        Crowd("abcd")
        .say(2000, "c", '["q"]')
        .push(2001, "ab", '["1"]')
        .say(3000, "a", '["q"]')
        .push(3001, "bc", '["2"]')
    )
    assert whole(turns) == [{"a", "b", "c"}] * 2


def test_someone_who_spoke_by_chance() -> None:
    """Once, and with something else: it is not taken for the sender."""
    crowd = Crowd("abc").say(2000, "c", '["else"]').push(2010, "ab", '["hi"]').push(3000, "ab", '["ho"]')
    assert whole(crowd) == [{"a", "b"}] * 2


def test_mostly_the_same() -> None:
    """Whoever always speaks before is the sender."""
    crowd = Crowd("abc")
    for n in range(3):
        crowd.say(2000 + 500 * n, "c", f'["{n}"]').push(2010 + 500 * n, "ab", f'["told {n}"]')
    assert whole(crowd) == [{"a", "b", "c"}] * 3


def test_nobody() -> None:
    """No broadcasts, no audiences."""
    assert whole(Crowd("ab")) == []
