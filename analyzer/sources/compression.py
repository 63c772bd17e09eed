"""gzip and Zstandard streams, taken off as they are read; memory is bounded whatever the data expand to."""

import zlib
from typing import IO, Final, cast

from analyzer.issues import CaptureError
from analyzer.sources.streams import Layer, Reading, Stream

GZIP: Final = b"\x1f\x8b\x08"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE: Final = frozenset(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))
_INPUT: Final = 32 << 10
"""Compressed bytes taken at once: what a damaged place costs at most."""
_WINDOW: Final = 1 << 27
"""Largest Zstandard window, which is memory: what ``zstd`` itself takes without being told to."""


def is_gzip(head: bytes) -> bool:
    """Whether these first bytes begin a gzip file (RFC 1952)."""
    return head.startswith(GZIP)


def is_zstd(head: bytes) -> bool:
    """Whether these first bytes begin a Zstandard file (RFC 8878), skippable frames included."""
    return head.startswith(ZSTD) or head[:4] in _ZSTD_SKIPPABLE


class GzipStream(Layer):
    """What a gzip stream (one member or several) holds."""

    def __init__(self, inner: Stream) -> None:
        super().__init__(inner)
        self._member = zlib.decompressobj(wbits=31)
        self._pending = b""
        self._begun = False

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        while self._trouble is None:
            data = self._pending or self._inner.read(_INPUT, wait=wait)
            if not data:
                if wait and self._begun:
                    self._trouble = "the gzip data end early"
                return b""
            out = self._inflate(data, limit)
            if out:
                return out
        return b""

    def _inflate(self, data: bytes, limit: int) -> bytes:
        if not self._begun:
            data = data.lstrip(b"\0")  # padding between members and behind the last one
            if not data:
                self._pending = b""
                return b""
        self._begun = True
        try:
            out = self._member.decompress(data, limit)
        except zlib.error as error:
            self._trouble = f"the gzip data are damaged ({error})"
            return b""
        self._pending = self._member.unconsumed_tail
        if self._member.eof:
            self._pending = self._member.unused_data
            self._member = zlib.decompressobj(wbits=31)
            self._begun = False
        return out


class ZstdStream(Layer):
    """What a Zstandard stream (one frame or several) holds."""

    def __init__(self, inner: Stream) -> None:
        super().__init__(inner)
        import zstandard

        self._error = zstandard.ZstdError
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        source = cast(IO[bytes], Reading(inner))
        self._reader = decompressor.stream_reader(source, read_across_frames=True, closefd=False)

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        if self._trouble or (self.live and not wait):
            return b""
        try:
            return self._reader.read1(limit)
        except self._error as error:
            self._trouble = f"the Zstandard data are damaged ({error})"
            return b""


def unpacked(stream: Stream, head: bytes) -> Stream | None:
    """``stream`` less a layer of compression; None where ``head``, its first bytes, has none. Raises CaptureError."""
    if is_gzip(head):
        return GzipStream(stream)
    if not is_zstd(head):
        return None
    try:
        return ZstdStream(stream)
    except ImportError as error:
        raise CaptureError(f"{stream.where}: reading .zst files needs zstandard; pip install zstandard") from error
