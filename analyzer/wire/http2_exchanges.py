"""The exchanges of one HTTP/2 connection: what streams carry to requests and answers (RFC 9113 section 8)."""

from collections.abc import Callable
from heapq import heappop, heappush

from analyzer.limits import Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Event, Exchange, Requested
from analyzer.wire.held import Held
from analyzer.wire.http2_body import Half, Room
from analyzer.wire.http2_heads import asks_websocket, request_head, response_head
from analyzer.wire.http2_items import Chunk, Fields
from analyzer.wire.http2_sniff import sniffed
from analyzer.wire.http2_streams import Stream, Streams
from analyzer.wire.http_head import Head, Span
from analyzer.wire.http_message import HttpMessage

Moment = tuple[int, int]
Payload = Requested | Answered

ENDED = "the connection ended before the body did"

_new = tuple.__new__


class Exchanges:
    """Open exchanges by the numbers of their streams.

    Both directions' items come in the order of their moments. Bytes behind a hole become readable late, so an answer
    may nevertheless come before its request; it waits until the client has opened that stream, or a later one.
    """

    def __init__(self, link: object, limits: Limits, wanted: Callable[[Head], object]) -> None:
        self.events: list[Event] = []
        """What happened; whoever takes it clears it."""
        self.streams = Streams()
        self.holes = {C2S: 0, S2C: 0}
        """Holes anywhere in a direction so far."""
        self._link = link
        self._limits = limits
        self._wanted = wanted
        self._room = Room.of(limits)
        self._highest = 0  # number of the client's newest stream
        self._early: list[int] = []  # a heap
        self._waiting = 0  # bytes of answers that wait for their requests

    def adopt(self, exchange: Exchange) -> None:
        """An exchange whose request came before the connection became HTTP/2 (RFC 7540 section 3.2)."""
        exchange.answer, stream = None, Stream(exchange)
        stream.asked = True
        self.streams.open(1, stream)
        self._highest = 1

    def asks(self, item: Fields) -> None:
        """A request's head, or trailers."""
        time, frame, _, number, begun, fields, end, _ = item
        stream = self.streams.get(number)
        if stream is not None and stream.exchange.head is not None:
            if end and stream.request is not None:
                self._request_over(number, stream, stream.request, (time, frame))
            return
        if number > self._highest:
            self._highest = number
            if self._early:
                self._give_up_early((time, frame))
        head = request_head(fields, _new(Span, (time, frame, begun)))
        if head is None:
            return
        if stream is None:
            stream = Stream(Exchange(None))
            self._open(number, stream, (time, frame))
        self._begin(item, stream, head)

    def answers(self, item: Fields) -> Stream | None:
        """An answer's head, or trailers; interim answers are skipped. The stream, if it has become a WebSocket."""
        time, frame, _, number, begun, fields, end, unknown = item
        moment, stream = (time, frame), self.streams.get(number)
        if stream is not None and (stream.answered or stream.answer is not None):
            if end and stream.answer is not None:
                self._answer_over(number, stream, stream.answer, moment)
            return None
        head = response_head(fields, _new(Span, (time, frame, begun)))
        if head is None or head.status < 200:
            if stream is not None and end:
                self._answer_lost(number, stream, moment)
            return None
        stream = stream or self._unasked(number, moment)
        stream.exchange.answer = head
        stream.unknown = unknown
        if stream.waiting is not None and head.status < 300:
            return stream
        stream.waiting = None
        keep = stream.exchange.wanted if stream.exchange.head is not None else head.status == 200
        stream.answer = Half(head, keep, self._room, self.holes[S2C])
        if end:
            self._answer_over(number, stream, stream.answer, moment)
        return None

    def content(self, stream: Stream, item: Chunk) -> None:
        """More of a body."""
        time, frame, direction, number, data, _, start, stop, _, end = item
        client = direction == C2S
        half = stream.request if client else stream.answer
        if half is None:
            if end and not client and not stream.answered:
                self._answer_lost(number, stream, (time, frame))
            return
        if half.holes != self.holes[direction]:
            self._holed(half, direction)
        if start < stop:
            half.add(data, start, stop)
        if end and client:
            self._request_over(number, stream, half, (time, frame))
        elif end:
            self._answer_over(number, stream, half, (time, frame))

    def abandon(self, number: int, moment: Moment, why: str | None, ended: bool = True) -> None:
        """The stream ended before its sides did; ``why`` (None: only the capture ended) it is cut."""
        stream = self.streams.get(number)
        if stream is None:
            return
        if stream.request is not None:
            self.cut_request(number, stream, moment, why)
        if not stream.answered:
            self._unanswered(stream, moment, why, ended)
        elif stream.early:
            self._answer(stream, moment)
        self.streams.bury(number)

    def forget(self, number: int) -> None:
        """The stream turned out to be no exchange."""
        stream = self.streams.get(number)
        if stream is not None and stream.answer is not None:
            stream.answer.forget()
        self.streams.close(number)

    def cut_request(self, number: int, stream: Stream, moment: Moment, why: str | None) -> None:
        """The rest of a request will not come."""
        half = stream.request
        if half is not None and why is not None:
            half.cut = half.cut or why
            self._request_over(number, stream, half, moment)
        elif half is not None:
            half.forget()

    def _open(self, number: int, stream: Stream, moment: Moment) -> None:
        self.streams.open(number, stream)
        surplus = self.streams.surplus()
        if surplus is not None:
            self.abandon(surplus, moment, None, ended=False)

    def _begin(self, item: Fields, stream: Stream, head: Head) -> None:
        exchange, moment = stream.exchange, (item.time, item.frame)
        exchange.head, exchange.asked = head, self._wanted(head)
        exchange.wanted = bool(exchange.asked)
        stream.holes = self.holes[S2C]
        stream.request, stream.asked = Half(head, exchange.wanted, self._room, self.holes[C2S]), False
        if asks_websocket(head) and not item.end and not stream.early:
            stream.waiting = Held()
        early = stream.early
        if item.end or stream.waiting is not None:
            self._request_over(item.stream, stream, stream.request, moment)
        if early and stream.answered:
            self._answer(stream, moment)
        stream.early = False

    def _request_over(self, number: int, stream: Stream, half: Half, moment: Moment) -> None:
        stream.asked, stream.request = True, None
        exchange = stream.exchange
        if exchange.wanted:
            exchange.request = self._message(half, C2S, moment)
            self._tell(moment, C2S, _new(Requested, (exchange,)))
        if stream.answered:
            self.streams.close(number)

    def _answer_over(self, number: int, stream: Stream, half: Half, moment: Moment) -> None:
        stream.answered, stream.answer = True, None
        exchange = stream.exchange
        if exchange.wanted:
            message = self._message(half, S2C, moment)
            exchange.response = sniffed(message, self._limits) if stream.unknown else message
            if stream.early and self._may_wait(len(message.body)):
                return
            self._answer(stream, moment)
        if stream.asked:
            self.streams.close(number)

    def _may_wait(self, size: int) -> bool:
        """Whether there is room for an answer that waits for its request."""
        self._waiting += size
        return self._waiting <= self._room.most

    def _answer(self, stream: Stream, moment: Moment) -> None:
        """Tell of an answer that is over, at ``moment``. Without its request it is worth it only if it has a body."""
        exchange, response = stream.exchange, stream.exchange.response
        if stream.early and response is not None:
            self._waiting -= len(response.body)
        stream.early = False
        if exchange.wanted and (exchange.head is not None or (exchange.response and exchange.response.body)):
            self._tell(moment, S2C, _new(Answered, (exchange, True, False)))

    def _answer_lost(self, number: int, stream: Stream, moment: Moment) -> None:
        """The end of an answer whose head is missing."""
        stream.answered = True
        if stream.exchange.head is not None and stream.exchange.wanted:
            self._tell(moment, S2C, Answered(stream.exchange, lost=True))
        if stream.asked:
            self.streams.close(number)

    def _unanswered(self, stream: Stream, moment: Moment, why: str | None, ended: bool) -> None:
        exchange, half = stream.exchange, stream.answer
        if half is not None and why is not None and exchange.wanted:
            half.cut = half.cut or why
            exchange.response, stream.early = self._message(half, S2C, moment), False
            self._answer(stream, moment)
        else:
            if half is not None:
                half.forget()
            if exchange.head is not None and exchange.wanted:
                lost = why in (None, ENDED) and stream.holes != self.holes[S2C]
                self._tell(moment, S2C, Answered(exchange, ended, lost))

    def _unasked(self, number: int, moment: Moment) -> Stream:
        """A stream whose request is not in the capture, or (behind a hole) not readable yet."""
        stream = Stream(Exchange(None))
        stream.asked = True
        if 0 < self._highest < number:
            stream.early = True
            heappush(self._early, number)
        self._open(number, stream, moment)
        return stream

    def _give_up_early(self, moment: Moment) -> None:
        """The client opened a stream: those of lower numbers it has opened before, and the capture does not show it."""
        while self._early and self._early[0] < self._highest:
            number = heappop(self._early)
            stream = self.streams.get(number)
            if stream is None or not stream.early:
                continue
            if stream.answered:
                self._answer(stream, moment)
                self.streams.close(number)
            stream.early = False

    def _holed(self, half: Half, direction: str) -> None:
        half.holes = self.holes[direction]
        half.hole(-1)

    def _message(self, half: Half, direction: str, moment: Moment) -> HttpMessage:
        if half.holes != self.holes[direction]:
            self._holed(half, direction)
        return half.message(*moment)

    def _tell(self, moment: Moment, direction: str, payload: Payload) -> None:
        self.events.append(_new(Event, (*moment, self._link, direction, payload)))
