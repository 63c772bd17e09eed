"""Values out of JSON that may be anything."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from analyzer.sources import loose
from tests.anything import JSON

VALUE = {"a": {"text": "x", "number": 5, "list": [1, 2], "decimal": Decimal("7.0"), "empty": ""}}


def test_what_is_there_is_found() -> None:
    """By the path to it."""
    assert loose.text(VALUE, "a", "text") == "x"
    assert loose.integer(VALUE, "a", "number") == 5
    assert loose.integer(VALUE, "a", "decimal") == 7
    assert list(loose.items(VALUE, "a", "list")) == [1, 2]
    assert loose.identity(VALUE, "a", "number") == "5"
    assert loose.identity(VALUE, "a", "text") == "x"


def test_what_is_of_another_kind_is_not_there() -> None:
    """Whatever lies on the path."""
    assert loose.text(VALUE, "a", "number") is None
    assert loose.integer(VALUE, "a", "text") is None
    assert loose.integer({"a": True}, "a") is None
    assert loose.integer({"a": Decimal("1.5")}, "a") is None
    assert loose.identity(VALUE, "a", "empty") is None
    assert list(loose.items(VALUE, "a", "text")) == []
    assert loose.member(VALUE, "a", "text", "deeper") is None


@pytest.mark.parametrize(
    "headers",
    [
        [{"name": "Host", "value": "h"}, {"name": 1, "value": "x"}, {"name": "y"}, 5],
        [["Host", "h"], ["z"]],
        {"Host": "h", "n": 1},
    ],
)
def test_headers_come_in_three_forms(headers: Any) -> None:
    """Objects, pairs, and one object; what is neither is left out."""
    assert loose.pairs({"headers": headers}, "headers") == [("Host", "h")]


@given(JSON)
def test_anything_may_stand_anywhere(value: Any) -> None:
    """Nothing raises."""
    loose.text(value, "a", "b")
    loose.integer(value, "a")
    loose.identity(value)
    assert all(isinstance(part, str) for pair in loose.pairs(value) for part in pair)
