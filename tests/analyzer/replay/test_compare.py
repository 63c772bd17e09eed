"""Differences."""

import pytest

from analyzer.replay.account import Account
from analyzer.replay.compare import Terms, differences, grouped
from analyzer.replay.noise import Noise
from analyzer.replay.normalise import Normaliser
from analyzer.replay.steps import ACK, CONNECT, EVENT, Said


def account(*said: Said, acks: dict[int, Said] | None = None) -> Account:
    """What was said."""
    found = Account(acks=acks or {})
    for each in said:
        found.said.setdefault(each.key, []).append(each)
    return found


def event(name: str, data: str | None = "[]", *attachments: bytes) -> Said:
    """An event."""
    return Said(0, EVENT, "/", name, None, data, attachments)


def compared(ours: Account, theirs: Account, level: str = "values", noise: Noise | None = None) -> list[tuple]:
    """Kind, event, path, captured and observed of each difference."""
    terms = Terms(level, Normaliser(1.7e9, 1.8e9), noise or Noise())
    found = grouped(differences(ours, theirs, terms))
    return [(d.kind, d.event, d.path, d.captured, d.observed, d.count) for d in found]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('[{"a":1}]', '[{"a":2}]', ("value", "args[0].a", "1", "2")),
        ('[{"a":1}]', '[{"a":"1"}]', ("type", "args[0].a", "1", '"1"')),
        ('[{"a":{"b":1,"c":2}}]', "[{}]", ("member_missing", "args[0].a", "…", None)),
        ("[{}]", '[{"a":1}]', ("member_unexpected", "args[0].a", None, "1")),
        ('[{"a":{"b":1,"c":2}}]', "[3]", ("type", "args[0]", "…", "3")),
        ("[3]", '[{"a":{"b":1,"c":2}}]', ("type", "args[0]", "3", "…")),
        ("[[]]", "[{}]", ("type", "args[0]", "[]", "{}")),
        ('[{"a":{"b":1,"c":2},"d":1}]', '[{"d":1}]', ("member_missing", "args[0].a", "…", None)),
        ('[{"d":1}]', '[{"a":{"b":1},"d":1}]', ("member_unexpected", "args[0].a", None, "…")),
        ("[1]", "[1,2]", ("member_unexpected", "args[1]", None, "2")),
        ("[[1,2]]", "[[1]]", ("member_missing", "args[0][*]", "2", None)),
        ("[null]", "[false]", ("type", "args[0]", "null", "false")),
        ("no json", "nor this", ("value", "args", '"no json"', '"nor this"')),
    ],
)
def test_inside(before: str, after: str, told: tuple) -> None:
    """One difference where one thing differs, and the same seen from the other side."""
    (found,) = compared(account(event("e", before)), account(event("e", after)))
    assert (found[0], found[2], found[3], found[4]) == told
    assert len(compared(account(event("e", after)), account(event("e", before)))) == 1
    assert compared(account(event("e", before)), account(event("e", before))) == []


def test_binary_by_content() -> None:
    """Not by number."""
    place = '{"_placeholder":true,"num":%d}'
    one, same = (
        event("f", f"[{place % 0},{place % 1}]", b"a", b"b"),
        event("f", f"[{place % 1},{place % 0}]", b"b", b"a"),
    )
    assert compared(account(one), account(same)) == []
    ((kind, _, path, captured, observed, _),) = compared(account(one), account(event("f", one.data, b"a", b"c")))
    assert (kind, path) == ("value", "args[1]")
    assert captured.startswith("<1 bytes, sha256 ")
    assert captured != observed


def test_unordered_across_events() -> None:
    """Order counts within an event alone."""
    a, b = event("a"), event("b")
    assert compared(account(a, b), account(b, a)) == []
    one, two = event("a", "[1]"), event("a", "[2]")
    assert len(compared(account(one, two), account(two, one))[0]) == 6


def test_levels() -> None:
    """Each looks closer than the one before."""
    ours = account(event("a", "[1]"), event("a", "[1]"), event("gone"))
    theirs = account(event("a", '["x"]'), event("new"))
    found = {level: [x[:2] for x in compared(ours, theirs, level)] for level in ("none", "presence", "count", "shape")}
    assert found["none"] == []
    assert found["presence"] == [("event_missing", "gone"), ("event_unexpected", "new")]
    assert found["count"] == [("event_missing", "a"), ("event_missing", "gone"), ("event_unexpected", "new")]
    assert ("type", "a") in found["shape"]
    assert compared(account(event("a", "[1]")), account(event("a", "[2]")), "shape") == []


def test_acks() -> None:
    """By the step they answer."""
    ack = Said(0, ACK, "/", "order", 0, '[{"id":1}]')
    assert compared(account(acks={1: ack}), account()) == [("ack_missing", "order", None, '[{"id":1}]', None, 1)]
    ((kind, _, path, *_),) = compared(account(acks={1: ack}), account(acks={1: ack._replace(data='[{"id":2}]')}))
    assert (kind, path) == ("value", "ack[0].id")
    surplus = account()
    surplus.surplus_acks.append(ack)
    assert compared(account(), surplus)[0][0] == "ack_unexpected"


def test_spare_and_joining() -> None:
    """What need not come may; ids of a CONNECT are live ones."""
    ours = account(event("a"), event("a"))
    ours.spare[EVENT, "/", "a"] = 1
    assert compared(ours, account(event("a"))) == compared(ours, account(event("a"), event("a"))) == []
    assert compared(ours, account(event("a"), event("a"), event("a")))[0][0] == "event_unexpected"
    join = Said(0, CONNECT, data='{"sid":"a","pid":"b"}')
    assert compared(account(join), account(join._replace(data='{"sid":"c","pid":"d"}'))) == []


def test_offsets() -> None:
    """The last argument is an offset where sessions can be recovered, and only there."""
    ours, theirs = account(event("a", '[1,"Q8NuGEY.1"]')), account(event("a", '[1,"Q8NuH4a"]'))
    assert len(compared(ours, theirs)) == 1
    terms = Terms("values", Normaliser(1.7e9, 1.8e9), Noise(), recovery=True)
    assert differences(ours, theirs, terms) == []
    assert len(differences(account(event("a", '[1,"tea"]')), account(event("a", '[1,"no"]')), terms)) == 1


def test_noise_and_groups() -> None:
    """Noise is not told, and like differences are one."""
    ours, theirs = account(*[event("a", "[[1]]")] * 3), account(*[event("a", "[[2]]")] * 3)
    assert compared(ours, theirs) == [("value", "a", "args[0][*]", "1", "2", 3)]
    assert compared(ours, theirs, noise=Noise(frozenset({("/", "a", "args[0][*]")}))) == []
