"""Times as text and back: every nanosecond survives, everything else is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stamps import EPOCH, HIGHEST, LOWEST, SECOND, clamp, from_text, second_text, to_text

TIMES = st.integers(LOWEST, HIGHEST)


@given(TIMES)
def test_text_reads_back(time: int) -> None:
    """To text and back is the same nanosecond, and the text has one form."""
    text = to_text(time)
    assert from_text(text) == time
    assert len(text) == 30
    assert text.endswith("Z")


@given(TIMES, TIMES)
def test_text_sorts_like_time(one: int, other: int) -> None:
    """So that logs can be sorted by their text."""
    assert (to_text(one) < to_text(other)) == (one < other)


@given(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)))
def test_it_is_the_time_it_says(moment: datetime) -> None:
    """Python's own datetime reads the text as the same moment."""
    moment = moment.replace(tzinfo=UTC)
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    assert datetime.fromisoformat(to_text(micros * 1000)) == moment


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_715_000_000_123_456_789, "2024-05-06T12:53:20.123456789Z"),
        (HIGHEST, "2262-04-11T23:47:16.854775807Z"),
        (LOWEST, "1677-09-21T00:12:44.000000000Z"),
    ],
)
def test_known_times(time: int, text: str) -> None:
    """Fixed points, the ends of what 64 bits hold among them."""
    assert to_text(time) == text
    assert from_text(text) == time
    assert second_text(time // SECOND) == text[:19]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1970-01-01T00:00:01.000001Z", SECOND + 1000),
    ],
)
def test_fewer_digits(text: str, time: int) -> None:
    """Other programs write as many as they have."""
    assert from_text(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1970-01-01",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00+00:00",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234567890Z",
        "1970-13-01T00:00:00Z",
        "1970-02-30T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z\n",
        "１９７０-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time(text: str) -> None:
    """One exception, whatever is wrong."""
    with pytest.raises(ValueError):
        from_text(text)


@pytest.mark.parametrize("time", [HIGHEST + 1, 10**30, LOWEST - 1, -(10**30)])
def test_times_beyond_are_cut(time: int) -> None:
    """A capture may claim any time; the column holds 64 bits."""
    assert clamp(time) in (LOWEST, HIGHEST)
    assert from_text(to_text(time)) == clamp(time)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"])
def test_texts_beyond_are_cut(text: str) -> None:
    """Years that a text can say and the column cannot hold."""
    assert from_text(text) in (LOWEST, HIGHEST)
