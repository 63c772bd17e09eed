"""Files to read a log from: compression undone, lines bounded, the form told by content."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import Any, TypeAlias

from analyzer.store.writer import Form

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
HEAD = 4_096
"""Bytes of a file's beginning that are enough to tell its form."""

LINE_LIMIT = 1 << 29
"""Bytes of one line at most: far more than the largest message kept can take."""

Source: TypeAlias = "io.BufferedReader[Any]"

_BOM = b"\xef\xbb\xbf"


def sniff(head: bytes) -> Form | None:
    """The form of the log whose file begins with ``head`` (some hundred bytes, gzip and zstd looked into); None: it
    is none.
    """
    plain = _inflated(head).removeprefix(_BOM).lstrip(b" \t\r\n")
    if plain.startswith(b"PAR1"):
        return "parquet"
    if plain.startswith((b"schema,time,", b'"schema","time",')):
        return "csv"
    if plain.startswith(b"{") and plain[1:].lstrip().startswith(b'"schema"'):
        return "jsonl"
    return None


def opened(file: Any) -> Source:
    """``file`` with its compression undone, to be read from the start; it need not be seekable."""
    plain = file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)
    head = plain.peek(4)
    if head.startswith(GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=plain))
    if head.startswith(ZSTD):
        import zstandard

        stream: Any = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        return io.BufferedReader(stream.stream_reader(plain, read_across_frames=True))
    return plain


def lines(file: Source) -> Iterator[bytes]:
    """The lines of ``file`` with their line feeds; ValueError for one longer than `LINE_LIMIT`."""
    while line := file.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT:
            raise ValueError(f"a line is longer than {LINE_LIMIT} bytes")
        yield line


def _inflated(head: bytes) -> bytes:
    """The beginning of what ``head`` compresses, or ``head``."""
    try:
        if head.startswith(GZIP):
            return zlib.decompressobj(31).decompress(head, HEAD)
        if head.startswith(ZSTD):
            import zstandard

            return zstandard.ZstdDecompressor().stream_reader(head).read(HEAD)
    except Exception:  # damaged, or too little of it: not for us to say here
        return b""
    return head
