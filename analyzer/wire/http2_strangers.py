"""Streams whose beginning is not in the capture: they may be WebSockets, which live long."""

from collections import OrderedDict

from analyzer.records import C2S, S2C
from analyzer.wire import websocket
from analyzer.wire.held import Held
from analyzer.wire.http2_items import Chunk
from analyzer.wire.marks import Marks

TRIES = 32
"""Frames of a stream that are looked at."""

STREAMS = 256
"""Streams that are remembered; the one seen first makes room."""

LARGEST = 1 << 16
"""Larger frames than this are not looked at, in bytes."""


class Stranger:
    """What came of one direction of a stream in the frame that is under way."""

    def __init__(self) -> None:
        self.held = Held()
        self.tries = 0


class Strangers:
    """Looks at whole DATA frames for WebSocket frames."""

    def __init__(self) -> None:
        self._streams: OrderedDict[tuple[int, str], Stranger] = OrderedDict()

    def look(self, chunk: Chunk) -> tuple[bytes, Marks, int] | None:
        """The content of a DATA frame in which a WebSocket's frames begin, and where; None for anything else."""
        key = (chunk.stream, chunk.direction)
        stranger = self._streams.get(key)
        if stranger is None:
            stranger = self._streams[key] = Stranger()
            if len(self._streams) > STREAMS:
                self._streams.popitem(last=False)
        if stranger.tries >= TRIES:
            return None
        held = stranger.held
        if chunk.stop > chunk.start and len(held) < LARGEST:
            held.append(*chunk.content())
        if not chunk.whole:
            return None
        stranger.tries += 1
        data, marks = held.take()
        found = websocket.probe(data) if 0 < len(data) < LARGEST else None
        if found is None or found.masked != (chunk.direction == C2S):
            return None
        for direction in (C2S, S2C):
            self._streams.pop((chunk.stream, direction), None)
        return data, marks, found.offset
