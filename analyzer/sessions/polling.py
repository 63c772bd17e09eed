"""HTTP exchanges to rows and packets: long-polling in every payload encoding, and requests that were refused."""

from dataclasses import dataclass, field

from analyzer.engineio.payload import guess_form
from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.records import C2S, S2C, Layer, Row, Transport
from analyzer.sessions import heads, query
from analyzer.sessions.body import Body, convincing, looks_legacy, payloads, plain
from analyzer.sessions.handshake import sid_of
from analyzer.sessions.outbox import Held
from analyzer.sessions.places import NUMBER_BITS, NUMBER_MASK, Arrival, Link
from analyzer.sessions.query import Query
from analyzer.sessions.registry import Registry
from analyzer.sessions.scribe import Scribe
from analyzer.sessions.tap import Tap
from analyzer.text import elide
from analyzer.wire.events import Answered, Exchange, Garbled
from analyzer.wire.http1 import HttpMessage

_ERROR_KEPT = 64 * 1024
_GUESSED = 1 << 16
_POLLING = Transport.POLLING.value
_HTTP = Layer.HTTP.value
_make = tuple.__new__
_UNREAD = "the official parser reads no further than the error before it"


@dataclass(slots=True)
class Pending:
    """What is remembered of a request until it is answered."""

    tap: Tap
    mark: tuple[str, str]
    held: list[Held] = field(default_factory=list)


class Polling:
    """What HTTP exchanges say. A POST's packets are written when it was sent, and held until it is known not to be
    refused.
    """

    def __init__(self, scribe: Scribe, registry: Registry, limits: Limits) -> None:
        self._scribe = scribe
        self._registry = registry
        self._limits = limits

    def requested(self, time: int, frame: int, link: Link, exchange: Exchange) -> None:
        """A request is complete."""
        self._request(time, frame, link, exchange)
        if exchange.request is not None and exchange.request.body:  # many may await their answers
            exchange.sent = len(exchange.request.body)
            head, _, wire_size, at, by, issue, detail, _, complete = exchange.request
            exchange.request = HttpMessage(head, b"", wire_size, at, by, issue, detail, b"", complete)

    def _request(self, time: int, frame: int, link: Link, exchange: Exchange) -> None:
        asked, request = _asked(exchange), exchange.request
        link.recognised = True
        if exchange.head is None or asked is None or asked.sid is None:
            return
        mark = (exchange.head.method or "", asked.url)
        tap = self._registry.find(asked.sid, asked.engine, link, mark)
        pending = Pending(tap, mark)
        exchange.context = pending
        tap.asking.append(mark)
        del tap.asking[:-8]
        if mark[0] == "POST" and request is not None and asked.transport == _POLLING:
            with self._scribe.outbox.holding(pending.held):
                body, arrival = Body.of(request, self._limits), Arrival(time, frame, link, _POLLING, 0, None)
                self._packets(tap, C2S, request, body, arrival)
        if exchange.response is not None:  # answered before it was complete: refused while it was being sent
            self._settle(pending, exchange.response.head.status)

    def answered(self, time: int, frame: int, link: Link, event: Answered) -> None:
        """The answer is complete, or there is none."""
        exchange = event.exchange
        asked = _asked(exchange)
        if asked is None:
            self._unasked(time, frame, link, exchange)
            return
        link.recognised = True
        response = exchange.response
        status = response.head.status if response else None
        body = Body.of(response, self._limits) if response else None
        tap = self._tap(link, exchange, asked, status, body)
        self._exchange(time, frame, link, event, asked=asked, tap=tap, body=body)
        if isinstance(exchange.context, Pending):
            self._settle(exchange.context, status)
        if response is not None and body is not None and tap is not None and status == 200:
            carries = _method(exchange) == "GET" and asked.transport == _POLLING and not exchange.after_101
            if carries:
                self._packets(tap, S2C, response, body, Arrival(time, frame, link, _POLLING, 0, None))
        if response is not None and exchange.request is None:  # which may yet come
            exchange.response = response._replace(body=b"", tail=b"")

    def garbled(self, time: int, frame: int, link: Link, direction: str, problem: Garbled) -> None:
        """Bytes where an HTTP message should be that are none."""
        session = link.tap.sid if link.tap else None
        self._scribe.add(
            self._scribe.row(
                time,
                frame,
                link,
                Layer.HTTP,
                session=session,
                direction=direction,
                size=len(problem.raw),
                attachments=[problem.raw],
                issue=problem.code,
                detail=problem.detail,
            )
        )

    def _tap(self, link: Link, exchange: Exchange, asked: Query, status: int | None, body: Body | None) -> Tap | None:
        """The session of an exchange: named by its query or, in a handshake, by the open packet in the answer."""
        if isinstance(exchange.context, Pending):
            link.tap = exchange.context.tap
            return link.tap
        if asked.sid is not None:
            return self._registry.find(asked.sid, asked.engine, link)
        if body is None or status != 200 or exchange.after_101:
            return None
        first = next(iter(payloads(body, asked.engine, None)), None)
        sid = sid_of(first.text) if first is not None and first.text is not None else None
        if sid is None:
            return None
        tap = self._registry.opened(sid, asked.engine, link)
        tap.legacy = asked.engine == 3 and looks_legacy(body)
        return tap

    def _exchange(
        self, time: int, frame: int, link: Link, event: Answered, *, asked: Query, tap: Tap | None, body: Body | None
    ) -> None:
        """Write the exchange's own row."""
        exchange = event.exchange
        response, request = exchange.response, exchange.request
        status = None if response is None else response.head.status
        issue, detail = _oddity(event, asked, tap, body)
        size = exchange.sent or (0 if request is None else len(request.body))
        sent: int | None = 0 if request is None else request.wire_size
        got: int | None = 0
        if body is not None:
            size, got = size + len(body.data), body.wire_size
        wire_size = None if sent is None or got is None else sent + got
        data = _error_text(status, body, odd=issue == Issue.EIO_BAD_HANDSHAKE)
        duration = (time - exchange.begun) / 1e9 if response else None
        session, engine = (tap.sid, tap.engine) if tap else (asked.sid, asked.engine)
        # fmt: off
        self._scribe.add(_make(Row, (
            time, self._scribe.sources[frame >> NUMBER_BITS], frame & NUMBER_MASK or None, link.stream, link.client,
            link.server, session, asked.transport, C2S, engine, _HTTP, _method(exchange), None, None, None, None, data,
            None, None, size, wire_size, status, asked.url, duration,
            heads.as_json(exchange.head, exchange.answer), issue, detail,
        )))
        # fmt: on

    def _settle(self, pending: Pending, status: int | None) -> None:
        """The request was answered: let its packets go, marked where they were refused."""
        if pending.mark in pending.tap.asking:
            pending.tap.asking.remove(pending.mark)
        refused = status is not None and status >= 400
        for held in pending.held:
            if refused and held.row.issue is None:
                held.settle(issue=Issue.HTTP_REFUSED, detail=f"sent in a request that was refused with {status}")
            else:
                held.settle()
        pending.held = []

    def _packets(self, tap: Tap, direction: str, message: HttpMessage, body: Body, arrival: Arrival) -> None:
        """Hand the packets of a message's body to the session."""
        texts = plain(body) if tap.engine == 4 and not tap.legacy else None
        if texts is not None:
            self._texts(tap, direction, texts, arrival)
            return
        entries = list(payloads(body, tap.engine, message.head.get("content-type"), tap.once))
        shares = body.shares([entry.size for entry in entries])
        channel, failed = tap.channels[direction], False
        time, frame, link = arrival[:3]
        for entry, share in zip(entries, shares, strict=True):
            at = Arrival(time, frame, link, _POLLING, entry.size, share)
            if failed and entry.error is None:
                at = at._replace(issue=Issue.EIO_AFTER_ERROR, detail=_UNREAD)
            failed = not channel.entry(entry, at) or failed

    @staticmethod
    def _texts(tap: Tap, direction: str, texts: list[str], arrival: Arrival) -> None:
        """The same for the commonest body there is: what `plain` made of it."""
        channel, failed, (time, frame, link, *_) = tap.channels[direction], False, arrival
        for text in texts:
            size = len(text) if text.isascii() else len(text.encode())
            why = (Issue.EIO_AFTER_ERROR, _UNREAD) if failed else (None, None)
            at = _make(Arrival, (time, frame, link, _POLLING, size, size, *why))
            if not channel.common(text, at):
                failed = not channel.text(text, at) or failed

    def _unasked(self, time: int, frame: int, link: Link, exchange: Exchange) -> None:
        """An answer whose request is not in the capture: Engine.IO only where all of its content is, beyond doubt."""
        response = exchange.response
        if response is None or exchange.head is not None:
            return
        body = Body.of(response, self._limits)
        found = list(payloads(body, None, response.head.get("content-type")))
        if not convincing(found):
            return
        engine = guess_form(body.data[:_GUESSED], None, response.head.get("content-type")).revision
        sid = sid_of(found[0].text or "")
        link.engine, link.recognised = engine, True
        tap = self._registry.opened(sid, engine, link) if sid else self._registry.anonymous(link)
        asked = Query("", engine, Transport.POLLING, tap.sid, jsonp=False)
        self._exchange(time, frame, link, Answered(exchange), asked=asked, tap=tap, body=body)
        self._packets(tap, S2C, response, body, Arrival(time, frame, link, _POLLING, 0, None))


def _asked(exchange: Exchange) -> Query | None:
    if isinstance(exchange.asked, Query):
        return exchange.asked
    return query.parse(exchange.head.target) if exchange.head and exchange.head.target else None


def _method(exchange: Exchange) -> str | None:
    return exchange.head.method if exchange.head else None


def _oddity(event: Answered, asked: Query, tap: Tap | None, body: Body | None) -> tuple[str | None, str | None]:
    """What is odd about an exchange: issue code and sentence."""
    exchange = event.exchange
    request, usual = exchange.request, body is not None and body.issue is None and tap is not None
    if usual and exchange.head is not None and not exchange.after_101 and (request is None or request.issue is None):
        return None, None
    if exchange.after_101:
        return Issue.HTTP_AFTER_101, "HTTP text on a connection that had become a WebSocket"
    if exchange.response is None and event.lost:
        return Issue.HTTP_NO_RESPONSE, "the answer is missing from the capture"
    if exchange.response is None and event.ended:
        return Issue.HTTP_NO_RESPONSE, "the connection ended before the answer"
    if body is not None and body.issue is not None:
        return body.issue, body.detail
    if request is not None and request.issue is not None:
        return request.issue, request.detail
    if exchange.head is None:
        return Issue.HTTP_NO_REQUEST, "the request is missing from the capture"
    if body is not None and tap is None and _opens(exchange, asked):
        return Issue.EIO_BAD_HANDSHAKE, f"a handshake's answer that names no session: {elide(body.data) or 'no bytes'}"
    return None, None


def _opens(exchange: Exchange, asked: Query) -> bool:
    """Whether the answer has to hold an open packet."""
    answer = exchange.response
    polled = asked.sid is None and asked.transport == Transport.POLLING and _method(exchange) == "GET"
    return polled and answer is not None and answer.head.status == 200


def _error_text(status: int | None, body: Body | None, *, odd: bool) -> str | None:
    """The body of a refusal (or of an answer that is ``odd``), as far as it is worth keeping."""
    if status is None or (status < 400 and not odd) or body is None:
        return None
    return body.data[:_ERROR_KEPT].decode("utf-8", "replace") or None
