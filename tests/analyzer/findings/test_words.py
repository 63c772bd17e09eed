"""Words that explanations share."""

from analyzer.findings import words


def test_clock():
    """UTC, to the millisecond."""
    assert words.clock(1_715_000_000_123_456_789) == "12:53:20.123"


def test_spans():
    """In a unit that fits; what is not known is said."""
    assert words.took(1_500_000_000) == "1.50 s"
    assert words.ms(400) == "400 ms"
    assert words.ms(float("nan")) == "unknown"


def test_quote():
    """Printable, short, nothing for nothing."""
    assert words.quote("\x07a") == "\\x07a"
    assert words.quote(None) == ""
    assert len(words.quote("x" * 999)) == 61


def test_named():
    """Three, and a count."""
    assert words.named(["a", "b"]) == "a, b"
    assert words.named(list("abcdef")) == "a, b, c and 3 more"
