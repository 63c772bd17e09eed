"""Heads as a column: one JSON object with both sides' fields."""

import json

from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding import heads
from analyzer.decoding.heads import as_json
from tests.analyzer.decoding.drive import answer_head, request_head

NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=5)
VALUES = st.text(st.characters(max_codepoint=0xFF), max_size=8)


def test_both_sides() -> None:
    """The request's fields and the answer's, each under its name."""
    text = as_json(request_head(0, "GET", "/"), answer_head(0, 200, [("content-length", "2")]))
    assert json.loads(text) == {"request": {"host": "h"}, "response": {"content-length": "2"}}


def test_a_side_that_is_missing() -> None:
    """What the capture does not show has no fields."""
    assert json.loads(as_json(None, None)) == {"request": {}, "response": {}}


def test_repeated_fields_are_joined() -> None:
    """A field sent twice has both values (RFC 9110 section 5.2)."""
    fields = [("set-cookie", "a=1"), ("x", "y"), ("set-cookie", "b=2")]
    assert json.loads(as_json(None, answer_head(0, 200, fields)))["response"] == {"set-cookie": "a=1, b=2", "x": "y"}


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_anything_a_head_can_hold_is_ascii_json(fields: list[tuple[str, str]]) -> None:
    """Whatever bytes a peer sends in a field, the column is one line of ASCII that reads back, names in their order."""
    text = as_json(None, answer_head(0, 200, [*fields, ("z", "")]))
    assert text.isascii()
    assert "\n" not in text
    read = json.loads(text)["response"]
    assert list(read) == list(dict.fromkeys(name for name, _ in [*fields, ("z", "")]))
    for name, value in fields:
        assert value in read[name]


def test_it_is_what_json_makes_of_it() -> None:
    """Put together from remembered parts, long values too."""
    fields = [("a", 'x"y\\\n'), ("b", "é" * 300), ("c", "")]
    whole = {"request": {"host": "h"}, "response": dict(fields)}
    assert as_json(request_head(0, "GET", "/"), answer_head(0, 200, fields)) == json.dumps(whole)


def test_heads_that_come_again_and_large_ones() -> None:
    """What is remembered is bounded, and says the same the second time."""
    for _ in range(2):
        for i in (0, 1, 2 * heads._HEADS):
            assert json.loads(as_json(None, answer_head(0, 200, [("n", f"{i}")])))["response"] == {"n": f"{i}"}
    for i in range(2 * heads._HEADS):
        as_json(None, answer_head(0, 200, [("n", f"{i}")]))
    large = [("a", "b" * heads._WORTH)]
    assert json.loads(as_json(None, answer_head(0, 200, large)))["response"] == dict(large)
    assert len(heads._remembered) <= heads._HEADS
    assert tuple(large) not in heads._remembered
