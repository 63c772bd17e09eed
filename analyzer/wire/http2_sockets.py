"""The WebSockets of one HTTP/2 connection (RFC 8441), those from before the capture included."""

from collections.abc import Callable

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Event, Exchange, Guessed, Upgraded
from analyzer.wire.held import Held
from analyzer.wire.http2_items import Chunk
from analyzer.wire.http2_socket import Socket
from analyzer.wire.http2_strangers import Strangers

SOCKETS = 10_000
"""Open WebSockets of one connection; the oldest makes room."""

Moment = tuple[int, int]


class Sockets:
    """Open WebSockets by the numbers of their streams. ``branch`` gives each a link of its own."""

    def __init__(self, branch: Callable[[], object], limits: Limits) -> None:
        self._branch = branch
        self._limits = limits
        self._open: dict[int, Socket] = {}
        self.has: Callable[[int], bool] = self._open.__contains__
        """Whether the stream of that number is an open WebSocket."""
        self._fresh: dict[str, set[int]] = {C2S: set(), S2C: set()}  # heard since the last hole
        self._strangers = Strangers()

    def open(self, number: int, exchange: Exchange, moment: Moment, sent: Held) -> list[Event]:
        """The server has agreed, or (no answer was seen) the client behaves so; ``sent`` is what came before that."""
        events = self._make_room(moment)
        link = self._branch()
        answer = exchange.answer
        socket = self._open[number] = Socket(link, answer, self._limits, moment)
        events.append(Event(*moment, link, S2C if answer is not None else C2S, Upgraded(exchange)))
        self._fresh[C2S].add(number)
        self._fresh[S2C].add(number)
        return events + socket.feed(C2S, *sent.take())

    def guess(self, chunk: Chunk) -> list[Event]:
        """A chunk of a stream whose beginning was not seen: its frames may tell that it is a WebSocket."""
        found = self._strangers.look(chunk)
        if found is None:
            return []
        data, marks, offset = found
        direction, moment = chunk.direction, marks.at(1)
        events = self._make_room(moment)
        link = self._branch()
        socket = self._open[chunk.stream] = Socket(link, None, self._limits, moment)
        events.append(Event(*moment, link, C2S, Guessed()))
        for each in (C2S, S2C):
            self._fresh[each].add(chunk.stream)
            if each != direction or offset:
                socket.unsure(each, moment)
        events += socket.feed(direction, data, marks)
        return events + (self.end(chunk.stream, direction, "fin", (chunk.time, chunk.frame)) if chunk.end else [])

    def take(self, chunk: Chunk) -> list[Event]:
        """More of an open one."""
        socket = self._open[chunk.stream]
        self._fresh[chunk.direction].add(chunk.stream)
        events = socket.take(chunk)
        if chunk.end and socket.over:
            self._forget(chunk.stream)
        return events

    def end(self, number: int, direction: str, kind: str, moment: Moment) -> list[Event]:
        """One direction ended (``fin``), or its sender ended both (``reset``)."""
        socket = self._open[number]
        events = socket.end(direction, kind, *moment)
        if socket.over:
            self._forget(number)
        return events

    def gap(self, number: int, direction: str, size: int, moment: Moment) -> list[Event]:
        """Bytes of one are missing."""
        return self._open[number].gap(direction, size, *moment)

    def gap_in_all(self, direction: str, moment: Moment) -> list[Event]:
        """Bytes of any of them may be missing."""
        fresh, self._fresh[direction] = self._fresh[direction], set()
        return [e for number in sorted(fresh) for e in self.gap(number, direction, -1, moment)]

    def end_all(self, direction: str, kind: str, moment: Moment) -> list[Event]:
        """The connection ended in one direction (``fin``), or altogether."""
        return [e for number in list(self._open) for e in self.end(number, direction, kind, moment)]

    def finish(self, time: int, frame: int) -> list[Event]:
        """Nothing more will come."""
        events = [e for socket in self._open.values() for e in socket.finish(time, frame)]
        for number in list(self._open):
            self._forget(number)
        return events

    def _make_room(self, moment: Moment) -> list[Event]:
        if len(self._open) < SOCKETS:
            return []
        number, socket = next(iter(self._open.items()))
        self._forget(number)
        return socket.finish(*moment)

    def _forget(self, number: int) -> None:
        del self._open[number]
        for fresh in self._fresh.values():
            fresh.discard(number)
