"""Which rule is due."""

from random import Random

from analyzer.live.choosing import Chooser, Sessions
from analyzer.live.facts import Facts
from analyzer.live.rules import load


def chooser(text: str, seed: int = 1, now: float = 0.0) -> Chooser:
    """Rules given as the inside of one table, or several."""
    return Chooser(load("".join(f"[[rule]]\n{part}\n" for part in text.split(";;")), "r"), Random(seed), now)


def test_turns_and_counts() -> None:
    """For each session, or for all."""
    pong = [Facts(None, None, "pong", "c2s", sid) for sid in "aabbabab"]
    met = [bool(one.choose(fact)) for one in [chooser('do="drop"\nafter=1\ncount=2')] for fact in pong]
    assert met == [False, True, False, True, True, True, False, False]
    every = chooser('do="drop"\nafter=1\ncount=2\nper_session=false')
    assert [bool(every.choose(fact)) for fact in pong] == [False, True, True, False, False, False, False, False]


def test_the_first_rule_that_is_due_acts() -> None:
    """The others do not even count."""
    both = chooser('name="one"\ndo="drop"\ncount=1;;name="two"\ndo="drop"\nafter=1')
    chosen = [both.choose(Facts()) for _ in range(4)]
    assert [rule.name if rule else None for rule in chosen] == ["one", None, "two", "two"]


def test_chance_can_be_repeated() -> None:
    """By its seed; jitter, too."""
    runs = [
        [bool(one.choose(Facts())) for _ in range(200)] for one in (chooser('do="drop"\nprobability=0.3') for _ in "12")
    ]
    assert runs[0] == runs[1]
    assert 30 < sum(runs[0]) < 90
    late = chooser('do="delay"\nseconds=1\njitter=0.5')
    rule = late.choose(Facts())
    assert rule is not None
    assert 1 <= late.wait(rule) <= 1.5


def test_requests_are_asked_for_apart() -> None:
    """A rule for packets is not one for requests."""
    one = chooser('do="poll-error"\nmatch="~t GET"')
    assert one.choose(Facts(type="GET")) is None
    assert one.choose(Facts(type="GET"), 0.0, ("poll-error",)) is not None
    assert not Chooser([], Random())


def test_seconds_of_a_session() -> None:
    """From then on, until then; each session has its own beginning, and a changed file does not move it."""
    sessions, text = Sessions(), 'do="drop"\nafter_seconds=2\nuntil_seconds=3'
    one = Chooser(load(f"[[rule]]\n{text}", "r"), Random(1), 0.0, sessions)
    met = [
        bool(one.choose(Facts(session=sid), now))
        for sid, now in [("a", 10), ("b", 11.5), ("a", 12), ("b", 12), ("a", 12.9), ("a", 13), ("b", 13.5)]
    ]
    assert met == [False, False, True, False, True, False, True]
    again = Chooser(load(f"[[rule]]\n{text}", "r"), Random(1), 13.0, sessions)
    assert again.choose(Facts(session="b"), 14.0)
    assert not one.choose(Facts(), 100.0)


def test_seconds_of_all() -> None:
    """Count from when the rules were read."""
    one = chooser('do="drop"\nafter_seconds=2\nper_session=false', now=100.0)
    assert [bool(one.choose(Facts(session=sid), now)) for sid, now in (("a", 101.9), ("b", 102.0))] == [False, True]


def test_a_limit_meets_what_is_larger() -> None:
    """What is not does not count."""
    one = chooser('do="limit"\nbytes=10\ncount=1')
    assert [bool(one.choose(Facts(size=size))) for size in (10, 11, 11)] == [False, True, False]


def test_only_what_asks_is_answered() -> None:
    """An event with an ack id."""
    one = chooser('do="answer"')
    kinds = [("EVENT", None), ("ACK", 1), ("BINARY_EVENT", 0), ("EVENT", 1)]
    assert [bool(one.choose(Facts(type=kind, ack=ack))) for kind, ack in kinds] == [False, False, True, True]


def test_a_pace() -> None:
    """Is kept for each session and direction; what comes later than the line is free does not wait for others."""
    one = chooser('do="throttle"\nbytes_per_second=100')
    rule = one.choose(Facts())
    assert rule is not None
    ways = [
        Facts(direction="c2s", session="a"),
        Facts(direction="s2c", session="a"),
        Facts(direction="c2s", session="b"),
    ]
    assert [one.pace(rule, way, 50, 1.0) for way in (ways[0], *ways)] == [1.5, 2.0, 1.5, 1.5]
    assert one.pace(rule, ways[0], 100, 9.0) == 10.0
