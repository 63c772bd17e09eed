"""The mask of a client's WebSocket frames (RFC 6455 section 5.3)."""

from struct import Struct

import numpy

WORDS = 256
"""Payloads of up to this many 4-byte words are unmasked as one number: the quickest way there is for short ones."""

ONES: tuple[int, ...] = tuple(((1 << 32 * count) - 1) // 0xFFFFFFFF for count in range(WORDS + 1))
"""``key * ONES[k]`` is the 32-bit ``key`` repeated ``k`` times."""

_KEY = Struct("<I").unpack_from


def unmask(data: bytes | bytearray | memoryview, key: bytes) -> bytes:
    """``data`` with the 4-byte ``key`` taken off (or put on: it is its own inverse), from the key's first byte on."""
    size = len(data)
    if size > 4 * WORDS:
        even = size & ~3
        words = numpy.frombuffer(data, "<u4", even >> 2) ^ numpy.uint32(_KEY(key)[0])
        return words.tobytes() + unmask(bytes(data[even:]), key) if size > even else words.tobytes()
    count = (size + 3) >> 2
    mask: int = _KEY(key)[0] * ONES[count]
    return (int.from_bytes(data, "little") ^ mask).to_bytes(4 * count, "little")[:size]
