"""Files to read from: their form is told by content, their compression undone, their lines bounded."""

import gzip
import io

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from analyzer.store import inputs
from analyzer.store.csv import HEADER_LINE

HEADS = {"jsonl": b'{"schema":1,"time":"2024', "csv": HEADER_LINE, "parquet": b"PAR1\x15\x04"}


@pytest.mark.parametrize(("form", "head"), HEADS.items())
def test_sniff(form, head):
    """The first bytes of a log tell its form, packed or not, with a byte order mark or space before them."""
    assert inputs.sniff(head) == form
    assert inputs.sniff(b"\xef\xbb\xbf" + head) == form
    assert inputs.sniff(gzip.compress(head * 50)[:60]) == form
    assert inputs.sniff(zstandard.compress(head)) == form


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\n",
        b"{}",
        b'{"time":1}',
        b"time,source",
        b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00",
        b"\x1f\x8b",
        b"\x28\xb5\x2f\xfd",
        b"PK\x03\x04",
    ],
)
def test_sniff_others(head):
    """What is no log is not taken for one."""
    assert inputs.sniff(head) is None


@given(st.binary(max_size=40), st.sampled_from([b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"]))
def test_sniff_never_fails(head, magic):
    """Any bytes can be asked about."""
    assert inputs.sniff(magic + head) in (*HEADS, None)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_opened(pack):
    """A packed file reads as what is in it, in several parts too."""
    packed = pack(b"one\ntwo\n") + (b"" if pack is bytes else pack(b"three"))
    lines = list(inputs.lines(inputs.opened(io.BytesIO(packed))))
    assert lines == [b"one\n", b"two\n"] + ([] if pack is bytes else [b"three"])


def test_line_limit(monkeypatch):
    """A line without end is not read into memory."""
    monkeypatch.setattr(inputs, "LINE_LIMIT", 10)
    file = inputs.opened(io.BytesIO(b"0123456789\n" + b"x" * 100))
    lines = inputs.lines(file)
    with pytest.raises(ValueError, match="longer than 10 bytes"):
        next(lines)
