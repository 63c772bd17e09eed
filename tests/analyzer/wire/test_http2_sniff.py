"""Compression told by the bytes."""

import gzip
import random

import brotli
import pytest
import zstandard

from analyzer.limits import DEFAULT
from analyzer.wire.http2_sniff import sniffed
from analyzer.wire.http_head import Head
from analyzer.wire.http_message import HttpMessage

TEXT = b'42["news",{"a":1}]' * 20


def message(body: bytes, *fields: tuple[str, str]) -> HttpMessage:
    """An answer some of whose fields are not known."""
    head = Head(1, 1, 1, "", "", 200, "", "2", [("?", "?"), *fields])
    return HttpMessage(head, body, len(body), 1, 1)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, None),
        (b"", None),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (brotli.compress(TEXT), "br"),
        (zstandard.ZstdCompressor().compress(TEXT), "zstd"),
        (random.Random(1).randbytes(300), None),
        (brotli.compress(random.Random(2).randbytes(500))[:300], None),
    ],
)
def test_what_the_bytes_say(body: bytes, encoding: str | None) -> None:
    """Text stays text, the rest is what it can be decompressed as."""
    assert sniffed(message(body), DEFAULT).head.get("content-encoding") == encoding


def test_what_the_head_says_goes() -> None:
    """A known field is believed."""
    named = message(gzip.compress(TEXT), ("content-encoding", "br"))
    assert sniffed(named, DEFAULT) is named
