"""One connection's bytes to events: finds out what is spoken, pairs HTTP, follows the switch to WebSocket."""

from collections.abc import Callable

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire import deflate, websocket
from analyzer.wire.events import Ended, Event, Exchange, Guessed, Lost, Upgraded
from analyzer.wire.halfstream import Closed, Data, Gap, Piece
from analyzer.wire.http1 import Head
from analyzer.wire.http2 import Http2Dialogue
from analyzer.wire.http_dialogue import HttpDialogue
from analyzer.wire.http_head import asks_http2
from analyzer.wire.keylog import KeyLog
from analyzer.wire.opening import Kind, Opening, Verdict
from analyzer.wire.pieces import Sides, by_moment, is_reset, weight
from analyzer.wire.secured import Secured

_make = tuple.__new__


class Conversation:
    """Both directions of a connection, side 0 and side 1; which one is the client is known from the SYN or found out.

    ``link`` goes into every event; ``wanted`` says of a request head whether its exchange, or the WebSocket it
    opens, is worth keeping; ``client`` is the side that opened the connection, null where the capture does not show
    that; ``keys`` are the secrets of TLS connections.
    """

    def __init__(
        self,
        link: object,
        limits: Limits,
        wanted: Callable[[Head], object],
        client: int | None = None,
        keys: KeyLog | None = None,
    ) -> None:
        self.link = link
        self.limits = limits
        self.client = client
        """The side that speaks as the client, null until known."""
        self.passed_over: str | None = None
        """Why nothing more of the connection is decoded: ``tls``, ``other``, ``websocket``; null while something is."""
        self.skim: Callable[[str, list[websocket.Message]], list[websocket.Message]] | None = None
        """Offered every batch of a direction's messages before they become events; gives back what it did not take."""
        self.branch: Callable[[], object] = lambda: link
        """Gives each WebSocket of HTTP/2 (RFC 8441) a link of its own."""
        self.secured: Secured | None = None
        """The TLS of the connection, where it has one."""
        self._keys = keys
        self._inner: Conversation | None = None  # what is said inside TLS
        self._wanted = wanted
        self._opening: Opening | None = Opening(midstream=client is None)
        self._http: HttpDialogue | None = None
        self._http2: Http2Dialogue | None = None
        self._early: Sides = ([], [])  # the client's and the server's HTTP/2 behind an upgrade to it
        self._readers: tuple[websocket.Reader, websocket.Reader] | None = None
        self._text: HttpDialogue | None = None  # the server speaks HTTP again after its 101
        self._upgrade: Exchange | None = None
        self._unsure = [False, False]  # the side's reader has to find a frame's start first
        self._closed = 0

    @property
    def kind(self) -> str | None:
        """What it carries: ``http``, ``websocket``, ``tls``, ``http2`` or ``other``; null while that is not known."""
        if self._inner is not None and self._inner.kind is not None:
            return self._inner.kind
        if self.passed_over is not None or self.secured is not None:
            return self.passed_over or Kind.TLS.value
        if self._http2 is not None:
            return Kind.HTTP2.value
        return "websocket" if self._readers is not None else "http" if self._http is not None else None

    @property
    def finished(self) -> bool:
        """Whether both directions have ended, or the connection was reset, and nothing is held for a secret to come."""
        return self._closed > 1 and (self.secured is None or not self.secured.waiting)

    def receive(self, pieces: Sides, *, one_way: bool = False) -> list[Event]:
        """Take what became readable on either side; the directions' events are not merged in time. ``one_way``: nothing
        at all was captured of one of the sides so far.
        """
        events: list[Event] = []
        if self._opening is not None:
            pieces = self._open(pieces, events)
        if self._opening is not None or self.passed_over is not None:
            self._closed += sum(weight(piece) for side in pieces for piece in side)
            return events
        if self.secured is not None:
            return events + self._decrypted(self.secured, pieces)
        if self._http2 is not None:
            return self._streams(self._http2, pieces)
        if one_way and self._http is not None:
            self._http.whole = False
        events += self._in_turn(pieces)
        if one_way and self._http is not None and self._readers is None:
            events += self._unanswered_switch(self._http)
        return events

    def _in_turn(self, pieces: Sides) -> list[Event]:
        """HTTP/1 and WebSocket: first what the client said, then the server."""
        client, events = self.client or 0, list[Event]()
        ordered = [(side, piece) for side in (client, 1 - client) for piece in pieces[side]]
        ordered.sort(key=lambda said: is_reset(said[1]))  # it ends both: what was said before it is read first
        for i, (side, piece) in enumerate(ordered, 1):
            events += self._piece(side == client, piece)
            if self._http2 is not None:
                left = [[piece for at, piece in ordered[i:] if at == each] for each in (0, 1)]
                return events + self._streams(self._http2, (left[0], left[1]))
        return events

    def finish(self, time: int, frame: int, *, ended: bool = False) -> list[Event]:
        """Nothing more will come: the connection is over (``ended``) or only the capture is."""
        events: list[Event] = self.secured.finish() if self.secured is not None else []
        if self._inner is not None:
            events += self._inner.finish(time, frame, ended=ended)
        elif self._http2 is not None:
            events += self._http2.finish(time, frame, ended=ended)
        elif self._readers is not None:
            for direction, reader in zip((C2S, S2C), self._readers, strict=True):
                events += self._messages(reader.end(time, frame), direction)
        elif self._http is not None:
            events += self._http.finish(time, frame, ended=ended)
        return events

    def _open(self, pieces: Sides, events: list[Event]) -> Sides:
        """Look at segments in their order until they show what is spoken; returns what is left to read."""
        assert self._opening is not None
        opening: Opening = self._opening
        left: Sides = ([], [])
        for side, piece in by_moment(pieces):
            if self._opening is None or isinstance(piece, Closed):
                left[side].append(piece)
            elif isinstance(piece, Gap):
                opening.gap(side)
            elif (verdict := opening.add(side, piece.data, *piece.marks.at(1))) is not None:
                events += self._decide(verdict, side, piece)
                for kept_side in (0, 1):
                    if (kept := opening.rest(kept_side)) is not None:
                        left[kept_side].append(kept)
        return left

    def _decide(self, verdict: Verdict, side: int, piece: Data) -> list[Event]:
        whole = self._opening is not None and not self._opening.midstream
        self._opening = None
        self.client = verdict.client
        if verdict.kind is Kind.HTTP:
            self._http = HttpDialogue(self.link, self.limits, self._wanted, whole=whole)
            return []
        if verdict.kind is Kind.HTTP2:
            self._http2 = Http2Dialogue(self.link, self.branch, self.limits, self._wanted)
            return []
        if verdict.kind is Kind.TLS and self._keys is not None:
            self.secured = Secured(self.link, self._keys, verdict.client, self._inside)
            return []
        if verdict.kind is not Kind.WEBSOCKET:
            self.passed_over = verdict.kind.value
            return []
        self._readers = self._websocket(None)
        self._unsure[side != verdict.client] = True
        return [Event(*piece.marks.at(1), self.link, C2S, Guessed())]

    def retry(self, time: int, frame: int) -> list[Event]:
        """More secrets are known."""
        return self._judged(self.secured.retry(time, frame)) if self.secured is not None else []

    def give_up(self) -> list[Event]:
        """No secret is waited for any longer."""
        return self._judged(self.secured.finish()) if self.secured is not None else []

    def _decrypted(self, secured: Secured, pieces: Sides) -> list[Event]:
        self._closed += sum(weight(piece) for side in pieces for piece in side)
        return self._judged(secured.receive(pieces))

    def _judged(self, events: list[Event]) -> list[Event]:
        """The events; notes where what is behind them shows that nothing more will be read."""
        assert self.secured is not None
        if self.secured.unreadable or (self._inner is not None and self._inner.passed_over is not None):
            self.passed_over = Kind.TLS.value if self._inner is None else self._inner.passed_over
        return events

    def _inside(self, plain: Sides, client: int) -> list[Event]:
        """What is said inside TLS."""
        if self._inner is None:
            if not any(isinstance(piece, Data) for side in plain for piece in side):
                return []
            self.client = client
            self._inner = Conversation(self.link, self.limits, self._wanted, client)
            self._inner.skim, self._inner.branch = self.skim, self.branch
        return self._inner.receive(plain)

    def _websocket(self, answer: Head | None, cut: bool = False) -> tuple[websocket.Reader, websocket.Reader]:
        """Readers for both directions; where the answer was not seen whole, compression may have been agreed on."""
        extensions = answer.get("sec-websocket-extensions") if answer else None
        unknown = answer is None or (cut and not extensions)
        params = deflate.Params() if unknown else deflate.parse_extension(extensions) if extensions else None
        client = deflate.Inflater.for_client(params, self.limits) if params else None
        server = deflate.Inflater.for_server(params, self.limits) if params else None
        return websocket.Reader(True, client, self.limits), websocket.Reader(False, server, self.limits)

    def _piece(self, client: bool, piece: Piece) -> list[Event]:
        direction = C2S if client else S2C
        if self.passed_over is not None:
            return []
        if isinstance(piece, Gap):
            return [Event(piece.time, piece.frame, self.link, direction, Lost(piece.size)), *self._take(client, piece)]
        events = self._take(client, piece)
        if isinstance(piece, Closed):
            self._closed += weight(piece)
            if self._http is not None and self._readers is None and (self._closed > 1 or not client):
                events += self._http.finish(piece.time, piece.frame, ended=True)
            events.append(Event(piece.time, piece.frame, self.link, direction, Ended(piece.kind)))
        return events

    def _take(self, client: bool, piece: Piece) -> list[Event]:
        if self._readers is not None:
            return self._frames(client, piece)
        if self._http is None:
            return []
        events = self._http.client(piece) if client else self._http.server(piece)
        if self._http.upgraded is not None:
            events += self._switch(self._http, self._http.upgraded)
        return events

    def _streams(self, dialogue: Http2Dialogue, pieces: Sides) -> list[Event]:
        """HTTP/2: both directions are read at once."""
        client = self.client or 0
        early, self._early = self._early, ([], [])
        lost: list[Event] = []
        over: list[Event] = []
        for side, direction in ((client, C2S), (1 - client, S2C)):
            for piece in pieces[side]:
                if isinstance(piece, Gap):
                    lost.append(Event(piece.time, piece.frame, self.link, direction, Lost(piece.size)))
                elif isinstance(piece, Closed):
                    self._closed += weight(piece)
                    over.append(Event(piece.time, piece.frame, self.link, direction, Ended(piece.kind)))
        return lost + dialogue.receive(early[0] + pieces[client], early[1] + pieces[1 - client]) + over

    def _switch(self, http: HttpDialogue, exchange: Exchange) -> list[Event]:
        """The server answered 101: what either side has sent after it is WebSocket (RFC 6455 section 4.1) or HTTP/2."""
        if exchange.answer is not None and asks_http2(exchange.answer):
            return self._switch_to_http2(http, exchange, exchange.answer)
        if not exchange.wanted:
            self.passed_over = "websocket"
            return []
        self._readers, self._upgrade = self._websocket(exchange.answer, http.responses.cut), exchange
        head, answer = exchange.head, exchange.answer
        first = max((each.time, each.frame) for each in (head, answer) if each) if head or answer else (0, 0)
        asked, answered = http.unread(first)
        return [e for piece in asked for e in self._frames(True, piece)] + [
            e for piece in answered for e in self._frames(False, piece)
        ]

    def _switch_to_http2(self, http: HttpDialogue, exchange: Exchange, answer: Head) -> list[Event]:
        """The request is answered on stream 1 (RFC 7540 section 3.2)."""
        self._http2 = Http2Dialogue(self.link, self.branch, self.limits, self._wanted)
        self._http2.adopt(exchange)
        self._early = http.unread((answer.time, answer.frame))
        return []

    def _unanswered_switch(self, http: HttpDialogue) -> list[Event]:
        """Only the client was captured: frames behind its request for a WebSocket say that it was granted."""
        exchange, behind = http.awaited, http.requests.unread
        if exchange is None or not http.requests.paused or not behind:
            return []
        found = websocket.probe(behind)
        if found is None or found.offset or not found.masked:
            return []
        request = exchange.request or exchange.head
        events = [Event(request.time, request.frame, self.link, C2S, Upgraded(exchange))] if request else []
        return events + self._switch(http, exchange)

    def _frames(self, client: bool, piece: Piece) -> list[Event]:
        assert self._readers is not None
        if not client and self._speaks_http(piece):
            return self._text.server(piece) if self._text else []
        reader, direction = self._readers[0 if client else 1], C2S if client else S2C
        if isinstance(piece, Gap):
            return self._messages(reader.gap(piece.size, piece.time, piece.frame), direction)
        if isinstance(piece, Closed):
            return self._messages(reader.end(piece.time, piece.frame), direction)
        if self._unsure[client]:
            self._unsure[client] = False
            reader.gap(-1, *piece.marks.at(1))
        return self._messages(reader.feed(piece.data, piece.marks), direction)

    def _messages(self, messages: list[websocket.Message], direction: str) -> list[Event]:
        link = self.link
        if self.skim is not None:
            messages = self.skim(direction, messages)
        return [_make(Event, (m[0], m[1], link, direction, m)) for m in messages]

    def _speaks_http(self, piece: Piece) -> bool:
        """Whether a server answered 101 and then sent HTTP: no frame may begin with an H (RFC 6455 section 5.2)."""
        if self._upgrade is not None and isinstance(piece, Data):
            if piece.data[:1] == b"H":
                self._text = HttpDialogue(self.link, self.limits, self._wanted, after=self._upgrade)
            self._upgrade = None
        return self._text is not None
