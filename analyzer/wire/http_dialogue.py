"""Requests and answers of one HTTP/1.1 connection, paired (RFC 9112 section 9.3: answers come in the order of the
requests).
"""

from collections import deque
from collections.abc import Callable, Sequence

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Event, Exchange, Garbled, Guessed, Requested, Upgraded
from analyzer.wire.halfstream import Closed, Data, Gap, Piece, not_before
from analyzer.wire.http1 import Head, HttpMessage, Problem, RequestReader, ResponseReader
from analyzer.wire.http_head import asks_http2
from analyzer.wire.marks import same_source
from analyzer.wire.pieces import Sides

Read = Sequence[Head | HttpMessage | Problem]

EARLY = 1_000_000_000
"""Ns for which an answer without a request is kept: captures on several queues, or one a direction, may show it first.
"""
_KEPT = 1 << 20


class HttpDialogue:
    """Pairs both directions' messages. ``wanted`` says of a request head whether its exchange is worth keeping.

    ``link`` goes into every event; ``after`` is the exchange of a 101 after which the server nevertheless spoke HTTP;
    ``whole`` says that the connection is seen from its start.
    """

    def __init__(
        self,
        link: object,
        limits: Limits,
        wanted: Callable[[Head], object],
        after: Exchange | None = None,
        whole: bool = False,
    ) -> None:
        self.link = link
        self.requests = RequestReader(limits, self._keep_request)
        self.responses = ResponseReader(limits, self._keep_response, self._method_of)
        self.upgraded: Exchange | None = None
        """The exchange that made a WebSocket, or HTTP/2, of the connection."""
        self._wanted = wanted
        self._open: deque[Exchange] = deque()
        self._asking: Exchange | None = None
        self._answering: Exchange | None = None
        self._matched: deque[tuple[Exchange | None, list[Exchange]]] = deque()
        self._hole = False
        self.whole = whole
        """Whether every answer has its request; false from the first hole in the requests on."""
        self._early: list[Piece] = []  # of the server, before any request
        if after is not None:
            self._open.append(Exchange(after.head, after_101=True))

    def client(self, piece: Piece) -> list[Event]:
        """What a piece of the client's direction completes."""
        self.whole = self.whole and not isinstance(piece, Gap)
        events = self._asked(_read(self.requests, piece))
        return events + self._overtaken() if self._early and (self._open or not self.whole) else events

    def server(self, piece: Piece) -> list[Event]:
        """What a piece of the server's direction completes."""
        if self._early or (self.whole and not self._open and self._answering is None):
            self._early.append(piece)
            return [] if self._patient() else self._overtaken()
        return self._said(piece)

    def _patient(self) -> bool:
        """Whether what the server seems to have said unasked may wait longer."""
        size = sum(len(piece.data) for piece in self._early if isinstance(piece, Data))
        self.whole = self.whole and size < _KEPT and _time(self._early[-1]) <= _time(self._early[0]) + EARLY
        return self.whole

    def _overtaken(self) -> list[Event]:
        """What the server said before its request was seen."""
        early, self._early = self._early, []
        return [event for piece in early for event in self._said(piece)]

    def _said(self, piece: Piece) -> list[Event]:
        if isinstance(piece, Gap):
            self._hole = True
        events = self._answered(_read(self.responses, piece))
        if self.requests.paused and self.upgraded is None and not self._open:
            # whatever the request's answer was, it was not 101: the client goes on in HTTP
            events += self._later(self._asked(self.requests.resume()), events)
        return events

    @property
    def awaited(self) -> Exchange | None:
        """The last exchange whose answer has not come, if it is wanted."""
        return self._open[-1] if self._open and self._open[-1].wanted else None

    def unread(self, first: tuple[int, int]) -> Sides:
        """What either side sent behind the switch to another protocol, which was made at the moment ``first``."""
        found: list[list[Piece]] = []
        for reader in (self.requests, self.responses):
            pieces: list[Piece] = [Data(*reader.take()), *reader.behind()]
            if reader.ended is not None:
                pieces.append(Closed("fin", *reader.ended))
            found.append([not_before(piece, first) for piece in pieces if not isinstance(piece, Data) or piece.data])
        return found[0], found[1]

    def finish(self, time: int, frame: int, *, ended: bool) -> list[Event]:
        """The connection (``ended``) or the capture is over: what was asked stays without an answer."""
        events = self._overtaken()
        left, self._open = list(self._open), deque()
        if self._answering is not None:
            left.insert(0, self._answering)
            self._answering = None
        return events + [Event(time, frame, self.link, S2C, Answered(e, ended)) for e in left if e.wanted]

    def _keep_request(self, head: Head) -> bool:
        return bool(self._wanted(head))

    def _keep_response(self, head: Head) -> bool:
        exchange, _ = self._matched[-1]
        if exchange is None:  # the request is not in the capture: the content has to tell
            return head.status == 200
        return exchange.wanted

    def _method_of(self, answer: Head) -> str | None:
        """Match an answer with its exchange, and with those whose answers were lost before it.

        The reader asks while it reads a batch; the matches are taken up in the same order when its items are.
        """
        hole, self._hole = self._hole, False
        unanswered: list[Exchange] = []
        while self._open and (_asked_before(self._open[0], answer) or self._late(self._open[0], answer)):
            exchange = self._open.popleft()
            if not (hole and self._open and _asked_before(self._open[0], answer)):
                self._matched.append((exchange, unanswered))
                return exchange.head.method if exchange.head else None
            unanswered.append(exchange)  # its answer fell into the hole: clients do not pipeline
        self._matched.append((None, unanswered))
        return None

    def _late(self, exchange: Exchange, answer: Head) -> bool:
        """Whether the request was captured a little behind its answer."""
        return self.whole and exchange.begun <= answer.begun + EARLY

    def _asked(self, read: Read) -> list[Event]:
        events = []
        for item in read:
            if isinstance(item, Head):
                asked = self._wanted(item)
                self._asking = Exchange(item, wanted=bool(asked), asked=asked)
                self._open.append(self._asking)
            elif isinstance(item, HttpMessage):
                if self._asking is not None and self._asking.wanted:
                    self._asking.request = item
                    events.append(Event(item.time, item.frame, self.link, C2S, Requested(self._asking)))
            else:
                events.append(self._garbled(item, C2S))
        return events

    def _answered(self, read: Read) -> list[Event]:
        events = []
        for item in read:
            if isinstance(item, Head):
                self._answering, unanswered = self._matched.popleft()
                lost = [Answered(exchange, lost=True) for exchange in unanswered if exchange.wanted]
                events += [Event(item.time, item.frame, self.link, S2C, answered) for answered in lost]
                events += self._head(item)
            elif isinstance(item, HttpMessage):
                events += self._complete(item)
            else:
                events.append(self._garbled(item, S2C))
        return events

    def _head(self, head: Head) -> list[Event]:
        exchange = self._answering
        if exchange is not None:
            exchange.answer = head
        if head.status != 101:
            return []
        self._answering = None
        self.upgraded = exchange or Exchange(None, answer=head)
        if asks_http2(head):
            return []
        if exchange is None:  # the request is not in the capture: the frames have to tell
            return [Event(head.time, head.frame, self.link, C2S, Guessed())]
        return [Event(*_after(exchange, head), self.link, S2C, Upgraded(exchange))] if exchange.wanted else []

    def _complete(self, message: HttpMessage) -> list[Event]:
        exchange, self._answering = self._answering, None
        if exchange is None:
            if not message.body:
                return []
            exchange = Exchange(None, answer=message.head, wanted=True)
        exchange.response = message
        return [Event(*_after(exchange, message), self.link, S2C, Answered(exchange))] if exchange.wanted else []

    def _garbled(self, problem: Problem, direction: str) -> Event:
        garbled = Garbled(problem.code, problem.detail, problem.raw)
        return Event(problem.time, problem.frame, self.link, direction, garbled)

    @staticmethod
    def _later(events: list[Event], cause: list[Event]) -> list[Event]:
        """Events that could be read only once ``cause`` had come."""
        if not cause:
            return events
        time, frame = cause[-1].time, cause[-1].frame
        return [e if (e.time, e.frame) > (time, frame) else e._replace(time=time, frame=frame) for e in events]


def _asked_before(exchange: Exchange, answer: Head) -> bool:
    """Whether the request came before the answer.

    Told by their frames where these are of one source: behind a hole bytes become readable later than they came.
    """
    head = exchange.head
    if head is not None and same_source(head.frame, answer.frame):
        return head.frame <= answer.frame
    return exchange.begun <= answer.begun


def _after(exchange: Exchange, answer: Head | HttpMessage) -> tuple[int, int]:
    """Moment of the answer, which cannot be before that of the request's head."""
    moment = answer.time, answer.frame
    return moment if exchange.head is None else max(moment, (exchange.head.time, exchange.head.frame))


def _time(piece: Piece) -> int:
    return piece.marks.times[-1] if isinstance(piece, Data) else piece.time


def _read(reader: RequestReader | ResponseReader, piece: Piece) -> Read:
    if isinstance(piece, Data):
        return reader.feed(piece.data, piece.marks)
    if isinstance(piece, Gap):
        return reader.gap(piece.size, piece.time, piece.frame)
    assert isinstance(piece, Closed)
    return reader.end(piece.time, piece.frame)
