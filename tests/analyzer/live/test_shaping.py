"""What rules do to packets."""

from random import Random

import pytest

from analyzer.live.answering import Answered
from analyzer.live.choosing import Chooser
from analyzer.live.pretty import Item
from analyzer.live.rules import load
from analyzer.live.shaping import BodyShaper, Carried, Shaped
from analyzer.live.unit import Begun

BODY: list[Item] = ["2", '42["a",{"n":1.0}]', '451-["file",{"_placeholder":true,"num":0}]', "bAQID", '43/x,7["ok"]']


def chooser(text: str, seed: int = 1) -> Chooser:
    """Rules given as the inside of one table, or several."""
    return Chooser(load("".join(f"[[rule]]\n{part}\n" for part in text.split(";;")), "r"), Random(seed))


def shaped(text: str, items: list[Item] = BODY) -> Shaped:
    """A body under rules."""
    return BodyShaper(chooser(text), Answered(), Begun(), Carried(4, "c2s", "S")).shape(items)


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
    assert (done.items, done.wait) == (BODY, 2.0)
    assert done.cut is not None
    assert [act.detail for act in done.acts] == ["rule 'rule 2': cut EVENT a", "rule 'x': delay ACK"]


THREE: list[Item] = ['42["a",1]', '451-["b",{"_placeholder":true,"num":0}]', "bAQID", '42["c"]']


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('match="~e a"', [*THREE[1:3], THREE[0], THREE[3]]),
        ('match="~e a"\nby=2', [*THREE[1:], THREE[0]]),
        ('match="~e b"', [THREE[0], THREE[3], *THREE[1:3]]),
        ('match="~e c"', THREE),
        ('match="~e a"\nby=9', [*THREE[1:], THREE[0]]),
        ("", [THREE[3], THREE[0], *THREE[1:3]]),
    ],
)
def test_places_are_changed(rule: str, expected: list[Item]) -> None:
    """Attachments come along; where nothing follows, nothing is done."""
    done = shaped(f'do="reorder"\n{rule}', THREE)
    assert done.items == expected
    assert len(done.acts) == (0 if rule == 'match="~e c"' else 2 if not rule else 1)


def test_an_answer() -> None:
    """Does not go on with the body, but the other way; the last packet leaves a noop."""
    done = shaped('do="answer"\ndata="yes"', ['427["a"]'])
    assert done.items == ["6"]
    assert [items for _, items in done.answers] == [['437["yes"]']]
    assert [act.detail for act, _ in done.answers] == ["rule 'rule 1': answer EVENT a"]


def test_an_answer_that_goes_on() -> None:
    """The peer's own ack is taken out when it comes."""
    one, answered = chooser('do="answer"\nforward=true\ncount=1'), Answered()
    done = BodyShaper(one, answered, Begun(), Carried(4, "c2s", "S")).shape(['427["a"]'])
    assert (done.items, len(done.answers)) == (['427["a"]'], 1)
    back = BodyShaper(one, answered, Begun(), Carried(4, "s2c", "S")).shape(['437["late"]', '438["other"]'])
    assert back.items == ['438["other"]']
    assert [act.detail for act in back.acts] == ["rule 'rule 1': answer ACK, its own ack comes after the proxy's"]
    again = BodyShaper(one, answered, Begun(), Carried(4, "s2c", "S")).shape(['437["again"]'])
    assert again.items == ['437["again"]']


def test_bytes_a_second() -> None:
    """A body waits until its packets are through, behind those before it."""
    one = chooser('do="throttle"\nbytes_per_second=10\nmatch="~e a"')
    waits = [
        BodyShaper(one, Answered(), Begun(), Carried(4, "c2s", "S", now=now)).shape(THREE).wait for now in (1.0, 1.5)
    ]
    assert waits == [pytest.approx(0.9), pytest.approx(1.3)]


def test_too_large() -> None:
    """A request; of an answer no peer minds the size."""
    one = chooser('do="limit"\nbytes=100')
    found = [
        BodyShaper(one, Answered(), Begun(), Carried(4, way, "S", size)).shape(["2"]).too_large
        for way, size in (("c2s", 101), ("c2s", 100), ("s2c", 101))
    ]
    assert found == [True, False, False]


HEAD, PART = '452-["b"]', "bAQID"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('do="drop"', [["42"], ["6"], ["6", "43"]]),
        ('do="answer"', [["42"], ["6"], ["6", "43"]]),
        ('do="duplicate"', [["42"], ["6"], [HEAD, PART, PART, HEAD, PART, PART, "6", "43"]]),
        ('do="reorder"', [["42", HEAD], [PART], [PART, "6", "43"]]),
        ('do="replace"\nset={"0"="c"}', [["42", '452-["c"]'], [PART], [PART, "6", "43"]]),
        ('do="delay"\nseconds=1', [["42", HEAD], [PART], [PART, "6", "43"]]),
        ('do="drop"\nmatch="~t binary"', [["42", HEAD], [PART], [PART, "6", "43"]]),
    ],
)
def test_attachments_that_come_with_other_bodies(rule: str, expected: list[list[Item]]) -> None:
    """Belong to the packet nevertheless; a client posts a header as soon as it has it."""
    head = '452-7["b"]' if "answer" in rule else HEAD
    one, begun = chooser(rule if "match" in rule else f'{rule}\nmatch="~e b"'), Begun()
    bodies: list[list[Item]] = [["42", head], [PART], [PART, "6", "43"]]
    found = [BodyShaper(one, Answered(), begun, Carried(4, "c2s", "S")).shape(body).items for body in bodies]
    assert found == expected


def test_packets_between_a_packet_and_its_attachments() -> None:
    """Engine.IO allows its own there; another event says that nothing more will come."""
    body: list[Item] = ['451-["b"]', "2", "bAQID", '451-["b"]', '451-["c"]', "bAQID"]
    assert shaped('do="duplicate"\nmatch="~e b"', body).items == [
        "2", '451-["b"]', "bAQID", '451-["b"]', "bAQID", '451-["c"]', '451-["b"]', '451-["b"]', "bAQID",
    ]  # fmt: skip
