"""The quick lane: whole records of application data, opened one after the other. All else is left to the side's reader.

Written for speed: a record costs little beyond its decryption. The reader alone, without this lane, gives the same.
"""

from bisect import bisect_left
from struct import Struct

from cryptography.exceptions import InvalidTag

from analyzer.wire.marks import Marks
from analyzer.wire.tls_ciphers import Aead12, Aead13, Protection
from analyzer.wire.tls_output import Output
from analyzer.wire.tls_records import LARGEST

_HEAD = Struct(">3sH").unpack_from
_SIZE = Struct(">QBBBH").pack
_DATA = b"\x17\x03\x03"


def records_13(key: Aead13, seq: int, data: bytes, marks: Marks, pos: int, out: Output) -> tuple[int, int]:
    """Records of TLS 1.3 from ``pos`` on, the first of them number ``seq``; position and number of the first left."""
    moments_end, moments_time, moments_frame = marks
    j = bisect_left(moments_end, pos + 1)
    chunk, mark, time, frame, total = out.chunks.append, out.ends.append, out.times.append, out.frames.append, out.total
    decrypt, iv, stop, view = key.decrypt, key.iv, len(data), memoryview(data)
    while (body := pos + 5) <= stop:
        kind, length = _HEAD(data, pos)
        end = body + length
        if end > stop or kind != _DATA or length > LARGEST:
            break
        try:
            plain = decrypt((iv ^ seq).to_bytes(12, "big"), view[body:end], data[pos:body])
        except InvalidTag:
            break
        size = len(plain) - 1
        if size < 1 or plain[size] != 23:
            break  # padded, empty, or not application data
        chunk(plain[:size])
        total += size
        mark(total)
        while moments_end[j] < end:
            j += 1
        time(moments_time[j])
        frame(moments_frame[j])
        seq += 1
        pos = end
    out.total = total
    return pos, seq


def records_12(key: Aead12, seq: int, data: bytes, marks: Marks, pos: int, out: Output) -> tuple[int, int]:
    """The same for TLS 1.2 with GCM or CCM."""
    moments_end, moments_time, moments_frame = marks
    j = bisect_left(moments_end, pos + 1)
    chunk, mark, time, frame, total = out.chunks.append, out.ends.append, out.times.append, out.frames.append, out.total
    decrypt, salt, overhead, stop, view = key.decrypt, key.salt, key.overhead, len(data), memoryview(data)
    while (body := pos + 5) <= stop:
        kind, length = _HEAD(data, pos)
        end, size = body + length, length - overhead
        if end > stop or kind != _DATA or length > LARGEST or size < 1:
            break
        start = body + 8
        try:
            chunk(decrypt(salt + data[body:start], view[start:end], _SIZE(seq, 23, 3, 3, size)))
        except InvalidTag:
            break
        total += size
        mark(total)
        while moments_end[j] < end:
            j += 1
        time(moments_time[j])
        frame(moments_frame[j])
        seq += 1
        pos = end
    out.total = total
    return pos, seq


def records(key: Protection, seq: int, data: bytes, marks: Marks, pos: int, out: Output) -> tuple[int, int]:
    """The same for any other protection."""
    stop = len(data)
    while (body := pos + 5) <= stop:
        kind, length = _HEAD(data, pos)
        end = body + length
        if end > stop or kind != _DATA or length > LARGEST:
            break
        opened = key.open(seq, data[pos:body], data[body:end])
        if opened is None or opened[0] != 23:
            break
        out.data(opened[1], marks.at(end))
        seq += 1
        pos = end
    return pos, seq
