"""The quick lane for WebSocket frames of the common shape: whole, final, uncompressed texts and binaries up to 64 KiB.

Written for speed: no call and no object per frame but the message itself. Everything else is left to the reader, and
so is a frame that is not complete. The reader alone, without this lane, gives the same messages.
"""

from bisect import bisect_left
from struct import Struct

from analyzer.wire.frames import Message
from analyzer.wire.marks import Marks
from analyzer.wire.masking import ONES, WORDS, unmask

_HEAD = Struct(">HH").unpack_from
_KEY = Struct("<I").unpack_from


def clear_frames(data: bytes, marks: Marks, pos: int, stop: int, out: list[Message]) -> int:
    """Unmasked frames (a server's) in ``data[pos:stop]``, appended to ``out``; the position of the first left over."""
    ends, times, frames = marks
    j = bisect_left(ends, pos + 1)
    add, new = out.append, tuple.__new__
    while pos + 4 <= stop:
        head, length = _HEAD(data, pos)
        if head == 0x817E or head == 0x827E:
            start = pos + 4
            if length < 126:
                break
        elif 0x8100 <= head < 0x817E or 0x8200 <= head < 0x827E:
            start = pos + 2
            length = head & 0x7F
        else:
            break
        end = start + length
        if end > stop:
            break
        while ends[j] < end:
            j += 1
        add(new(Message, (times[j], frames[j], head >> 8 & 15, data[start:end], length, None, None)))
        pos = end
    return pos


def masked_frames(data: bytes, marks: Marks, pos: int, stop: int, out: list[Message]) -> int:
    """Masked frames (a client's) in ``data[pos:stop]``, appended to ``out``; the position of the first left over."""
    ends, times, frames = marks
    j = bisect_left(ends, pos + 1)
    add, new, number = out.append, tuple.__new__, int.from_bytes
    while pos + 8 <= stop:
        head, length = _HEAD(data, pos)
        if head == 0x81FE or head == 0x82FE:
            start = pos + 8
            if length < 126:
                break
        elif 0x8180 <= head < 0x81FE or 0x8280 <= head < 0x82FE:
            start = pos + 6
            length = head & 0x7F
        else:
            break
        end = start + length
        if end > stop:
            break
        words = (length + 3) >> 2
        if words <= WORDS:
            mask = _KEY(data, start - 4)[0] * ONES[words]
            payload = (number(data[start:end], "little") ^ mask).to_bytes(4 * words, "little")[:length]
        else:
            payload = unmask(data[start:end], data[start - 4 : start])
        while ends[j] < end:
            j += 1
        add(new(Message, (times[j], frames[j], head >> 8 & 15, payload, length, None, None)))
        pos = end
    return pos
