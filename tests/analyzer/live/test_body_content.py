"""Bodies decompressed."""

import gzip
from dataclasses import replace
from types import SimpleNamespace

import pytest

from analyzer.limits import DEFAULT
from analyzer.live.body_content import content


def message(raw: bytes | None, encoding: str | None = None) -> SimpleNamespace:
    """A request or response."""
    return SimpleNamespace(raw_content=raw, headers={} if encoding is None else {"content-encoding": encoding})


def test_bodies() -> None:
    """As they are, compressed, or none."""
    assert content(message(b"2")) == b"2"
    assert content(message(gzip.compress(b"2"), "gzip")) == b"2"
    assert content(message(None)) == b""


@pytest.mark.parametrize("raw", [gzip.compress(b"2" * 1001), gzip.compress(b"2")[:-9], b"2"])
def test_what_cannot_be_read(raw: bytes) -> None:
    """Is too large, cut, or no gzip."""
    with pytest.raises(ValueError):
        content(message(raw, "gzip"), replace(DEFAULT, inflated=1000))
