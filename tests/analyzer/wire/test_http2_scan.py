"""Finding frames again."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.wire.http2_scan import REACH, Scan, Search
from analyzer.wire.http_message import Problem
from analyzer.wire.marks import Marks
from tests import http2frames as h2
from tests.http2frames import data, frame
from tests.streams import moments

FRAMES = [frame(h2.PING, bytes(8)), frame(h2.WINDOW, b"\0\0\1\0", 3), data(3, b"whatever"), data(5, b"", end=True)]
NOISE = bytes(random.Random(5).randrange(256) for _ in range(5000))


def test_three_headers_are_believed() -> None:
    """As soon as the third header is there; two are not enough, unless nothing follows."""
    raw = b"noise" + b"".join(FRAMES[:3])
    third = 5 + 17 + 13 + 9
    assert Scan().search(raw[:third], 0) == 5
    assert Scan().search(raw[: third - 1], 0) is None
    scan = Scan()
    assert scan.search(raw[: 5 + 17 + 13], 0) is None
    assert scan.last_chance(5 + 17 + 13) == 5
    assert scan.last_chance(5 + 17 + 12) is None


def test_a_packet_of_whole_frames_is_believed() -> None:
    """One is enough where it is all that a packet holds."""
    scan = Scan()
    assert scan.search(b"xx" + FRAMES[0], 0, [(0, 2), (2, 19)]) == 2
    assert Scan().search(b"xx" + FRAMES[0], 0, [(0, 19)]) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5000), st.lists(st.sampled_from(FRAMES), min_size=3, max_size=9), st.integers(1, 700))
def test_any_split_finds_the_same(noise: int, frames: list[bytes], size: int) -> None:
    """The place is the same however the bytes come, and everything from there on is given."""
    raw = NOISE[:noise] + b"".join(frames)
    whole = Search(Issue.HTTP_BODY_CUT, "lost")
    found = whole.look(raw, moments(0, len(raw)), 0)
    assert found is not None
    assert found <= noise
    parts = Search(Issue.HTTP_BODY_CUT, "lost")
    for at in range(0, len(raw), size):
        part, marks = raw[at : at + size], moments(at, len(raw[at : at + size]))
        if not parts.holding:
            place = parts.look(part, marks, 0)
            got = None if place is None else (part[place:], marks.after(place))
        else:
            got = parts.more(part, marks)
        if got is not None:
            rest, marks = got
            assert raw[found : at + size] == rest
            assert marks.times[0] == found
            break
    assert parts.waste() == whole.waste()


def test_what_is_passed_over_is_told_once() -> None:
    """Megabytes of noise are one problem, and little of them is kept."""
    search = Search(Issue.HTTP_BODY_CUT, "lost")
    noise = b"\xff" * 50_000
    search.look(noise, Marks([len(noise)], [1], [1]), 0)
    for i in range(2, 12):
        assert search.more(noise, Marks([len(noise)], [i], [i])) is None
    (problem,) = search.waste()
    assert isinstance(problem, Problem)
    assert 550_000 - 2 * REACH <= problem.size < 550_000
    assert search.last_chance() is None
    (problem,) = search.waste()
    assert isinstance(problem, Problem)
    assert (problem.size, problem.time, problem.detail) == (550_000, 11, "lost; 550000 bytes")
    assert len(problem.raw) == 4096
