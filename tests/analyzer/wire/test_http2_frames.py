"""Headers of frames: what is legal, what is plausible."""

import pytest

from analyzer.wire.http2_frames import PLACES, fault, payload, plausible, unpack_header, whole
from tests import http2frames as h2
from tests.http2frames import data, frame

USUAL = [
    frame(h2.SETTINGS, bytes([0, 3, 0, 0, 0, 100])),
    frame(h2.SETTINGS, flags=1),
    frame(h2.PING, bytes(8), flags=1),
    frame(h2.WINDOW, b"\0\1\0\0"),
    frame(h2.WINDOW, b"\0\1\0\0", 7),
    frame(h2.HEADERS, b"\x82", 1, 0x25),
    frame(h2.CONTINUATION, b"\x82", 1, 4),
    frame(h2.RST, bytes(4), 3),
    frame(h2.PRIORITY, bytes(5), 5),
    frame(h2.GOAWAY, bytes(8)),
    frame(h2.PROMISE, bytes(4) + b"\x82", 1, 4),
    frame(16, b"\0\0\0\1u=1"),
    data(1, b"x" * 16384),
    data(1, b"", end=True),
    data(1, b"x", pad=200),
]
ODD = [
    frame(h2.DATA, b"x"),
    frame(h2.HEADERS, b"", 1, 4),
    frame(h2.SETTINGS, b"short"),
    frame(h2.SETTINGS, bytes(6), 1),
    frame(h2.SETTINGS, bytes(6), flags=1),
    frame(h2.PING, b"short"),
    frame(h2.GOAWAY, b"short"),
    frame(h2.RST, b"", 1),
    frame(h2.DATA, b"x", 1, 0x40),
    frame(h2.DATA, b"", 1, 8),
    frame(h2.DATA, b"x", 1 << 31),
    frame(99, b"x"),
    data(1, bytes(16385)),
]


@pytest.mark.parametrize("raw", USUAL)
def test_usual_frames(raw: bytes) -> None:
    """What peers send is plausible, and found where it may begin."""
    assert plausible(*unpack_header(raw))
    assert PLACES.match(raw)
    assert whole(raw, 0, len(raw)) == 1


@pytest.mark.parametrize("raw", ODD)
def test_odd_frames(raw: bytes) -> None:
    """What is illegal or never seen is not plausible."""
    assert not plausible(*unpack_header(raw))
    assert whole(raw, 0, len(raw)) == 0


def test_what_is_legal_though_odd() -> None:
    """A reader in step accepts large frames, unknown kinds and flags."""
    assert fault(h2.DATA, 1 << 20, 1) is None
    assert fault(99, 100, 3) is None
    assert fault(99, 20000, 3) == "a frame of the unknown kind 99 with 20000 bytes"
    assert fault(h2.SETTINGS, 6, 3) == "a frame of kind 4 on a stream"


def test_where_the_content_is() -> None:
    """Padding is neither content nor longer than the frame."""
    assert payload(b"\2abcde", 0, 6, 8) == (1, 4)
    assert payload(b"\5abcde", 0, 6, 8) == (1, 1)
    assert payload(b"\6abcde", 0, 6, 8) is None
    assert payload(b"", 0, 0, 8) is None
    assert payload(b"abc", 1, 3, 0) == (1, 3)


def test_frames_that_use_up_the_bytes() -> None:
    """Several in a row, from the first byte to the last."""
    raw = b"".join(USUAL)
    assert whole(raw, 0, len(raw)) == len(USUAL)
    assert whole(raw, 0, len(raw) - 1) == 0
    assert whole(b"x" + raw, 1, len(raw) + 1) == len(USUAL)
    assert whole(b"", 0, 0) == 0
