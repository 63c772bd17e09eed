"""Streams made by hand: WebSocket frames and HTTP messages, and a way to feed them to a reader in pieces of any size.

Every byte of a stream has a moment of its own (its position in the whole stream), so that a wrong moment shows.
"""

import random
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Protocol

from analyzer.wire.marks import Marks

KEY = bytes.fromhex("37fa213d")
"""The mask of RFC 6455's examples."""

Item = bytes | int
"""Bytes of a stream, or the size of a hole (-1: not known)."""


class StreamReader(Protocol):
    """What all readers of one direction have in common."""

    def feed(self, data: bytes, marks: Marks) -> Sequence[Any]:
        """More bytes."""

    def gap(self, size: int, time: int, frame: int) -> Sequence[Any]:
        """Missing bytes."""

    def end(self, time: int, frame: int) -> Sequence[Any]:
        """No more bytes."""


def moments(start: int, size: int) -> Marks:
    """Marks of ``size`` bytes, one mark each: time is the position, frame is the position plus one."""
    times = list(range(start, start + size))
    return Marks(list(range(1, size + 1)), times, [time + 1 for time in times])


def pump(reader: StreamReader, items: Iterable[Item], sizes: random.Random | int | None = None) -> list[Any]:
    """Everything a reader gives for ``items``, fed whole, in pieces of a fixed size, or of chance sizes."""
    out: list[Any] = []
    at = 0
    for item in items:
        if isinstance(item, int):
            out += reader.gap(item, at, at + 1)
            at += 1
            continue
        pos = 0
        while pos < len(item):
            size = len(item) if sizes is None else sizes if isinstance(sizes, int) else sizes.randint(1, 40)
            piece = item[pos : pos + size]
            out += reader.feed(piece, moments(at, len(piece)))
            at += len(piece)
            pos += len(piece)
    return out + list(reader.end(at, at + 1))


def drip(reader: StreamReader, data: bytes, size: int) -> list[Any]:
    """Everything a reader gives for ``data`` in pieces of ``size``, all at one moment."""
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    found = [item for piece in pieces for item in reader.feed(piece, Marks([len(piece)], [1], [1]))]
    return [*found, *reader.end(2, 2)]


def packet_marks(packets: Sequence[bytes], first: int = 0) -> Marks:
    """Marks of packets joined, one each; times and frames count from ``first``."""
    ends = list(accumulate(len(packet) for packet in packets))
    numbers = list(range(first, first + len(packets)))
    return Marks(ends, numbers, numbers)


def joined(parts: Iterable[Item]) -> list[Item]:
    """Neighbouring bytes made one, holes next to each other made one of unknown size."""
    out: list[Item] = []
    for part in parts:
        if out and isinstance(part, bytes) and isinstance(last := out[-1], bytes):
            out[-1] = last + part
        elif out and isinstance(part, int) and isinstance(out[-1], int):
            out[-1] = -1
        else:
            out.append(part)
    return out


def frame(payload: bytes = b"", first: int = 0x81, key: bytes = b"", form: int | None = None) -> bytes:
    """A WebSocket frame (RFC 6455 section 5.2): ``first`` byte, ``key`` to mask it with, length in 7, 16 or 64 bits."""
    size = len(payload)
    form = form or (7 if size < 126 else 16 if size < 65536 else 64)
    short = {7: size, 16: 126, 64: 127}[form]
    head = bytes([first, (0x80 if key else 0) | short]) + (b"" if form == 7 else size.to_bytes(form // 8, "big"))
    body = bytes(byte ^ key[i & 3] for i, byte in enumerate(payload)) if key else payload
    return head + key + body


class Deflater:
    """A sender's side of permessage-deflate (RFC 7692 section 7.2.1)."""

    def __init__(self, bits: int = 15, takeover: bool = True) -> None:
        self._bits = bits
        self._takeover = takeover
        self._stream = zlib.compressobj(wbits=-bits)

    def __call__(self, payload: bytes) -> bytes:
        """The payload as sent."""
        if not self._takeover:
            self._stream = zlib.compressobj(wbits=-self._bits)
        return (self._stream.compress(payload) + self._stream.flush(zlib.Z_SYNC_FLUSH))[:-4]


def chunked(body: bytes, size: int = 7, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """A body in chunks (RFC 9112 section 7.1)."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    lines = [b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    return b"".join(lines) + b"0\r\n" + trailer + b"\r\n"
