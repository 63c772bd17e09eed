"""Rows chosen by what they are, when they were, and around a frame."""

import pytest

from analyzer.records import Row
from analyzer.report.selection import Around, Choice, Moment, chosen, moment
from tests.rows import START, Talk

EVENT = Row(
    5 * 10**9,
    session="abcdef",
    direction="c2s",
    layer="socket.io",
    type="EVENT",
    namespace="/admin?t=1",
    event="chat.say",
)
ACK = EVENT._replace(type="ACK", event=None, direction="s2c")
PING = Row(7 * 10**9, session="xyz", direction="s2c", layer="engine.io", type="ping")


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        ({}, (True, True, True)),
        ({"session": "abcdef"}, (True, True, False)),
        ({"session": "ab"}, (True, True, False)),
        ({"session": "bc"}, (False, False, False)),
        ({"namespace": "/admin"}, (True, True, False)),
        ({"namespace": "admin"}, (True, True, False)),
        ({"namespace": "/"}, (False, False, False)),
        ({"event": "chat.say"}, (True, True, False)),
        ({"event": "chat.*"}, (True, True, False)),
        ({"event": "chat"}, (False, False, False)),
        ({"types": ("event",)}, (True, False, False)),
        ({"types": ("EVENT", "PING")}, (True, False, True)),
        ({"direction": "s2c"}, (False, True, True)),
        ({"since": Moment(6 * 10**9, False)}, (False, False, True)),
        ({"until": Moment(5 * 10**9, False)}, (True, True, False)),
        ({"session": "ab", "direction": "c2s", "types": ("ping",)}, (False, False, False)),
    ],
)
def test_what_fits(wish, fits):
    """Every wish has to be met; an ack is of the event that it answers."""
    choice = Choice(**wish)
    assert (choice.fits(EVENT), choice.fits(ACK, "chat.say"), choice.fits(PING)) == fits


def test_names_that_look_like_patterns():
    """Fit themselves."""
    assert Choice(event="a[1]*").fits(EVENT._replace(event="a[1]*"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", Moment(0, True)),
        ("12.5", Moment(12_500_000_000, True)),
        ("-1", Moment(-(10**9), True)),
        ("2024-05-06T12:53:20.000000001Z", Moment(START + 1, False)),
        ("2024-05-06T12:53:20", Moment(START, False)),
        ("2024-05-06 14:53:20.5+02:00", Moment(START + 500_000_000, False)),
        ("2024-05-06", Moment(START - 46_400 * 10**9, False)),
    ],
)
def test_moments(text, expected):
    """Seconds from the start, or ISO 8601 of any sort; UTC where it does not say."""
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "nan", "inf", "1e300", "2024-13-01", "12:00"])
def test_what_is_no_moment(text):
    """Is refused."""
    with pytest.raises((ValueError, OverflowError)):
        moment(text)


def test_relative_moments_count_from_the_first_row():
    """Absolute ones stay as they are."""
    choice = Choice(since=Moment(5, True), until=Moment(7, False)).starting(100)
    assert (choice.since, choice.until) == (Moment(105, False), Moment(7, False))
    assert Choice().starting(5) == Choice()


def frames(*numbers, source="a"):
    """Rows of some frames."""
    return [Row(i, source=source, frame=number) for i, number in enumerate(numbers)]


def around(rows, frame, context):
    """The frames shown, and whether it was found."""
    near = Around(frame, context)
    return [shown.frame for row in rows for shown in near.take(row, row)], near.found


def test_around_a_frame():
    """With rows before and after; the nearest following frame where it has no row of its own."""
    assert around(frames(1, 2, 3, 4, 5, 6), 4, 1) == ([3, 4, 5], True)
    assert around(frames(1, 2, 4, 4, 5, 6, 7), 4, 1) == ([2, 4, 4, 5], True)
    assert around(frames(1, 2, 6, 7, 8), 4, 1) == ([2, 6, 7], True)
    assert around(frames(1, 2), 4, 1) == ([], False)
    assert around(frames(1, 2, 4, 5), 4, 0) == ([4], True)
    assert around(frames(None, 4, None, None), 4, 1) == ([None, 4, None], True)


def test_a_frame_of_several_sources():
    """Each has its own numbers."""
    assert around([*frames(1, 4), *frames(3, 4, 9, source="b")], 4, 0) == ([4, 4], True)


def test_rows_of_a_session_around_a_frame():
    """Only rows of that session count, over the bounds of blocks."""
    talk, other = Talk("one"), Talk("two")
    for number in range(20):
        talk.beat(number)
        other.beat(number)
    rows = [row for pair in zip(talk.rows, other.rows, strict=True) for row in pair]
    choose = chosen("one", 10, 2)
    found = [row for start in range(0, 80, 7) for row in choose(rows[start : start + 7])]
    assert [(row.session, row.frame) for row in found] == [("one", number) for number in (8, 9, 10, 11, 12)]
    assert chosen(None, None)(rows) == rows
