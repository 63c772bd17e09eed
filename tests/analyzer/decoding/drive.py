"""Drives the trunk by hand: exchanges and WebSocket messages of made-up connections, rows back."""

from analyzer.decoding.places import Link
from analyzer.decoding.trunk import Trunk
from analyzer.limits import Limits
from analyzer.records import C2S, S2C, Row
from analyzer.wire.events import Answered, Ended, Event, Exchange, Guessed, Lost, Requested, Upgraded
from analyzer.wire.http1 import Head, HttpMessage
from analyzer.wire.websocket import Message

SECOND = 1_000_000_000
OPEN4 = '0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'


def request_head(time: int, method: str, target: str) -> Head:
    """A request's head."""
    return Head(time, 1, time, method, target, 0, "", "1.1", [("host", "h")])


def answer_head(time: int, status: int, headers: list[tuple[str, str]] | None = None) -> Head:
    """An answer's head."""
    return Head(time, 1, time, "", "", status, "", "1.1", headers or [("content-type", "text/plain; charset=UTF-8")])


class Drive:
    """A trunk with a clock that moves a millisecond an event."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.trunk = Trunk(limits or Limits(), ["test.pcap"])
        self.time = SECOND
        self.streams = 0

    def link(self, server: str = "s:1") -> Link:
        """A new connection."""
        self.streams += 1
        return Link(self.streams - 1, f"c:{1000 + self.streams}", server)

    def take(self, link: Link, direction: str, payload: object) -> None:
        """Hand the trunk an event."""
        self.time += SECOND // 1000
        if isinstance(payload, Message):
            payload = payload._replace(time=self.time)
        self.trunk.take(Event(self.time, 1, link, direction, payload))  # type: ignore[arg-type]

    def ask(self, link: Link, method: str, query: str, body: bytes = b"") -> Exchange:
        """A request is sent."""
        head = request_head(self.time, method, f"/socket.io/?{query}")
        exchange = Exchange(head, HttpMessage(head, body, len(body), self.time, 1))
        self.take(link, C2S, Requested(exchange))
        return exchange

    def answer(
        self,
        link: Link,
        exchange: Exchange,
        body: bytes,
        status: int = 200,
        headers: list[tuple[str, str]] | None = None,
    ) -> None:
        """It is answered."""
        exchange.answer = answer_head(self.time, status, headers)
        exchange.response = HttpMessage(exchange.answer, body, len(body), self.time, 1)
        self.take(link, S2C, Answered(exchange))

    def get(
        self, link: Link, body: bytes | str, query: str = "EIO=4&transport=polling&sid=S", status: int = 200
    ) -> None:
        """A poll and its answer."""
        self.answer(link, self.ask(link, "GET", query), body.encode() if isinstance(body, str) else body, status)

    def post(
        self, link: Link, body: bytes | str, query: str = "EIO=4&transport=polling&sid=S", status: int = 200
    ) -> None:
        """A POST and its answer."""
        sent = body.encode() if isinstance(body, str) else body
        self.answer(link, self.ask(link, "POST", query, sent), b"ok", status)

    def open(self, link: Link | None = None) -> Link:
        """A handshake over polling."""
        link = link or self.link()
        self.get(link, OPEN4, "EIO=4&transport=polling")
        return link

    def websocket(self, query: str = "EIO=4&transport=websocket", server: str = "s:1") -> Link:
        """A WebSocket is opened."""
        link = self.link(server)
        head = request_head(self.time, "GET", f"/socket.io/?{query}")
        self.take(link, S2C, Upgraded(Exchange(head, answer=answer_head(self.time, 101, []))))
        return link

    def guessed(self) -> Link:
        """A WebSocket whose handshake is not in the capture."""
        link = self.link()
        self.take(link, C2S, Guessed())
        return link

    def say(self, link: Link, direction: str, payload: str | bytes, opcode: int | None = None) -> None:
        """A WebSocket message."""
        data = payload.encode() if isinstance(payload, str) else payload
        kind = opcode or (1 if isinstance(payload, str) else 2)
        self.take(link, direction, Message(0, 1, kind, data, len(data)))

    def lose(self, link: Link, direction: str, size: int) -> None:
        """Bytes are missing."""
        self.take(link, direction, Lost(size))

    def end(self, link: Link, direction: str = C2S, kind: str = "fin") -> None:
        """A direction ends."""
        self.take(link, direction, Ended(kind))

    def rows(self) -> list[Row]:
        """All rows."""
        return self.trunk.release(self.time) + self.trunk.finish(self.time, 1)

    def packets(self) -> list[tuple[object, ...]]:
        """Rows of packets as (layer, direction, type, event, data, issue)."""
        return [
            (r.layer, r.direction, r.type, r.event, r.data, r.issue)
            for r in self.rows()
            if r.layer in ("engine.io", "socket.io")
        ]
