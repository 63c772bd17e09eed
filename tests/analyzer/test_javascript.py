"""JavaScript's rules for numbers and strings."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.javascript import number_text, paired, quote, to_count, to_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0),
        (" \ufeff\n", 0),
        ("12", 12),
        ("\u00a0+1.5e1 ", 15),
        (".5", 0.5),
        ("5.", 5),
        ("-0", 0),
        ("0x1F", 31),
        ("0b11", 3),
        ("0o17", 15),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
        ("0x" + "f" * 300, math.inf),
    ],
)
def test_numbers(text: str, value: float) -> None:
    """Number(text) where JavaScript gives a number."""
    assert to_number(text) == value


@pytest.mark.parametrize(
    "text", ["a", "1a", "1_0", "nan", "inf", "+0x1", "1 2", "--1", ".", "e5", "٣", "9" * 401, "\x1c1"]
)
def test_no_numbers(text: str) -> None:
    """Number(text) where JavaScript gives NaN, and text longer than any number."""
    assert math.isnan(to_number(text))


@pytest.mark.parametrize(
    ("text", "count"), [("1e1", 10), ("1.0", 1), ("1.5", None), ("-1", None), ("1e300", None), ("x", None)]
)
def test_counts(text: str, count: int | None) -> None:
    """Only whole numbers that a double holds exactly count."""
    assert to_count(text) == count


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (-1.5e300, "-1.5e+300"),
        (1e-6, "0.000001"),
        (1.5e-5, "0.000015"),
        (-1e-7, "-1e-7"),
        (1.25e-7, "1.25e-7"),
        (5e-324, "5e-324"),
        (9007199254740993.0, "9007199254740992"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (math.nan, "null"),
        (-math.inf, "null"),
    ],
)
def test_number_text(value: float, text: str) -> None:
    """JSON.stringify of numbers, as V8 prints them."""
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_reads_back(value: float) -> None:
    """The digits are enough for the same double."""
    assert float(number_text(value)) == value


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a"\\\b\f\n\r\t\x01\x1f', '"a\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f"'),
        ("é€😀\u2028\x7f", '"é€😀\u2028\x7f"'),
        ("\ud800a\udfff", '"\\ud800a\\udfff"'),
        ("\ud83d\ude00", '"😀"'),
        ("\ude00\ud83d", '"\\ude00\\ud83d"'),
    ],
)
def test_quote(text: str, quoted: str) -> None:
    """JSON.stringify of strings, lone surrogates escaped."""
    assert quote(text) == quoted


@given(st.text(st.characters(), max_size=10))
def test_quote_reads_back(text: str) -> None:
    """What quote writes is JSON of the same UTF-16 text, and can be written as UTF-8."""
    assert json.loads(quote(text)) == paired(text)
    assert quote(text).encode()
