"""WebSockets in streams of HTTP/2 (RFC 8441): DATA in, messages out."""

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire import deflate, websocket
from analyzer.wire.events import Ended, Event, Lost
from analyzer.wire.http2_items import Chunk
from analyzer.wire.http_head import Head
from analyzer.wire.marks import Marks

_new = tuple.__new__


class Socket:
    """Both directions of one WebSocket, which has a ``link`` of its own. ``answer`` is null where it was not seen:
    compression may have been agreed on.
    """

    __slots__ = ("_ended", "_first", "_readers", "link")

    def __init__(self, link: object, answer: Head | None, limits: Limits, first: tuple[int, int]) -> None:
        self.link = link
        self._first = first
        self._ended: set[str] = set()
        extensions = answer.get("sec-websocket-extensions") if answer is not None else None
        params = deflate.Params() if answer is None else deflate.parse_extension(extensions) if extensions else None
        client = deflate.Inflater.for_client(params, limits) if params else None
        server = deflate.Inflater.for_server(params, limits) if params else None
        self._readers = {
            C2S: websocket.Reader(True, client, limits),
            S2C: websocket.Reader(False, server, limits),
        }

    @property
    def over(self) -> bool:
        """Both directions have ended."""
        return len(self._ended) > 1

    def unsure(self, direction: str, moment: tuple[int, int]) -> None:
        """The next byte of that direction may be anywhere in a frame."""
        self._readers[direction].gap(-1, *moment)

    def take(self, chunk: Chunk) -> list[Event]:
        """Messages that a chunk completes, and the end of its direction."""
        direction, events = chunk.direction, []
        if direction in self._ended:
            return []
        if chunk.stop > chunk.start:
            events = self._told(self._readers[direction].feed(*chunk.content()), direction)
        return events + self.end(direction, "fin", chunk.time, chunk.frame) if chunk.end else events

    def feed(self, direction: str, data: bytes, marks: Marks) -> list[Event]:
        """Messages that bytes complete which were kept until it was clear that this is a WebSocket."""
        return self._told(self._readers[direction].feed(data, marks), direction) if data else []

    def gap(self, direction: str, size: int, time: int, frame: int) -> list[Event]:
        """Bytes are missing from one direction, as was clear at that moment."""
        if direction in self._ended:
            return []
        told = self._told(self._readers[direction].gap(size, time, frame), direction)
        return [Event(time, frame, self.link, direction, Lost(-1)), *told]

    def end(self, direction: str, kind: str, time: int, frame: int) -> list[Event]:
        """One direction ended (``fin``), or its sender ended both (``reset``)."""
        events: list[Event] = []
        for each in (direction,) if kind == "fin" else (direction, S2C if direction == C2S else C2S):
            if each not in self._ended:
                self._ended.add(each)
                events += self._told(self._readers[each].end(time, frame), each)
        events.append(Event(time, frame, self.link, direction, Ended(kind)))
        return events

    def finish(self, time: int, frame: int) -> list[Event]:
        """The capture is over."""
        left = [direction for direction in (C2S, S2C) if direction not in self._ended]
        return [e for each in left for e in self._told(self._readers[each].end(time, frame), each)]

    def _told(self, messages: list[websocket.Message], direction: str) -> list[Event]:
        link, first = self.link, self._first
        if messages and (messages[0].time, messages[0].frame) < first:
            messages = [m if (m.time, m.frame) > first else m._replace(time=first[0], frame=first[1]) for m in messages]
        return [_new(Event, (m[0], m[1], link, direction, m)) for m in messages]
