"""WebSockets are recognised in mid-stream, and nothing else is."""

import random
import zlib

import pytest

from analyzer.wire.probe import Found, probe
from tests.streams import KEY, Deflater, frame

CHANCE = random.Random(13)


@pytest.mark.parametrize("key", [b"", KEY])
@pytest.mark.parametrize("payload", [b"2", b"3", b'42["a"]', b"2probe", b"0" * 5000])
def test_a_segment_that_is_one_text_frame(key: bytes, payload: bytes) -> None:
    """A heartbeat is enough."""
    assert probe(frame(payload, key=key)) == Found(0, bool(key), False)


@pytest.mark.parametrize("key", [b"", KEY])
def test_frames_in_the_middle_of_a_segment(key: bytes) -> None:
    """Behind the rest of a frame whose header is not there."""
    texts = frame(b'42["hello",{"a":1}]', key=key) * 3
    rest = frame(b"x" * 700, key=key)[300:]
    assert probe(rest + texts) == Found(len(rest), bool(key), False)
    assert probe(rest + texts + texts[:9]) == Found(len(rest), bool(key), False)


def test_a_frame_larger_than_the_data() -> None:
    """Its text speaks for itself only behind another frame."""
    assert probe(frame(b"2") + frame(b'42["x"]' * 1000)[:1000]) == Found(0, False, False)
    assert probe(frame(b"\xff" * 1000, 0x82)[:500]) is None


def test_binary_frames_must_be_several() -> None:
    """Length prefixes are everywhere."""
    assert probe(frame(b"\x00\x01\x02", 0x82)) is None
    assert probe(frame(b"\x00\x01\x02", 0x82) * 4) == Found(0, False, False)


def test_compressed_frames() -> None:
    """Several of them; and it is told that they are."""
    deflate = Deflater()
    wire = b"".join(frame(deflate(b'42["hello",%d]' % n), 0xC1, KEY[n % 4 :] + KEY[: n % 4]) for n in range(8))
    assert probe(wire) == Found(0, True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81",
        b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\n" + "Он сказал: с чаем и с сахаром, с".encode() * 50,
        bytes.fromhex("1603010200010001fc0303") + CHANCE.randbytes(500),
        bytes.fromhex("1703030400") + CHANCE.randbytes(1024),
        bytes.fromhex("820f0001000a6d79746f7069632f6123 00".replace(" ", "")),
        bytes(2000),
        b"\xff" * 2000,
        zlib.compress(CHANCE.randbytes(3000)),
        b"\x81\xa4type\x02\x81\xa4data\xa5hello",
    ],
)
def test_other_protocols_are_none(data: bytes) -> None:
    """HTTP, TLS, MQTT, msgpack, zlib, monotony."""
    assert probe(data) is None


def test_noise_is_none() -> None:
    """Megabytes of it, in segments and in lumps."""
    chance = random.Random(17)
    assert not any(probe(chance.randbytes(1448)) for _ in range(1000))
    assert not any(probe(chance.randbytes(chance.randint(1, 12))) for _ in range(1000))
    assert probe(chance.randbytes(1 << 17)) is None
