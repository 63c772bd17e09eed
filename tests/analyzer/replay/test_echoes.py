"""A quick look for values that both sides say."""

import json

from hypothesis import given, strategies

from analyzer.replay.echoes import echoed, said, sent
from analyzer.replay.jsontext import dump, scalars
from analyzer.replay.plan import plan
from tests.analyzer.replay import talks

VALUES = strategies.recursive(
    strategies.text(max_size=12) | strategies.integers() | strategies.booleans() | strategies.none(),
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(strategies.text(max_size=6), inner),
)


def test_of_a_plan() -> None:
    """What the server says first and the client then; not what the client has made up, nor keys, nor truth."""
    shop = plan(talks.shop())
    assert "o-4711" in echoed(shop)
    own = [talks.sent(5, "EVENT", event="a", data='["mine",true]'), talks.said(6, "EVENT", event="b", data='["mine"]')]
    assert echoed(plan([*talks.opening(), *own, talks.sent(7, "EVENT", event="a", data='["mine",true]')])) == set()
    keys = [talks.said(5, "EVENT", event="a", data='[{"k":true}]'), talks.sent(6, "EVENT", event="b", data='[{"k":1}]')]
    assert echoed(plan([*talks.opening(), *keys])) == set()


def test_parts() -> None:
    """Of what clients send, ids inside of longer texts too, however they are written."""
    assert {"room-4f9c1c54", "/r/room-4f9c1c54/x"} <= sent('["/r/room-4f9c1c54/x"]')
    assert {"room-4f9c1c54", '"room-4f9c1c54"'} <= sent(r'["\"room-4f9c1c54\""]')
    assert "room-4f9c1c54" not in said('["/r/room-4f9c1c54/x"]')


@given(VALUES, strategies.booleans(), strategies.sampled_from([(",", ":"), (", ", ": ")]))
def test_no_value_is_missed(value: object, escaped: bool, separators: tuple[str, str]) -> None:
    """Whatever a writer makes of it."""
    text = json.dumps(value, ensure_ascii=escaped, separators=separators)
    assert {each if isinstance(each, str) else dump(each) for _, each in scalars(text)} - {"[]", "{}"} <= said(text)


def test_no_json() -> None:
    """Text that is none does no harm."""
    assert said("\\") == {"\\"}
    assert "a" in said("[a")
