"""What rules do to packets."""

from random import Random

import pytest

from analyzer.live.pretty import Item
from analyzer.live.rules import load
from analyzer.live.shaping import Chooser, Facts, Shaped, attachments_of, facts_of, replaced, shape

BODY: list[Item] = ["2", '42["a",{"n":1.0}]', '451-["file",{"_placeholder":true,"num":0}]', "bAQID", '43/x,7["ok"]']


def chooser(text: str, seed: int = 1) -> Chooser:
    """Rules given as the inside of one table, or several."""
    return Chooser(load("".join(f"[[rule]]\n{part}\n" for part in text.split(";;")), "r"), Random(seed))


def shaped(text: str, items: list[Item] = BODY) -> Shaped:
    """A body under rules."""
    return shape(items, 4, chooser(text), lambda item: facts_of(item, 4, "c2s", "S"))


def test_facts() -> None:
    """What filters look at."""
    assert facts_of("3", 4, "c2s", "S") == Facts(None, None, "pong", "c2s", "S")
    assert facts_of('42/x,["a"]', 4, "s2c", None) == Facts("/x", "a", "EVENT", "s2c", None)
    assert facts_of(b"\1", 4, "s2c", None).type == "binary"
    assert [attachments_of(item, 4) for item in (*BODY, b"1")] == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('do="drop"\nmatch="~t ping"', BODY[1:]),
        ('do="drop"\nmatch="~e file"', [*BODY[:2], BODY[4]]),
        ('do="duplicate"\nmatch="~e file"', [*BODY[:4], *BODY[2:4], BODY[4]]),
        ('do="replace"\nmatch="~e a"\nset={"1.n"=2,"9"=1,"1.x.y"=3}', [BODY[0], '42["a",{"n":2}]', *BODY[2:]]),
        ('do="drop"\nmatch="~e nothing"', BODY),
        ('do="drop"', ["6"]),
    ],
)
def test_bodies(rule: str, expected: list[Item]) -> None:
    """Attachments share the fate of their packet; of nothing a noop is left."""
    assert shaped(rule).items == expected


def test_what_is_not_seen_in_the_body() -> None:
    """A wait, a cut, and what was done."""
    done = shaped('name="x"\ndo="delay"\nseconds=2\nmatch="~t ack";;do="cut"\nmatch="~e a"')
    assert (done.items, done.wait, done.cut) == (BODY, 2.0, True)
    assert [act.detail for act in done.acts] == ["rule 'rule 2': cut EVENT a", "rule 'x': delay ACK"]


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
    assert one.choose(Facts(type="GET"), ("poll-error",)) is not None
    assert not Chooser([], Random())


@pytest.mark.parametrize("item", ["2", "4x", b"\1", "42[1", "4" + '2["a",' + "[" * 100_000])
def test_what_cannot_be_replaced_stays(item: Item) -> None:
    """Without harm."""
    assert replaced(item, {"1": 2}) == item


def test_head_and_order_stay() -> None:
    """Only the values change."""
    made = replaced('451-/n,9["a",{"x":1,"y":"é"},{"_placeholder":true,"num":0}]', {"1.x": [1], "0": "b"})
    assert made == '451-/n,9["b",{"x":[1],"y":"é"},{"_placeholder":true,"num":0}]'
