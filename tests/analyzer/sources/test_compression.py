"""gzip and Zstandard come off, whatever the pieces, and damage is told."""

import random
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources.compression import GzipStream, ZstdStream, unpacked
from analyzer.sources.streams import Stream, fill
from tests import builders as build

DATA = bytes(range(256)) * 4000


class Pieces(Stream):
    """A live stream that gives one piece a read; None is a moment without any."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__("-", None)
        self._pieces = list(pieces)

    @property
    def position(self) -> int:
        return 0

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > limit:
            self._pieces.insert(0, piece[limit:])
        return piece[:limit]


def everything(stream: Stream, limit: int = 1 << 16) -> bytes:
    """All that comes."""
    parts = []
    while part := fill(stream, limit):
        parts.append(part)
        assert len(part) <= limit
    return b"".join(parts)


def split(data: bytes, size: int) -> list[bytes]:
    """Pieces of ``size`` bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=300), st.integers(1, 50), st.integers(1, 40))
def test_any_pieces_give_the_same_bytes(data: bytes, size: int, limit: int) -> None:
    """Both formats, several members or frames, padding between gzip members."""
    gz = build.gzipped(data) + build.gzipped(data[:7]) + bytes(12)
    zst = zstandard.compress(data) + zstandard.compress(data[:7])
    assert everything(GzipStream(Pieces(split(gz, size))), limit) == data + data[:7]
    assert everything(ZstdStream(Pieces(split(zst, size))), limit) == data + data[:7]


@pytest.mark.parametrize("pack", [build.gzipped, zstandard.compress])
def test_a_cut_stream_gives_what_it_has_and_says_so(pack: object) -> None:
    """The trouble is one clause."""
    packed = pack(DATA)  # type: ignore[operator]
    stream = unpacked(Pieces([packed[: len(packed) // 2]]), packed[:24])
    assert stream is not None
    found = everything(stream)
    assert DATA.startswith(found)
    assert isinstance(stream, ZstdStream) or stream.trouble == "the gzip data end early"


def test_a_damaged_stream_gives_what_came_before() -> None:
    """And the damage is told."""
    data = random.Random(1).randbytes(100_000)
    packed = zlib.compress(data, wbits=31)
    stream = GzipStream(Pieces(split(packed[:50_000] + b"\xff" * 50_000, 100)))
    assert everything(stream)[:40_000] == data[:40_000]
    assert stream.trouble is not None
    assert "damaged" in stream.trouble


def test_a_bomb_comes_in_small_parts() -> None:
    """No read gives more than was asked for, however far the data expand."""
    for stream in (
        GzipStream(Pieces([build.gzipped(bytes(50_000_000))])),
        ZstdStream(Pieces([zstandard.compress(bytes(50_000_000))])),
    ):
        assert sum(len(stream.read(1 << 20)) for _ in range(60)) == 50_000_000


def test_a_live_gzip_stream_hands_on_what_is_there() -> None:
    """What a flush made readable does not wait for more."""
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(b"first") + packer.flush(zlib.Z_SYNC_FLUSH)
    second = packer.compress(b"second") + packer.flush()
    stream = GzipStream(Pieces([first, b"", second]))
    assert fill(stream, 1000) == b"first"


def test_ordinary_bytes_are_left_alone(tmp_path: Path) -> None:
    """No layer, no stream."""
    assert unpacked(Pieces([b"abc"]), b"abc") is None
