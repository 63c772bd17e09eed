"""Audiences through time."""

from itertools import count

from analyzer.tables.circles import Sent, circles


def found(*audiences: str, moved: str = "", events: str = "") -> list[list[str]]:
    """Broadcasts to these, one a second, as circles with their audiences; ``moved`` are those that did something."""
    events = events or "e" * len(audiences)
    sent = [
        Sent(number, number * 10**9, 0, ord(event), frozenset(map(ord, audience)))
        for number, audience, event in zip(count(), audiences, events, strict=False)
    ]
    return [
        ["".join(sorted(map(chr, period[0].audience))) for period in circle.periods]
        for circle in circles(sent, lambda session, after, until: chr(session) in moved)
    ]


def test_one() -> None:
    """The same audience again and again."""
    assert found("ab", "ab", "ab") == [["ab"]]
    assert found() == []


def test_growing_and_shrinking() -> None:
    """By those who moved; else it is another audience."""
    assert found("ab", "abc", "abc", "bc", moved="ac") == [["ab", "abc", "bc"]]
    assert found("ab", "abc") == [["ab"], ["abc"]]
    assert found("ab", "cd", moved="abcd") == [["ab"], ["cd"]]


def test_two_side_by_side() -> None:
    """Audiences that take turns are two, whatever moves."""
    assert found("ab", "abc", "ab", "abc", "ab", "abc", moved="c") == [["ab"], ["abc"]]


def test_once_to_others() -> None:
    """What went to another audience once, between two broadcasts to the same, is no change of members."""
    assert found("abcd", "abce", "abcd", moved="de") == [["abcd"], ["abce"]]
    assert found("ab", *["abc"] * 3, "ab", moved="c") == [["ab", "abc", "ab"]]


def test_other_events_other_circle() -> None:
    """An audience that others follow without an event in common ends."""
    assert found("ab", "ab", "abc", "abc", moved="c", events="xxyy") == [["ab"], ["abc"]]
    assert found("ab", "ab", "abc", "abc", moved="c", events="xyxx") == [["ab", "abc"]]
