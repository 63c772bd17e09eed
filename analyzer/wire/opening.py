"""What a connection is, told from the first bytes that the capture shows of it."""

import re
from enum import Enum
from typing import NamedTuple

from analyzer.wire import websocket
from analyzer.wire.halfstream import Data
from analyzer.wire.http2_frames import HEADER, opens, whole
from analyzer.wire.http2_opening import client_speaks, looks_like_http2
from analyzer.wire.http2_scan import ENOUGH
from analyzer.wire.marks import Marks

_REQUEST = re.compile(rb"(?:GET|POST|OPTIONS|HEAD|PUT|DELETE|PATCH|TRACE|CONNECT) ")
_STARTS = (b"GET ", b"POST ", b"OPTIONS ", b"HEAD ", b"PUT ", b"DELETE ", b"PATCH ", b"TRACE ", b"CONNECT ", b"HTTP/1.")
_HTTP2 = b"PRI * HTTP/2.0"
_KEPT = 64 * 1024
_SCANS = 64
_PATIENCE = 4096


class Kind(Enum):
    """What a connection carries."""

    HTTP = "http"
    WEBSOCKET = "websocket"
    TLS = "tls"
    HTTP2 = "http2"
    OTHER = "other"


class Verdict(NamedTuple):
    """``client`` is the side (0 or 1) that speaks as the client."""

    kind: Kind
    client: int


class Opening:
    """Keeps the first bytes of both sides until they show what the connection is.

    A connection captured from its start says so in its first bytes. Of one whose start is missing (``midstream``) the
    start of every segment is tried, since that is where HTTP heads and frames mostly begin; WebSocket frames larger
    than a segment are found in what was kept. Bytes before the start found cannot be read and are let go, but for those
    of HTTP/2, whose reader looks for the first frame by itself.
    """

    def __init__(self, *, midstream: bool) -> None:
        self.midstream = midstream
        self._kept: tuple[list[tuple[bytes, int, int]], list[tuple[bytes, int, int]]] = ([], [])
        self._sizes = [0, 0]
        self._tried = 0
        self._framed = 0  # frames of HTTP/2, each whole in one segment

    def add(self, side: int, segment: bytes, time: int, frame: int) -> Verdict | None:
        """Take one segment sent by ``side``; the verdict once there is one."""
        kept = self._kept[side]
        kept.append((segment, time, frame))
        self._sizes[side] += len(segment)
        self._tried += 1
        verdict = self._look(side, segment) if self.midstream else self._from_start(side)
        while verdict is None and self._sizes[side] > _KEPT:
            self._sizes[side] -= len(kept.pop(0)[0])
        return verdict

    def gap(self, side: int) -> None:
        """Bytes of a side are missing: what was kept of it before has nothing to do with what follows."""
        self.midstream = True
        self._forget(side, 0)
        self._sizes[side] = 0

    def rest(self, side: int) -> Data | None:
        """What was kept of a side, from where it can be read; for the connection's reader."""
        segments, self._kept[side][:] = list(self._kept[side]), []
        if not segments:
            return None
        ends, total = [], 0
        for segment, _, _ in segments:
            total += len(segment)
            ends.append(total)
        return Data(b"".join(s[0] for s in segments), Marks(ends, [s[1] for s in segments], [s[2] for s in segments]))

    def _from_start(self, side: int) -> Verdict | None:
        data = b"".join(s[0] for s in self._kept[side])
        if data[:1] == b"\x16" and (len(data) < 3 or data[1] == 3):
            return Verdict(Kind.TLS, side) if len(data) >= 3 else None
        if data.startswith(_HTTP2):
            return Verdict(Kind.HTTP2, side)
        if data[:1] == b"\0":
            serves, need = opens(data[:HEADER], client=False)
            if serves and len(data) < need:
                return None
            return Verdict(Kind.HTTP2, 1 - side) if serves else Verdict(Kind.OTHER, side)
        verdict = _http(side, data.lstrip(b"\r\n"))
        if verdict is None and not _may_become(data.lstrip(b"\r\n")):
            return Verdict(Kind.OTHER, side)
        return verdict

    def _look(self, side: int, segment: bytes) -> Verdict | None:
        verdict = _http(side, segment)
        if len(segment) >= 5 and 0x14 <= segment[0] <= 0x17 and segment[1] == 3 and segment[2] <= 4:
            verdict = Verdict(Kind.TLS, side)
        if segment.startswith(_HTTP2):
            verdict = Verdict(Kind.HTTP2, side)
        if verdict is None:
            frames = whole(segment, 0, len(segment)) if segment[:1] == b"\0" else 0
            found = self._http2(side, segment, frames) or (None if frames else self._frames(side, segment))
            return found or (Verdict(Kind.OTHER, side) if self._tried > _PATIENCE else None)
        self._forget(side, len(segment))
        return verdict

    def _http2(self, side: int, segment: bytes, frames: int) -> Verdict | None:
        """Frames of HTTP/2: it takes enough of them, and a word that only one of the two sides can say."""
        self._framed += ENOUGH if segment[:1] == b"\0" and looks_like_http2(segment) else frames
        client = client_speaks(segment) if self._framed >= ENOUGH else None
        return None if client is None else Verdict(Kind.HTTP2, side if client else 1 - side)

    def _frames(self, side: int, segment: bytes) -> Verdict | None:
        found = websocket.probe(segment)
        if found is not None and found.offset == 0:
            self._forget(side, len(segment))
        elif not self._framed and self._tried <= _SCANS and len(self._kept[side]) > 1:
            data = b"".join(s[0] for s in self._kept[side])
            found = websocket.probe(data)
            if found is not None:
                self._forget(side, len(data) - found.offset)
        else:
            found = None
        return found and Verdict(Kind.WEBSOCKET, side if found.masked else 1 - side)

    def _forget(self, side: int, keep: int) -> None:
        """Let go of all but the last ``keep`` bytes of a side."""
        kept, excess = self._kept[side], sum(len(s[0]) for s in self._kept[side]) - keep
        while excess > 0:
            segment, time, frame = kept.pop(0)
            if len(segment) > excess:
                kept.insert(0, (segment[excess:], time, frame))
            excess -= len(segment)


def _http(side: int, data: bytes) -> Verdict | None:
    if _REQUEST.match(data):
        return Verdict(Kind.HTTP, side)
    return Verdict(Kind.HTTP, 1 - side) if data.startswith(b"HTTP/1.") else None


def _may_become(data: bytes) -> bool:
    return len(data) < len(_HTTP2) and any(start.startswith(data) for start in (*_STARTS, _HTTP2))
