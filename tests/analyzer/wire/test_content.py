"""Content codings come off, as far as they can."""

import gzip
import random
import zlib
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.wire import content
from analyzer.wire.content import decode
from tests.work import CountedZlib, in_proportion, peak

TEXT = b'42["event",{"text":"again and again"}]' * 50 + random.Random(1).randbytes(3000).hex().encode()
LIMIT = 1 << 20


def bare(data: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


PACKED = [
    ("gzip", gzip.compress(TEXT)),
    ("x-gzip", gzip.compress(TEXT)),
    ("gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
    ("gzip", gzip.compress(TEXT) + bytes(20)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", bare(TEXT)),
    ("br", brotli.compress(TEXT)),
    ("zstd", zstandard.compress(TEXT)),
    ("zstd", zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:])),
    (" GZip , identity", gzip.compress(TEXT)),
    ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ("br, zstd, gzip", gzip.compress(zstandard.compress(brotli.compress(TEXT)))),
    ("identity", TEXT),
    ("", TEXT),
]


@pytest.mark.parametrize(("encoding", "body"), PACKED)
def test_whole_bodies(encoding: str, body: bytes) -> None:
    """Every coding, members and frames in a row, codings on top of one another."""
    assert decode(body, encoding, LIMIT) == (TEXT, None, None)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_an_empty_body_has_no_coding(encoding: str) -> None:
    """As in the answer to HEAD."""
    assert decode(b"", encoding, LIMIT) == (b"", None, None)


@pytest.mark.parametrize(("encoding", "body"), [p for p in PACKED[:10] if not p[1].endswith(bytes(20))])
def test_a_cut_body_gives_its_beginning(encoding: str, body: bytes) -> None:
    """Wherever it is cut, with an issue."""
    for size in (1, 2, 10, len(body) // 2, len(body) - 9, len(body) - 1):
        data, issue, detail = decode(body[:size], encoding, LIMIT)
        if issue is None:
            assert data == TEXT[:1000], "cut between two members"
            continue
        assert (issue, TEXT.startswith(data)) == (Issue.HTTP_BAD_ENCODING, True)
        assert "ends before" in str(detail)
    if "zstd" not in encoding:
        assert len(decode(body[: len(body) // 2], encoding, LIMIT)[0]) > 500


@pytest.mark.parametrize(("encoding", "at"), [("gzip", 1000), ("deflate", 1000)])
def test_a_damaged_body_gives_what_is_before_the_damage(encoding: str, at: int) -> None:
    """Byte for byte."""
    body = bytearray(gzip.compress(TEXT) if encoding == "gzip" else zlib.compress(TEXT))
    body[at:] = b"\xff" * (len(body) - at)
    data, issue, detail = decode(bytes(body), encoding, LIMIT)
    assert issue == Issue.HTTP_BAD_ENCODING
    assert detail
    assert data[:1500] == TEXT[:1500]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"not gzip"),
        ("deflate", b"\xff\xff\xff"),
        ("br", b"\xff" * 20),
        ("zstd", b"not zstd"),
        ("gzip", b"\x1f\x8b\x00"),
    ],
)
def test_what_is_not_compressed_at_all(encoding: str, body: bytes) -> None:
    """Nothing can be had."""
    data, issue, _ = decode(body, encoding, LIMIT)
    assert (data, issue) == (b"", Issue.HTTP_BAD_ENCODING)


@pytest.mark.parametrize("encoding", ["compress", "gzip, rot13", ", ".join(["gzip"] * 9), "\x1b[31m"])
def test_codings_that_are_not_known(encoding: str) -> None:
    """The body stays as it is; the detail can be shown."""
    data, issue, detail = decode(b"body", encoding, LIMIT)
    assert (data, issue) == (b"body", Issue.HTTP_BAD_ENCODING)
    assert detail is not None
    assert detail.isprintable()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("br", lambda data: brotli.compress(data, quality=4)),
        ("zstd", zstandard.compress),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
    ],
)
def test_bombs_stop_at_the_limit(encoding: str, pack: object) -> None:
    """64 MiB of zeros, of which 1 MiB is kept."""
    assert callable(pack)
    body = pack(bytes(1 << 26))
    data, issue, _ = decode(body, encoding, LIMIT)
    assert (data, issue) == (bytes(LIMIT), Issue.HTTP_BODY_LIMIT)
    assert peak(lambda: decode(body, encoding, LIMIT)) < 40 * LIMIT
    assert decode(pack(bytes(LIMIT)), encoding, LIMIT) == (bytes(LIMIT), None, None)


@pytest.mark.parametrize("member", [gzip.compress(b""), gzip.compress(b"x"), zstandard.compress(b"x")])
def test_countless_members_cost_in_proportion(member: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is tiny; what lies behind it is not put in again and again."""
    coding = "zstd" if member[0] == 0x28 else "gzip"
    assert in_proportion(lambda count: partial(decode, member * count, coding, LIMIT), 10_000)
    counted = CountedZlib()
    monkeypatch.setattr(content, "zlib", counted.module)
    count = 50_000
    decode(member * count, coding, LIMIT)
    assert counted.fed <= count * content.CHUNK


def test_a_bomb_of_zlib_is_left_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not inflated to its end and then cut."""
    counted = CountedZlib()
    monkeypatch.setattr(content, "zlib", counted.module)
    assert decode(gzip.compress(bytes(1 << 26)), "gzip", LIMIT)[1] == Issue.HTTP_BODY_LIMIT
    assert LIMIT < counted.given <= LIMIT + content.PIECE


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip"]), st.integers(0, 3))
def test_any_bytes_decode_or_fail(noise: bytes, encoding: str, kind: int) -> None:
    """Never with an exception."""
    body = (
        noise,
        gzip.compress(TEXT)[:30] + noise,
        zstandard.compress(TEXT)[:30] + noise,
        brotli.compress(TEXT)[:30] + noise,
    )
    data, issue, detail = decode(body[kind], encoding, 1000)
    assert len(data) <= 1000
    assert (issue is None) == (detail is None)
