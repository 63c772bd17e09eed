"""WebSocket messages to packets, from the 101 to the end of the connection."""

from analyzer.decoding import heads, query
from analyzer.decoding.handshake import sid_of
from analyzer.decoding.outbox import Held
from analyzer.decoding.places import Arrival, Link
from analyzer.decoding.registry import Registry
from analyzer.decoding.scribe import Scribe
from analyzer.decoding.tap import Tap
from analyzer.issues import Issue
from analyzer.records import C2S, Layer, Row, Transport
from analyzer.text import elide
from analyzer.wire.events import Exchange
from analyzer.wire.websocket import Message

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_NO_STATUS = 1005
_RAW_KEPT = 4096
_SAYS_NOTHING = (
    None,
    Issue.WS_BAD_DEFLATE,
    Issue.WS_MESSAGE_CUT,
    Issue.WS_MESSAGE_LIMIT,
    Issue.SIO_ATTACHMENT_MISSING,
    Issue.SIO_ATTACHMENT_SURPLUS,
)
"""Issues that a connection seen from its middle may have and be Engine.IO all the same."""
_WEBSOCKET = Transport.WEBSOCKET.value
_WHOLE = frozenset((Issue.MITM_DROPPED, Issue.MITM_INJECTED, Issue.WS_AFTER_CLOSE))
"""Marks of messages that can be read all the same."""


class Sockets:
    """What happens on connections that have become WebSockets."""

    def __init__(self, scribe: Scribe, registry: Registry) -> None:
        self._scribe = scribe
        self._registry = registry
        self._tentative: list[Link] = []

    def upgraded(self, time: int, frame: int, link: Link, exchange: Exchange) -> None:
        """The server answered 101 to a request that asks for Engine.IO."""
        head, answer = exchange.head, exchange.answer
        asked = query.parse(head.target) if head else None
        if head is None or asked is None:
            return
        link.engine, link.tap, link.quick = asked.engine, None, None
        link.recognise()
        columns = {
            "status": 101 if answer else None,
            "url": asked.url,
            "duration": (time - head.begun) / 1e9 if answer else None,
            "headers": heads.as_json(head, answer),
        }
        if asked.sid is not None:
            tap = self._registry.find(asked.sid, asked.engine, link)
            link.engine = tap.engine
            self._scribe.websocket(time, frame, link, type="open", direction=C2S, **columns)
        else:
            link.opening = self._scribe.opening(time, frame, link, **columns)

    def guessed(self, link: Link) -> None:
        """A WebSocket whose handshake is not in the capture: its rows wait until it has shown that it is Engine.IO."""
        link.tentative = []
        self._tentative.append(link)

    def message(self, link: Link, direction: str, message: Message) -> None:
        """A WebSocket message, control frame, or bytes that are none."""
        if link.tentative is not None:
            self._tentatively(link, direction, message)
        elif link.recognised:
            self._any(link, direction, message)
            if link.tap is not None:
                link.quick = link.tap.quick

    def ended(self, time: int, frame: int, link: Link) -> None:
        """The connection ended in one direction: with it the session, if this was its WebSocket."""
        if link.opening is not None:
            self._nameless(link)
        if link.tap is not None and link.tap.carrier is link:
            link.tap.abort(time, frame, "the connection ended")
            self._registry.close(link.tap)

    def finish(self) -> None:
        """The capture is over: what nothing spoke against, and something spoke for, is Engine.IO."""
        for link in self._tentative:
            clean = any(held.row.issue is None for held in link.tentative or ())
            (self._accept if clean else self._refuse)(link)

    def _text(self, tap: Tap, link: Link, direction: str, m: Message) -> None:
        try:
            text = m.payload.decode()
        except UnicodeDecodeError:
            self._odd(link, direction, m._replace(issue=Issue.WS_BAD_TEXT, detail=f"not UTF-8: {elide(m.payload)}"))
            return
        arrival = Arrival(m.time, m.frame, link, _WEBSOCKET, len(m.payload), m.wire_size, m.issue, m.detail)
        tap.channels[direction].text(tap.frame(text, direction), arrival)

    def _any(self, link: Link, direction: str, m: Message) -> None:
        if m.opcode >= _CLOSE:
            self._control(link, direction, m)
            return
        tap = link.tap or self._name(link, direction, m)
        if m.issue is not None and m.issue not in _WHOLE:
            self._odd(link, direction, m)
        elif m.opcode == _TEXT:
            self._text(tap, link, direction, m)
        else:
            arrival = Arrival(m.time, m.frame, link, _WEBSOCKET, len(m.payload), m.wire_size, m.issue, m.detail)
            tap.channels[direction].binary(m.payload, arrival)

    def _name(self, link: Link, direction: str, m: Message) -> Tap:
        """Find the session of a WebSocket without a sid in its request: the open packet, first of the server's, names
        it.
        """
        sid = sid_of(m.payload) if m.opcode == _TEXT and direction != C2S else None
        if sid is None:
            return self._nameless(link)
        tap = self._registry.opened(sid, link.engine, link)
        tap.carrier = link
        if link.opening is not None:
            link.opening.settle(session=sid)
            link.opening = None
        return tap

    def _nameless(self, link: Link) -> Tap:
        tap = self._registry.anonymous(link)
        tap.carrier = link
        if link.opening is not None:
            link.opening.settle(session=tap.sid)
            link.opening = None
        return tap

    def _control(self, link: Link, direction: str, m: Message) -> None:
        columns: dict[str, object] = {"direction": direction, "size": len(m.payload), "wire_size": m.wire_size}
        columns |= {"issue": m.issue, "detail": m.detail}
        if m.opcode == _CLOSE:
            if link.ws_closed and m.issue != Issue.WS_AFTER_CLOSE:  # the answer to the first
                return
            link.ws_closed = True
            code = int.from_bytes(m.payload[:2]) if len(m.payload) >= 2 else _NO_STATUS
            columns |= {"type": "close", "status": code if code < 1 << 15 else None}
            columns["data"] = m.payload[2:].decode("utf-8", "replace") or None
        else:
            columns |= {"type": "ping" if m.opcode == _PING else "pong"}
            columns["attachments"] = [m.payload] if m.payload else None
        if link.tap is None and link.opening is not None:
            self._nameless(link)
        self._scribe.websocket(m.time, m.frame, link, **columns)

    def _odd(self, link: Link, direction: str, m: Message) -> None:
        """A message that cannot be read, in whole or in part."""
        tap = link.tap or self._nameless(link)
        columns: dict[str, object] = {"direction": direction, "size": len(m.payload), "wire_size": m.wire_size}
        kept = m.payload[:_RAW_KEPT]
        text = m.payload.decode("utf-8", "replace") if m.opcode == _TEXT and m.issue == Issue.WS_MESSAGE_CUT else None
        columns |= {"data": text} if text is not None else {"attachments": [kept]}
        self._scribe.websocket(m.time, m.frame, link, session=tap.sid, issue=m.issue, detail=m.detail, **columns)

    def _tentatively(self, link: Link, direction: str, m: Message) -> None:
        held = link.tentative
        if held is None:
            return
        begun = len(held)
        with self._scribe.outbox.holding(held):
            self._any(link, direction, m)
        rows = [h.row for h in held[begun:]]
        if any(h.settled and not h.dropped for h in held) or any(_convincing(row) for row in rows) or _beats(held):
            self._accept(link)
        elif any(row.issue not in _SAYS_NOTHING for row in rows):
            self._refuse(link)

    def _accept(self, link: Link) -> None:
        for held in link.tentative or ():
            held.settle()
        link.tentative = None
        if link.recognised:
            link.recognise()

    def _refuse(self, link: Link) -> None:
        for held in link.tentative or ():
            held.drop()
        link.tentative, link.recognised, link.tap = None, False, None


def _convincing(row: Row) -> bool:
    """Whether a row could hardly come from anything but Engine.IO."""
    if row.issue is not None:
        return False
    if row.layer == Layer.SOCKET:
        return row.data is not None
    return row.type == "open" or row.data == "probe"


def _beats(held: list[Held]) -> bool:
    """Whether a ping was answered by a pong from the other side."""
    kinds = {(h.row.type, h.row.direction) for h in held if h.row.layer == Layer.ENGINE}
    return any(("pong", other) in kinds and ("ping", one) in kinds for one, other in (("c2s", "s2c"), ("s2c", "c2s")))
