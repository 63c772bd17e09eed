"""What a server said, sorted."""

from analyzer.records import Row
from analyzer.replay.account import Binary, captured, containers, flat, observed, paired
from analyzer.replay.pace import Pace
from analyzer.replay.played import Played
from analyzer.replay.steps import ACK, EVENT, Key, Said
from tests.analyzer.replay.opposite import Opposite, played, session, shop_says
from tests.analyzer.replay.talks import bye, said, shop

PLACE = '{"_placeholder":true,"num":%d}'


def test_captured() -> None:
    """Events by key, acks by step, what came late is spare."""
    late = said(99, "EVENT", event="paid")
    found = captured(session([*shop()[:-1], bye(95), late]))
    assert len(found.said[EVENT, "/", "paid"]) == 2
    assert found.spare == {(EVENT, "/", "paid"): 1}
    assert sorted(found.acks) == [1, 2]


def test_observed() -> None:
    """An ack of nothing is surplus."""
    result = Played(session(shop()))
    ack = Said(1, ACK, "/", "order", 0, "[]")
    result.received += [ack, Said(2, ACK, "/", None, 9), Said(3, EVENT, "/", "a")]
    result.acks[1] = ack
    found = observed(result)
    assert found.acks == {1: ack}
    assert [x.ack_id for x in found.surplus_acks] == [9]


def test_flat() -> None:
    """Leaves by path; placeholders are the bytes they stand for, whatever their numbers."""
    one = Said(0, EVENT, data=f'[{{"a":{PLACE % 1},"b":[]}},{PLACE % 0}]', attachments=(b"x", b"yy"))
    assert flat(one) == {(0, "a"): flat(one)[0, "a"], (0, "b"): [], (1,): flat(one)[1,]}
    assert (flat(one)[0, "a"].size, flat(one)[1,].size) == (2, 1)
    assert isinstance(flat(Said(0, "MESSAGE", attachments=(b"x",)))[0,], Binary)
    assert flat(Said(0, EVENT, data=f"[{PLACE % 5}]", attachments=(b"x",)))[0, "num"] == 5
    assert containers(flat(one)) == {(), (0,), (0, "b")}


def test_pairs() -> None:
    """In order; where numbers differ, equals first."""
    ours, theirs = [Said(i, EVENT, data=d) for i, d in enumerate("abc")], [Said(9, EVENT, data="b")]
    found = list(paired(ours, theirs, (list("abc"), ["b"])))
    assert found == [(ours[0], None), (ours[1], theirs[0]), (ours[2], None)]
    assert list(paired(ours, ours, ([], []))) == list(zip(ours, ours, strict=True))


def test_a_capture_that_ends_in_the_middle() -> None:
    """What the server says once all has come that the capture holds is nothing it could know; before, it is."""
    rows, late = shop()[:-1], (EVENT, "/", "late")

    def observed_of(rows: list[Row]) -> set[Key]:
        says = shop_says()
        result = played(rows, Opposite(lambda m: [*says(m), *([(0.025, '42["late"]')] if '"pay"' in str(m) else [])]))
        assert late in {each.key for each in result.received}
        return set(observed(result).said)

    assert late not in observed_of(rows)
    assert late in observed_of([*rows, bye(95)])
    assert late in observed_of([*rows[:7], said(26, "EVENT", event="news"), *rows[7:]])


def test_a_capture_that_ends_before_an_answer() -> None:
    """An ack that comes now is no difference."""
    result = played(shop()[:6], Opposite(shop_says()), Pace("timed"))
    assert result.outcome == "completed"
    assert observed(result).acks == {}
