"""HTTP/2 (RFC 9113) as a listener reads it: the bytes of both directions in, exchanges and WebSockets out."""

from collections.abc import Callable, Iterable
from operator import itemgetter

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire import websocket
from analyzer.wire.events import Event, Exchange, Garbled
from analyzer.wire.halfstream import Piece
from analyzer.wire.http2_exchanges import ENDED, Exchanges
from analyzer.wire.http2_items import Away, Chunk, Damage, Fields, Hole, Item, Over, Reset, error_name
from analyzer.wire.http2_reader import FrameReader
from analyzer.wire.http2_sockets import Sockets
from analyzer.wire.http2_streams import Stream
from analyzer.wire.http_head import Head

_MOMENT = itemgetter(0, 1)
_EARLY = 1 << 16
_TRIES = 4


class Http2Dialogue:
    """Both directions of an HTTP/2 connection, from its preface on or from anywhere.

    ``link`` goes into every event but those of WebSockets (RFC 8441), each of which has one of its own that ``branch``
    gives. ``wanted`` says of a request head whether its exchange, or the WebSocket it opens, is worth keeping.
    """

    def __init__(
        self, link: object, branch: Callable[[], object], limits: Limits, wanted: Callable[[Head], object]
    ) -> None:
        self.link = link
        self._asking = FrameReader(C2S, limits)
        self._answering = FrameReader(S2C, limits)
        self._exchanges = Exchanges(link, limits, wanted)
        self._sockets = Sockets(branch, limits)
        self._over: set[str] = set()
        self._handlers: dict[type, Callable[..., None]] = {
            Fields: self._fields, Chunk: self._chunk, Reset: self._reset, Away: self._away, Hole: self._hole,
            Over: self._end, Damage: self._damage,
        }  # fmt: skip

    def adopt(self, exchange: Exchange) -> None:
        """The exchange that upgraded the connection from HTTP/1.1 is answered on stream 1."""
        self._exchanges.adopt(exchange)

    def receive(self, client: Iterable[Piece], server: Iterable[Piece]) -> list[Event]:
        """What became readable in both directions, which are read in the order of their moments."""
        asked, answered = self._asking.read(client), self._answering.read(server)
        self._take(asked, answered)
        return self._taken()

    def client(self, piece: Piece) -> list[Event]:
        """What a piece of the client's direction completes, where pieces are given in the order of their moments."""
        return self.receive((piece,), ())

    def server(self, piece: Piece) -> list[Event]:
        """What a piece of the server's direction completes, where pieces are given in the order of their moments."""
        return self.receive((), (piece,))

    def finish(self, time: int, frame: int, *, ended: bool) -> list[Event]:
        """The connection (``ended``) or the capture is over: what was asked stays without an answer."""
        self._take(self._asking.settle(), self._answering.settle())
        for number, _ in self._exchanges.streams.everything():
            self._exchanges.abandon(number, (time, frame), ENDED if ended else None, ended)
        self._exchanges.events += self._sockets.finish(time, frame)
        return self._taken()

    def _take(self, asked: list[Item], answered: list[Item]) -> None:
        items = sorted(asked + answered, key=_MOMENT) if asked and answered else asked or answered
        if any(_is_reset(said[-1]) for said in (asked, answered) if said):
            items.sort(key=_is_reset)  # it ends both directions: what either side said before it is read first
        handlers = self._handlers
        for item in items:
            handlers[item.__class__](item)

    def _taken(self) -> list[Event]:
        events, self._exchanges.events = self._exchanges.events, []
        return events

    def _fields(self, item: Fields) -> None:
        number, exchanges = item.stream, self._exchanges
        if not number & 1 or exchanges.streams.dead(number):
            return  # pushed by the server (RFC 9113 section 8.4), or of no use any more
        if self._sockets.has(number):
            if item.end:
                exchanges.events += self._sockets.end(number, item.direction, "fin", (item.time, item.frame))
        elif item.direction == C2S:
            exchanges.asks(item)
        else:
            stream = exchanges.answers(item)
            if stream is not None:
                moment = (item.time, item.frame)
                self._upgrade(number, stream, moment)
                if item.end and self._sockets.has(number):
                    exchanges.events += self._sockets.end(number, S2C, "fin", moment)

    def _upgrade(self, number: int, stream: Stream, moment: tuple[int, int]) -> None:
        """An extended CONNECT was granted."""
        if stream.exchange.wanted and stream.waiting is not None:
            self._exchanges.streams.close(number)
            self._exchanges.events += self._sockets.open(number, stream.exchange, moment, stream.waiting)
        else:
            self._exchanges.streams.bury(number)

    def _chunk(self, item: Chunk) -> None:
        exchanges = self._exchanges
        stream = exchanges.streams.get(item[3])
        if stream is not None and stream.waiting is None and stream.exchange.head is not None:
            exchanges.content(stream, item)  # what is an open exchange is no WebSocket
        else:
            self._odd_chunk(item, stream)

    def _odd_chunk(self, item: Chunk, stream: Stream | None) -> None:
        """Content of anything else than an exchange that was seen from its start."""
        number, exchanges = item.stream, self._exchanges
        if self._sockets.has(number):
            exchanges.events += self._sockets.take(item)
            return
        if stream is None or stream.exchange.head is None:
            blind = self._asking.blind or self._answering.blind
            if blind and number & 1 and not exchanges.streams.dead(number):
                exchanges.events += self._sockets.guess(item)
                if self._sockets.has(number):
                    exchanges.forget(number)
                    return
        if stream is None:
            return
        if stream.waiting is not None and item.direction == C2S:
            self._unanswered(item, stream)
        else:
            exchanges.content(stream, item)

    def _unanswered(self, item: Chunk, stream: Stream) -> None:
        """Content behind a request for a WebSocket whose answer has not come: frames say that it was granted."""
        held = stream.waiting
        if held is None or not stream.exchange.wanted:
            return
        if item.stop > item.start and len(held) < _EARLY:
            held.append(*item.content())
        if not item.whole or not held or stream.tries >= _TRIES:
            return
        stream.tries += 1
        found = websocket.probe(bytes(held.data))
        if found is not None and found.masked and not found.offset:
            self._upgrade(item.stream, stream, (item.time, item.frame))

    def _reset(self, item: Reset) -> None:
        number, moment = item.stream, (item.time, item.frame)
        if self._sockets.has(number):
            self._exchanges.events += self._sockets.end(number, item.direction, "reset", moment)
            self._exchanges.streams.bury(number)
        else:
            why = f"the stream was reset before the body ended: {error_name(item.code)}"
            self._exchanges.abandon(number, moment, why)

    def _away(self, item: Away) -> None:
        if item.direction == S2C:
            for number, _ in self._exchanges.streams.above(item.last):
                self._exchanges.abandon(number, (item.time, item.frame), "the connection goes away")

    def _hole(self, item: Hole) -> None:
        number, direction, moment = item.stream, item.direction, (item.time, item.frame)
        exchanges = self._exchanges
        if not number:
            exchanges.holes[direction] += 1
            exchanges.events += self._sockets.gap_in_all(direction, moment)
        elif self._sockets.has(number):
            exchanges.events += self._sockets.gap(number, direction, item.size, moment)
        elif (stream := exchanges.streams.get(number)) is not None:
            half = stream.request if direction == C2S else stream.answer
            if half is not None:
                half.hole(item.size)

    def _end(self, item: Over) -> None:
        moment, exchanges = (item.time, item.frame), self._exchanges
        self._over.add(item.direction)
        exchanges.events += self._sockets.end_all(item.direction, item.kind, moment)
        if item.direction == S2C or item.kind == "reset" or len(self._over) > 1:
            for number, _ in exchanges.streams.everything():
                exchanges.abandon(number, moment, ENDED)
        else:
            for number, stream in exchanges.streams.everything():
                exchanges.cut_request(number, stream, moment, ENDED)

    def _damage(self, item: Damage) -> None:
        garbled = Garbled(item.code, item.detail, item.raw)
        self._exchanges.events.append(Event(item.time, item.frame, self.link, item.direction, garbled))


def _is_reset(item: Item) -> bool:
    return isinstance(item, Over) and item.kind == "reset"
