"""Times as browsers and proxies write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.sources import moments
from analyzer.stamps import HIGHEST, LOWEST

SECOND = 1_000_000_000
NOON = 1_767_355_200 * SECOND  # 2026-01-02T12:00:00Z


@pytest.mark.parametrize(
    ("text", "after_noon"),
    [
        ("2026-01-02T12:00:00.123Z", 123_000_000),
        ("2026-01-02T12:00:00Z", 0),
        ("2026-01-02T13:00:00.5+01:00", 500_000_000),
        ("2026-01-02T06:30:00.000-0530", 0),
        ("2026-01-02T12:00:00.123456+00:00", 123_456_000),
        ("2026-01-02 12:00:00,000000001", 1),
        ("2026-01-02T12:00:00.1234567899999Z", 123_456_789),
        ("2026-01-02T14:00+02", None),
        ("2026-01-02T12:00:61Z", None),
        ("2026-13-02T12:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_text_is_read_digit_by_digit(text: str, after_noon: int | None) -> None:
    """In any zone, with any fraction; what is no time is none."""
    assert moments.of_text(text) == (None if after_noon is None else NOON + after_noon)


@given(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)))
def test_any_text_that_python_writes_is_read(moment: datetime) -> None:
    """To the microsecond."""
    whole = moment.replace(tzinfo=UTC)
    expected = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
    assert moments.of_text(whole.isoformat()) == expected


@pytest.mark.parametrize(
    "value",
    [
        1_767_355_200, Decimal("1767355200"), 1_767_355_200_000, Decimal("1767355200000.0"),
        1_767_355_200_000_000, 1_767_355_200_000_000_000,
    ],
)  # fmt: skip
def test_the_unit_shows_in_the_size(value: Any) -> None:
    """Seconds, ms, us and ns."""
    assert moments.since_1970(value) == NOON


@given(st.one_of(st.floats(1e9, 4e9), st.decimals("1e9", "4e9", places=6).map(float), st.integers(1 << 38, 1 << 39)))
@example((1 << 38) + 1)
def test_the_digits_of_a_float_are_those_that_mean_it(value: float) -> None:
    """Whichever way they are found. Multiples of 1/256 are as near to two decimals of seven digits."""
    seconds = value / 256 if isinstance(value, int) else value
    assert moments.of_seconds(seconds) == int(Decimal(repr(seconds)) * SECOND)


def test_fractions_lose_nothing() -> None:
    """Neither as a decimal nor as the float that had been written."""
    assert moments.since_1970(Decimal("1767355200.123456789")) == NOON + 123_456_789
    assert moments.since_1970(1767355200.1234567) == NOON + 123_456_700
    assert moments.of_seconds(1767355200.1234567) == NOON + 123_456_700
    assert moments.span(Decimal("0.000001")) == 1
    assert moments.span(12.5) == 12_500_000


@pytest.mark.parametrize("value", [None, True, "1767355200", [], -1, 0, 0.5, 12345, Decimal("NaN"), Decimal("1e99")])
def test_what_is_no_time_is_none(value: Any) -> None:
    """Small numbers too: they count from something else."""
    assert moments.since_1970(value) is None


@pytest.mark.parametrize("value", [None, False, "5", -1, -0.001, Decimal("Infinity"), Decimal("1e999999999"), 10**999])
def test_what_is_no_duration_is_none(value: Any) -> None:
    """-1 stands for one that is not known."""
    assert moments.span(value) is None


@given(st.one_of(st.integers(), st.floats(), st.decimals()))
def test_any_number_is_taken(value: Any) -> None:
    """A time that the log can hold, or none."""
    for read in (moments.since_1970, moments.of_seconds, moments.span):
        found = read(value)
        assert found is None or LOWEST <= found <= HIGHEST
