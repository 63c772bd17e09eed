"""Content codings of HTTP (RFC 9110 section 8.4): gzip, deflate, br, zstd, and several in a row."""

import zlib
from collections.abc import Callable, Iterator

from analyzer.issues import Issue
from analyzer.text import elide

CHUNK = 1 << 14
"""Compressed bytes taken at once."""

PIECE = 1 << 16
"""Decompressed bytes taken at once, where the decompressor can be told."""

BROTLI_CHUNK = 16
ZSTD_CHUNK = 512
"""zstd cannot be told, nor can brotli before 1.2; this much holds 16 MiB or little more."""

ZSTD_WINDOW = 8 << 20
"""Largest window a sender may ask for (RFC 9659)."""

STAGES = 4
"""Codings in a row, at most."""

CUT = "the body ends before its compressed data does"


class _BadBodyError(Exception):
    """The data cannot be decompressed any further."""


def decode(body: bytes, encoding: str, limit: int) -> tuple[bytes, Issue | None, str | None]:
    """``body`` without its codings: the content, and an issue with its sentence where that is not all of it.

    ``encoding`` is the value of Content-Encoding. Of a body that is cut or damaged comes what can be had
    (``http_bad_encoding``), of one that holds more than ``limit`` bytes its first ones (``http_body_limit``).
    An unknown coding leaves the body as it is.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not body or not names:
        return body, None, None
    if len(names) > STAGES or not all(name in _CODINGS for name in names):
        return body, Issue.HTTP_BAD_ENCODING, f"content encoding not known: {elide(encoding)}"
    first: tuple[Issue | None, str | None] = (None, None)
    for name in reversed(names):
        body, issue, detail = _collect(_CODINGS[name](body), limit)
        if first[0] is None:
            first = (issue, detail)
    return body, *first


def _collect(pieces: Iterator[bytes], limit: int) -> tuple[bytes, Issue | None, str | None]:
    out = bytearray()
    try:
        for piece in pieces:
            out += piece
            if len(out) > limit:
                return bytes(out[:limit]), Issue.HTTP_BODY_LIMIT, f"the body holds more than {limit} bytes"
    except _BadBodyError as error:
        return bytes(out), Issue.HTTP_BAD_ENCODING, str(error)
    return bytes(out), None, None


def _chunks(body: bytes, size: int = CHUNK) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def _gzip(body: bytes) -> Iterator[bytes]:
    """gzip (RFC 1952), any number of members; what follows the last one is ignored."""
    stream, fresh, members = zlib.decompressobj(31), True, 0
    for chunk in _chunks(body):
        rest = chunk
        while rest:
            if fresh and members and not b"\x1f\x8b".startswith(rest[:2]):
                return
            yield from _inflate(stream, rest)
            fresh, rest = False, b""
            if stream.eof:
                rest, stream, fresh = stream.unused_data, zlib.decompressobj(31), True
                members += 1
    if not fresh:
        raise _BadBodyError(CUT)


def _deflate(body: bytes) -> Iterator[bytes]:
    """zlib (RFC 1950), or as some send it, bare deflate (RFC 1951)."""
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    stream = zlib.decompressobj(15 if wrapped else -15)
    for chunk in _chunks(body):
        yield from _inflate(stream, chunk)
        if stream.eof:
            return
    raise _BadBodyError(CUT)


def _inflate(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """All that ``data`` yields; where it is damaged, all that comes before the damage."""
    while data and not stream.eof:
        before = stream.copy()
        try:
            yield stream.decompress(data, PIECE)
        except zlib.error as error:
            yield from _before_damage(before, data)
            raise _BadBodyError(f"the body's compressed data is damaged: {str(error).rpartition(': ')[2]}") from None
        data = stream.unconsumed_tail


def _before_damage(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        try:
            yield stream.decompress(data[at : at + 1])
        except zlib.error:
            return


def _brotli(body: bytes) -> Iterator[bytes]:
    """Brotli (RFC 7932)."""
    import brotli

    stream = brotli.Decompressor()
    bounded = hasattr(stream, "can_accept_more_data")  # since brotli 1.2 output can be limited; before, only input
    try:
        for chunk in _chunks(body) if bounded else _chunks(body, BROTLI_CHUNK):
            if not bounded:
                yield stream.process(chunk)
            else:
                piece = stream.process(chunk, output_buffer_limit=PIECE)
                while piece:
                    yield piece
                    piece = stream.process(b"", output_buffer_limit=PIECE)
            if stream.is_finished():
                return
    except brotli.error:
        raise _BadBodyError("the body's compressed data is damaged") from None
    raise _BadBodyError(CUT)


def _zstd(body: bytes) -> Iterator[bytes]:
    """Zstandard (RFC 8878), any number of frames."""
    import zstandard

    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    stream, fresh = decompressor.decompressobj(), True
    try:
        for chunk in _chunks(body, ZSTD_CHUNK):
            rest = chunk
            while rest:
                yield stream.decompress(rest)
                fresh, rest = False, b""
                if stream.eof:
                    rest, stream, fresh = stream.unused_data, decompressor.decompressobj(), True
    except zstandard.ZstdError:
        raise _BadBodyError("the body's compressed data is damaged") from None
    if not fresh:
        raise _BadBodyError(CUT)


_CODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
