"""Values of the server that the client sends back."""

import pytest

from analyzer.replay.correlate import discover
from analyzer.replay.jsontext import show
from analyzer.replay.plan import plan
from tests.analyzer.replay.talks import bye, opening, said, sent, shop


def found(*rows) -> list[str]:
    """The rules of a session, in words."""
    taken = [*opening(), sent(3, "CONNECT"), said(4, "CONNECT", data='{"sid":"x"}'), *rows, bye(99)]
    return [
        f"{r.source.kind} {r.source.event}{show(r.source.path)} > {r.target.kind} {r.target.event}{show(r.target.path)}"
        for r in discover(plan(taken))
    ]


def test_an_order() -> None:
    """The id of the order is given in an ack and sent in the next event; the price is left alone."""
    (rule,) = discover(plan(shop()))
    assert (rule.source[:3], show(rule.source.path)) == (("ACK", "/", "order"), "[0].order")
    assert (rule.target[:3], show(rule.target.path)) == (("EVENT", "/", "pay"), "[0]")
    assert rule.sample == "o-4711"
    assert 0.6 <= rule.score <= 1


def test_short_numbers_need_a_pair() -> None:
    """One small number is chance; two at the same places are not, and neither is one between places called id."""
    one = [said(5, "EVENT", event="a", data='[{"n":17}]'), sent(6, "EVENT", event="b", data='[{"m":17}]')]
    two = [said(7, "EVENT", event="a", data='[{"n":23}]'), sent(8, "EVENT", event="b", data='[{"m":23}]')]
    assert found(*one) == []
    assert found(*one, *two, said(9, "EVENT", event="a", data='[{"n":5}]')) == []
    ids = [said(5, "EVENT", event="a", data='[{"id":1711}]'), sent(6, "EVENT", event="b", data='[{"id":1711}]')]
    assert found(*ids) == ["EVENT a[0].id > EVENT b[0].id"]


def test_booleans_and_client_made_values() -> None:
    """Neither truth nor what the client itself had said first."""
    rows = [said(5, "EVENT", event="a", data="[true]"), sent(6, "EVENT", event="b", data="[true]")]
    own = [
        sent(5, "EVENT", event="a", data='["key-12345678"]'),
        said(6, "EVENT", event="a", data='["key-12345678"]'),
        sent(7, "EVENT", event="b", data='["key-12345678"]'),
    ]
    assert found(*rows) == found(*own) == []


def test_parts_of_texts() -> None:
    """An id inside of a longer text."""
    rows = [
        said(5, "EVENT", event="a", data='["room-4f9c1c54"]'),
        sent(6, "EVENT", event="b", data='["/r/room-4f9c1c54/x"]'),
    ]
    assert found(*rows) == ["EVENT a[0] > EVENT b[0]"]


def test_lists_are_one_place() -> None:
    """Whatever the index of the item that is picked."""
    items = '[[{"id":"it-000001"},{"id":"it-000002"}]]'
    rows = [
        said(5, "EVENT", event="list", data=items),
        sent(6, "EVENT", event="take", data='["it-000002"]'),
        sent(7, "EVENT", event="take", data='["it-000001"]'),
    ]
    assert found(*rows) == ["EVENT list[0][*].id > EVENT take[0]"]


@pytest.mark.parametrize("data", ['{"sid":"AbCdEfGhIjKlMnOpQrSt"}'])
def test_socket_ids(data: str) -> None:
    """The id that a CONNECT gives."""
    rows = [said(5, "CONNECT", namespace="/n", data=data)]
    rows.append(sent(6, "EVENT", event="me", data='["AbCdEfGhIjKlMnOpQrSt"]'))
    assert found(*rows) == ["CONNECT [*].sid > EVENT me[0]"] or found(*rows) == ["CONNECT .sid > EVENT me[0]"]


def test_across_sessions() -> None:
    """What one session was given, another may send: a pid after a reconnect."""
    first = [
        *opening(),
        sent(3, "CONNECT"),
        said(4, "CONNECT", data='{"sid":"x","pid":"P7fGh2kLmN0pQrStUvWx"}'),
        said(5, "EVENT", event="a", data='[1,"Q86M0EX"]'),
        bye(6),
    ]
    later = [
        *(r._replace(session="t", stream=1, time=r.time + 10**7) for r in opening()),
        sent(15, "CONNECT", session="t", stream=1, data='{"pid":"P7fGh2kLmN0pQrStUvWx","offset":"Q86M0EX"}'),
    ]
    rules = discover(plan([*first, *later]))
    assert sorted((r.source.kind, r.target.kind) for r in rules) == [("CONNECT", "CONNECT"), ("EVENT", "CONNECT")]


def test_words_do_not_come_from_other_sessions() -> None:
    """Two sessions that say the same word, or number, say it by chance."""
    first = [*opening(), sent(3, "CONNECT"), said(4, "EVENT", event="a", data='[{"id":"tea-1"},{"id":123456}]'), bye(5)]
    later = [
        *(r._replace(session="t", stream=1, time=r.time + 10**7) for r in opening()),
        sent(15, "EVENT", event="b", data='[{"id":"tea-1"},{"id":123456}]', session="t", stream=1),
    ]
    assert discover(plan([*first, *later])) == []
