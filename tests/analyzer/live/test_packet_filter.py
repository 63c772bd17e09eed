"""Filters over packets and rows."""

import pytest

from analyzer.issues import FilterError
from analyzer.live.packet_filter import compile_filter
from analyzer.records import Row

ROW = Row(0, namespace="/chat", event="say it", type="EVENT", direction="c2s", session="abc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("~e say", True),
        ("~e sa & ~n /chat", True),
        ("!~e say", False),
        ("!!~e say", True),
        ("~e x | ~t event", True),
        ("~e x & ~e say | ~t event", True),
        ("~t event & (~e x | ~d s2c)", False),
        ("~e say ~d s2c", False),
        ("~e say !~d s2c", True),
        ('!(~e x|~d s2c)&~s "^a"', True),
        ("~t ev", False),
        ("~t 'event|ack'", True),
        ('~e "y i"', True),
        ("~n /admin", False),
    ],
)
def test_what_matches(text: str, expected: bool) -> None:
    """By regular expressions; types as a whole, in any case."""
    assert compile_filter(text)(ROW) is expected


def test_what_is_not_there_does_not_match() -> None:
    """Nor does it fail."""
    assert not compile_filter("~e .*")(Row(0))
    assert compile_filter("!~e .*")(Row(0))


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("~x a", 1, r"'~x' is no field: use ~n \(namespace\), ~e"),
        ("~e", 3, "it ends where what the event should be is expected"),
        ("~e ~n x", 4, "~e wants a word behind it"),
        ("~e say)", 7, r"'\)' is not expected here"),
        ("(~e say", 8, "is missing"),
        ("~d up", 4, "a direction is c2s or s2c, not 'up'"),
        ("~e [", 4, "no regular expression"),
        ("say", 1, "'say' is no field"),
        ('~e "x', 3, "a quotation mark without its other one"),
        ("~e a &", 7, "it ends where one of ~n, ~e"),
        ("(" * 100, 1, "too many parentheses"),
    ],
)
def test_mistakes_have_a_place(text: str, place: int, why: str) -> None:
    """And a sentence."""
    with pytest.raises(FilterError, match=rf"character {place}: .*{why}"):
        compile_filter(text)
