"""HTTP/2 recognised, and nothing else."""

import random

import pytest

from analyzer.records import C2S
from analyzer.wire.http2_frames import whole
from analyzer.wire.http2_opening import client_speaks, looks_like_http2
from tests import http2frames as h2
from tests.http2frames import PREFACE, Side, data, frame
from tests.reading import ANSWER, POLL, POST, SWITCH
from tests.streams import KEY
from tests.streams import frame as ws


def test_the_preface() -> None:
    """As soon as no other protocol begins so."""
    assert looks_like_http2(PREFACE[:14])
    assert client_speaks(PREFACE)
    assert not looks_like_http2(PREFACE[:13])


def test_segments_of_a_recording() -> None:
    """Most segments of a real talk show what it is, and those with a header block who speaks."""
    talk, _ = h2.recorded()
    for side, raw in talk:
        speaks = client_speaks(raw)
        assert speaks in (None, side == C2S)
        if speaks is not None:
            assert looks_like_http2(raw) or whole(raw, 0, len(raw))
    assert sum(looks_like_http2(raw) for _, raw in talk) > len(talk) / 2


@pytest.mark.parametrize(
    ("raw", "client"),
    [
        (Side().ask(1, "/a"), True),
        (Side().answer(1), False),
        (frame(h2.WINDOW, b"\0\0\1\0"), None),
        (frame(h2.PING, bytes(8)), None),
        (data(1, b"abc") * 3, None),
        (frame(h2.PING, bytes(8)) + Side().answer(1, x="y") + data(1, b"cut off here")[:15], False),
        (frame(h2.PROMISE, bytes(4) + b"\x82", 1, 4), False),
        (Side().headers(1, [(":path", "/a")], pad=3), True),
    ],
)
def test_frames(raw: bytes, client: bool | None) -> None:
    """Chains of frames, and single ones that can hardly be anything else."""
    assert looks_like_http2(raw)
    assert client_speaks(raw) is client


OTHERS = [
    b"",
    POLL,
    POST,
    ANSWER,
    SWITCH,
    ws(b"2"),
    ws(b'42["a"]', key=KEY),
    ws(b"x" * 70000)[:1400],
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    b"\x17\x03\x03\x00\x20" + random.Random(4).randbytes(32),
    bytes(2000),
    b"\xff" * 2000,
    b"\x00\x00\x00\x01" * 300,
    b"\x00\x00\x00\x05\x01abcd" * 30,
    b"".join(i.to_bytes(4) for i in range(400)),
    b"".join(i.to_bytes(8) for i in range(400)),
    b"\x00\x00\x00\x2f\x00\x12\x00\x03\x00\x00\x00\x01\x00\x0aconsole-p\x00" * 3,
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x4a\x00\x00\x00\x0a8.0.33\x00" + bytes(60),
    data(1, b"lone"),
    data(1, b"abc") * 2,
]


@pytest.mark.parametrize("raw", OTHERS)
def test_other_protocols(raw: bytes) -> None:
    """Nothing else is taken for it."""
    assert not looks_like_http2(raw)


def test_chance() -> None:
    """Random bytes are not taken for it either."""
    chance = random.Random(3)
    assert not any(looks_like_http2(chance.randbytes(chance.randint(1, 200))) for _ in range(20_000))
