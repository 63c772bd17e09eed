"""Recognising HTTP/2 in bytes of one direction, from the connection's start or from anywhere."""

from analyzer.wire import websocket
from analyzer.wire.http2_fields import FieldDecoder
from analyzer.wire.http2_frames import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    HEADER,
    HEADERS,
    PREFACE,
    PRIORITY,
    PUSH_PROMISE,
    WINDOW_UPDATE,
    WITH_PRIORITY,
    Frame,
    payload,
    plausible,
    unpack_header,
)

MARK = PREFACE[:14]
"""As much of the preface as no other protocol begins with."""

_LOOKED_AT = 64
_FIELDS = 1 << 14
_PRIORITY = 5


def looks_like_http2(data: bytes) -> bool:
    """Whether ``data`` begins with the preface or with frames, beyond doubt.

    That is a chain of three frames of which two have a payload (the last one may be cut), or one or two that use up
    the data where one of them could hardly be anything else.
    """
    if data.startswith(MARK):
        return True
    frames = _frames(data)
    filled = sum(1 for frame in frames if frame.stop - frame.begin > HEADER)
    if len(frames) > 2 and filled > 1:
        return True
    exact = bool(frames) and frames[-1].stop == len(data)
    return exact and any(_telling(data, frame) for frame in frames)


def client_speaks(data: bytes) -> bool | None:
    """Whether the bytes, which look like HTTP/2, are a client's or a server's; None where they do not tell."""
    if data.startswith(MARK):
        return True
    for frame in _frames(data):
        if frame.kind == PUSH_PROMISE:
            return False
        client = _asks(data, frame) if frame.kind == HEADERS else _masks(data, frame) if frame.kind == DATA else None
        if client is not None:
            return client
    return None


def _frames(data: bytes) -> list[Frame]:
    """Frames from the first byte on, as long as they are plausible; the last one may be cut. None where one is not."""
    pos = 0
    found: list[Frame] = []
    while pos + HEADER <= len(data) and len(found) < _LOOKED_AT:
        word, flags, stream = unpack_header(data, pos)
        if not plausible(word, flags, stream):
            return []
        stop = pos + HEADER + (word >> 8)
        found.append(Frame(word & 0xFF, flags, stream, pos, stop))
        pos = stop
    return found


def _telling(data: bytes, frame: Frame) -> bool:
    """Whether the frame alone says that this is HTTP/2."""
    start = frame.begin + HEADER
    if frame.kind == HEADERS:
        return _asks(data, frame) is not None
    if frame.kind == WINDOW_UPDATE:
        return 0 < int.from_bytes(data[start : frame.stop]) < 1 << 31
    return frame.kind not in (DATA, PRIORITY, CONTINUATION) and frame.stop > start


def _masks(data: bytes, frame: Frame) -> bool | None:
    """Whether DATA holds a WebSocket's frames (RFC 8441) as clients send them; None where it holds none."""
    place = payload(data, frame.begin + HEADER, frame.stop, frame.flags)
    if place is None or frame.stop > len(data):
        return None
    found = websocket.probe(data[place[0] : place[1]])
    return found.masked if found is not None and not found.offset else None


def _asks(data: bytes, frame: Frame) -> bool | None:
    """Whether a header block holds a request or an answer; None where that cannot be told."""
    place = payload(data, frame.begin + HEADER, frame.stop, frame.flags)
    if place is None or frame.stop > len(data):
        return None
    start = place[0] + (_PRIORITY if frame.flags & WITH_PRIORITY else 0)
    decoder = FieldDecoder(_FIELDS)
    decoder.lose()
    block = decoder.decode(data[start : place[1]])
    if block.fault is not None and frame.flags & END_HEADERS:
        return None
    names = {name for name, _ in block.fields}
    if ":status" in names:
        return False
    return True if names & {":method", ":path", ":scheme"} else None
