"""What speaks for a frame, and what against it."""

from math import inf

import pytest

from analyzer.wire.evidence import ENOUGH, HEADER_BITS, Aim, covers, evidence, judge, places, prior
from analyzer.wire.frames import Rules, read_header
from tests.streams import KEY, frame

SERVER, CLIENT = Rules(False, False), Rules(True, False)


@pytest.mark.parametrize(
    "wire",
    [
        frame(b"x" * 20, form=16),
        frame(b"x" * 20, key=KEY),
        frame(b"x" * 20, 0x80),
        frame(b"", 0x01) + frame(b"x" * 20),
        frame(b"x" * 5, 0x01) + frame(b"x" * 20),
        frame(b"\xff" + b"x" * 20),
        frame(b"x" * 20, 0xC1),
    ],
)
def test_a_search_is_stricter_than_reading(wire: bytes) -> None:
    """What might be read on when in step is no evidence."""
    assert judge(wire, 0, SERVER, 0.0).score < ENOUGH


def test_control_characters_are_no_evidence() -> None:
    """They are legal in a text, but bytes like any others."""
    assert judge(frame(b"\x01" * 60), 0, SERVER, 0.0).score < 0


def test_places_and_what_speaks_against_them() -> None:
    """By the first two bytes, and by what is before."""
    assert list(places(b"\x81\x05\x81\x85\x89\x00", SERVER)) == [0, 4]
    assert list(places(b"\x81\x05\x81\x85\x89\x00", CLIENT)) == [1, 2] or list(places(b"\x81\x85", CLIENT)) == [0]
    assert prior("ас".encode(), 3) < 0
    assert prior(b"abc\x81", 3) == 0
    assert prior(b"\xd1\x81", 1, 0) == 0


def test_a_frame_ends_where_a_packet_ends_or_a_frame_follows() -> None:
    """Otherwise it is none, or it cannot be told yet."""
    text = frame(b"0123456789012")
    assert judge(text, 0, SERVER, 0.0).waiting
    assert not judge(text, 0, SERVER, 0.0, Aim(ENOUGH, {15})).waiting
    assert judge(text + frame(b"2"), 0, SERVER, 0.0).at == 18
    assert judge(text + b"ab", 0, SERVER, 0.0).score < 0
    assert judge(text + b"ab", 0, SERVER, 0.0, Aim(ENOUGH, {15})).score > ENOUGH


def test_masked_frames_that_say_nothing_are_not_believed_for_the_text_behind_them() -> None:
    """Unless they begin a packet: masked text is full of what looks like them."""
    wire = frame(b"\x00\xff", 0x82, KEY) + frame(b"0123456789012", key=b"abcd")
    assert judge(wire, 0, CLIENT, 0.0, Aim(inf)).score < 0
    assert judge(wire, 0, CLIENT, 0.0, Aim(inf, {0})).score > ENOUGH
    unmasked = frame(b"\x00\xff", 0x82) + frame(b"0123456789012")
    assert judge(unmasked, 0, SERVER, 0.0, Aim(inf)).score > ENOUGH


@pytest.mark.parametrize(
    ("wire", "bits"),
    [
        (frame(b"", 0x88), HEADER_BITS),
        (frame(b"\x03\xe8bye", 0x88), HEADER_BITS + 4),
        (frame(b"\x00\x01bye", 0x88), -1),
        (frame(b"\x03", 0x88), -1),
        (frame(b"", 0x89), HEADER_BITS),
        (frame(b"x" * 9, 0x89), 0),
        (frame(b"\xff", 0x82), HEADER_BITS),
        (frame(b"\xff", 0x82, KEY), 4),
        (frame(b"\x01\x02", 0x81), 0),
        (frame(b"\xff", 0x81), -1),
    ],
)
def test_what_a_frame_is_worth(wire: bytes, bits: float) -> None:
    """A status code out of range and text that is none speak against it; long pings are rare."""
    header = read_header(wire, 0)
    assert header is not None
    assert evidence(wire, 0, header) == bits


def test_a_mask_is_never_used_twice() -> None:
    """What seems to do so is a text that repeats itself."""
    header = read_header(frame(b"\xff", 0x82, KEY), 0)
    assert header is not None
    assert evidence(b"", 0, header, header) == 0


def test_a_header_inside_a_header() -> None:
    """The outer one is believed where its payload is sound text, whatever its kind says."""
    for first in (0x81, 0x82):
        wire = frame(b"x" * 0x281, first)
        assert covers(wire[:57], 0, 3, SERVER)
        assert not covers(wire[:57], 0, 4, SERVER)
    assert not covers(frame(b"\xff" * 0x281), 0, 3, SERVER)
    assert not covers(b"\x83" + wire[1:], 0, 3, SERVER)
