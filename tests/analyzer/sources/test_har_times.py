"""When things happened, by what an entry says."""

from typing import Any

import pytest

from analyzer.sources import har_times
from tests.hars import EPOCH, START

MS = 1_000_000


def times(timings: Any, time: Any = None, writer: str = "WebInspector") -> tuple[float, ...]:
    """Moments of an entry that starts at 0, in ms."""
    found = har_times.times({"timings": timings, "time": time}, 0, writer)
    return tuple(moment / MS for moment in found)


PHASES = {"blocked": 1, "dns": 2, "connect": 4, "ssl": 3, "send": 8, "wait": 16, "receive": 32}


def test_phases_add_up() -> None:
    """The request begins once there is a connection; the answer ends where the whole does."""
    assert times(PHASES, 63) == (7, 15, 31, 63)


def test_phases_that_are_not_known_count_nothing() -> None:
    """-1 and what is missing."""
    assert times({"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 5, "receive": -1}) == (
        0,
        0,
        5,
        5,
    )
    assert times({"wait": 5}) == (0, 0, 5, 5)


def test_writers_differ() -> None:
    """Firefox has ssl beside connect; mitmproxy starts with the request's first byte."""
    assert times(PHASES, writer="Firefox") == (10, 18, 34, 66)
    assert times(PHASES, writer="mitmproxy") == (0, 8, 24, 56)


def test_without_phases_the_whole_counts() -> None:
    """From start to end; without that everything is at once."""
    assert times(None, 7.5) == (0, 0, 7.5, 7.5)
    assert times({"blocked": 9}, 7.5) == (9, 9, 9, 9)
    assert times({}, "x") == (0, 0, 0, 0)


@pytest.mark.parametrize("value", [START, EPOCH // MS, EPOCH / 1e9, "2026-01-02T04:04:05+01:00"])
def test_the_start_is_text_or_a_number(value: Any) -> None:
    """Both are met."""
    assert har_times.started({"startedDateTime": value}) == EPOCH


@pytest.mark.parametrize("entry", [{}, {"startedDateTime": None}, {"startedDateTime": "x"}, [], None])
def test_a_start_may_be_missing(entry: Any) -> None:
    """Then there is none."""
    assert har_times.started(entry) is None
