"""Frames are found again, and only frames."""

import random

import pytest

from analyzer.limits import DEFAULT
from analyzer.wire.evidence import WINDOW
from analyzer.wire.frames import Rules
from analyzer.wire.marks import Marks
from analyzer.wire.resync import Scan, packet_spans
from analyzer.wire.websocket import Reader
from tests.streams import KEY, frame, packet_marks

SERVER, CLIENT = Rules(False, False), Rules(True, False)
RUSSIAN = "съешь же ещё этих мягких французских булок с чаем ".encode()
"""Text in which bytes that begin frames are frequent: ``с`` ends in 0x81."""


ODD = (0x01, 0x02, 0x41, 0x42, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0xC2)
"""Bytes that frames begin with."""


def found(data: bytes, rules: Rules = SERVER, first: int = 0, hints: tuple[int, ...] = ()) -> int | None:
    """Where a search finds frames in a packet behind one of noise; the same where the bytes come one by one."""
    noise = b"." * 20
    data, size, hints = noise + data, len(data) + 20, tuple(hint + 20 for hint in hints)
    whole = Scan(rules, first, hints).search(data, 0, [(0, 15), (15, size)])
    scan, end = Scan(rules, first, hints), 15
    step = scan.search(data[:end], 0, [(0, 15)])
    while step is None and end < size:
        end += 1
        step = scan.search(data[:end], 0, [(15, size)] if end == size else [])
    assert step == whole
    return None if whole is None else whole - 20


@pytest.mark.parametrize("rules", [SERVER, CLIENT, Rules(None, False), Rules(None, True)])
def test_one_text_of_thirteen_characters_is_enough(rules: Rules) -> None:
    """Behind noise that holds none."""
    key = KEY if rules.masked else b""
    assert found(b"\x20" * 50 + frame(b"0123456789012", key=key), rules) == 50
    assert found(b"\x20" * 50 + frame(b"012345678901", key=key), rules) is None


def test_four_frames_of_any_kind_are_enough() -> None:
    """Three are not; a hint counts for one."""
    wire = frame(b"\x00\xff", 0x82)
    assert found(b"noise" + wire * 4) == 5
    assert found(b"noise" + wire * 3) is None
    assert found(b"noise" + wire * 3, hints=(5,)) == 5


def test_a_long_frame_is_believed_for_its_text_or_its_followers() -> None:
    """The text need not be there whole; binary frames must fit the window."""
    text = frame(b'42["x"]' * 100_000)
    assert found(b"noise" + text[:100]) == 5
    binary = frame(bytes(50_000), 0x82)
    assert Scan(SERVER, 0).search(b"noise" + binary * 5, 0) == 5
    assert Scan(SERVER, 0).search(b"noise" + frame(bytes(WINDOW), 0x82) * 4, 0) is None


def test_text_inside_text_is_not_believed() -> None:
    """A character's second byte may look like a text frame's first."""
    assert b"\x81 " in RUSSIAN
    for start in range(len(RUSSIAN)):
        data = (RUSSIAN * 40)[start:]
        # Nothing can be said of a second byte that comes first.
        if data[0] != 0x81:
            assert Scan(SERVER, 0).search(data, 0) is None, start
    behind = frame(RUSSIAN * 10)
    data = RUSSIAN * 3 + behind
    assert found(data) == len(RUSSIAN) * 3


def test_a_frame_behind_a_binary_byte_that_looks_like_a_characters_beginning() -> None:
    """Only a text before it counts against a place."""
    data = bytes([0, 1, 255, 254]) * 10 + b"\xd0" + frame(b"hello, hello, hello")
    assert found(data) == 41


@pytest.mark.parametrize("rules", [SERVER, CLIENT, Rules(None, True)])
def test_noise_is_not_believed(rules: Rules) -> None:
    """A megabyte of it."""
    assert Scan(rules, 0).search(random.Random(11).randbytes(1 << 20), 0) is None


@pytest.mark.parametrize("filler", [b"\x00", b"\x20", b"\xff", b"\x80", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_monotony_is_not_believed(filler: bytes) -> None:
    """Zeros are no empty fragments."""
    assert Scan(Rules(None, True), 0).search(filler * 10_000, 0) is None


def test_the_place_whose_evidence_is_in_first_wins() -> None:
    """Not the one that begins first: that one would make everything wait."""
    false = b"\x82\x7e\xf0\x00"
    data = b"junk" + false + b"\xff" * 20 + frame(b"0123456789012345")
    assert found(data) == 28


def test_less_is_believed_when_no_more_will_come() -> None:
    """One whole short frame right behind a hole, or one text of six characters; or a cut one that says much."""
    for data, hints, expected in (
        (frame(b"2"), (0,), 0),
        (frame(b"0123456789" * 10)[:-1], (0,), 0),
        (frame(b"2"), (), None),
        (b"noise" + frame(b"42[12]"), (), 5),
        (b"noise" + frame(b"42[12]")[:-1], (), None),
    ):
        scan = Scan(SERVER, 0, hints)
        assert scan.search(data, 0) is None
        assert scan.last_chance(data, 0) == expected


def test_a_packet_of_nothing_but_frames_is_believed() -> None:
    """Be it a heartbeat; unless something was believed before its last byte had come."""
    data = b"noise" + frame(b"2") + b"noise"
    assert Scan(SERVER, 0).search(data, 0, packet_spans(Marks([5, 8, 13], [], []), 0, 0)) == 5
    assert Scan(SERVER, 0).search(data, 0, packet_spans(Marks([8, 13], [], []), 0, 0)) is None
    assert Scan(SERVER, 0).search(data, 0, packet_spans(Marks([5, 9, 13], [], []), 0, 0)) is None
    data = b"." * 20 + frame(b"0123456789012") + frame(b"2")
    assert Scan(SERVER, 0).search(data, 0, [(0, 35), (35, 38)]) == 20
    assert Scan(SERVER, 0).search(data, 0, [(35, 38)]) == 20
    assert Scan(SERVER, 0).search(b"." * 20 + data[:35], 0, [(0, 20), (40, 55)]) == 40
    assert list(packet_spans(Marks([4, 8, 9], [], []), 6, 10)) == [(16, 18), (18, 19)]


def test_a_search_can_go_on_in_what_is_left() -> None:
    """``base`` says how much of the front is gone."""
    scan = Scan(SERVER, 1)
    assert scan.search(b"x" * 100, 0) is None
    assert scan.search(b"x" * 20 + frame(b"0123456789012"), 80, [(20, 35)]) == 100


@pytest.mark.parametrize("key", [b"", KEY, bytes((0x81, 0x82, 0x89, 0x01)), bytes((0xC1, 0xFE, 0x02, 0x8A))])
@pytest.mark.parametrize("low", ODD)
def test_a_length_or_a_mask_that_looks_like_a_header(low: int, key: bytes) -> None:
    """Right behind a hole, in every form of the length: the frame is read, not what its own header looks like."""
    sizes = {high << 8 | low for high in (0, *ODD)} | {0x10000 | low, 0x10100 | low, 0x10000 | low << 8}
    for size in sorted(size for size in sizes if size > 125):
        text = b'42["x","' + b"abcdefgh ABBA " * (size // 14 + 1)
        reader = Reader(bool(key), None, DEFAULT)
        reader.gap(5, 1, 1)
        wire = frame(text[: size - 2] + b'"]', key=key)
        packets = [wire[at : at + 1448] for at in range(0, len(wire), 1448)]
        messages = reader.feed(wire, packet_marks(packets, 2)) + reader.end(99, 99)
        assert [(m.issue, len(m.payload)) for m in messages] == [(None, size)]


@pytest.mark.parametrize("key", [b"", bytes((0x81, 0x82, 0x89, 0x01)), bytes((0xC1, 0xFE, 0x02, 0x8A))])
@pytest.mark.parametrize("cut", range(1, 14))
def test_a_hole_that_ends_inside_a_header(cut: int, key: bytes) -> None:
    """What is left of it may look like a whole one: no text is made up, and the next one is read."""
    for low in ODD:
        wire = frame(b'42["x","' + b"abcdefgh ABBA " * 4700 + b"a" * low + b'"]', key=key)
        good = frame(b'42["hello",{"n":1}]', key=key)
        reader = Reader(bool(key), None, DEFAULT)
        reader.gap(5, 1, 1)
        messages = reader.feed(wire[cut:] + good, packet_marks([wire[cut:1448], wire[1448:] + good], 2))
        assert [m.payload for m in messages if m.issue is None] == [b'42["hello",{"n":1}]'], low
