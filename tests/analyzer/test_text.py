"""Hostile text made fit for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.text import ELLIPSIS, elide, printable

ANY_TEXT = st.text(st.characters(categories=None), max_size=400)


@given(ANY_TEXT)
def test_printable_is_printable(text: str) -> None:
    """No control, no bidi mark, no surrogate is left, whatever there was; it can be encoded, and is one line."""
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_printable_text_stays(text: str) -> None:
    """What can be shown is shown as it is."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("é ☃ 😀", "é ☃ 😀"),
        ("", ""),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    """A character that cannot be shown becomes a backslash escape."""
    assert printable(text) == shown


@given(ANY_TEXT | st.binary(max_size=400), st.integers(1, 80))
def test_elide_is_short_and_printable(value: str | bytes, width: int) -> None:
    """At most the width and an ellipsis, printable, one line."""
    shown = elide(value, width)
    assert shown.isprintable()
    assert len(shown) <= width + len(ELLIPSIS)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=100))
def test_elide_begins_like_the_value(text: str) -> None:
    """What fits stays whole; what does not ends in an ellipsis."""
    for value in (text, text.encode()):
        assert elide(value) == (text if len(text) <= 60 else text[:60] + ELLIPSIS)


def test_elide_says_that_there_is_more() -> None:
    """Even where the part looked at is shorter once shown than the width."""
    assert elide("\u0301" * 1000, 60).endswith(ELLIPSIS)
    assert elide("😀".encode() * 1000, 60) == "😀" * 60 + ELLIPSIS


def test_bytes_are_text_where_they_are() -> None:
    """Bytes that are no UTF-8 are escaped one by one."""
    assert elide(b"a\xffb\x00") == "a\\xffb\\x00"
    assert elide("é".encode()) == "é"
