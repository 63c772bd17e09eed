"""What a running proxy's flows become: the events that the same flows give when they are read from a file."""

from dataclasses import dataclass
from typing import Any

from analyzer.decoding.places import Link
from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.connections import wanted
from analyzer.pipeline.exchanges import told
from analyzer.records import C2S
from analyzer.sources import flow_exchange
from analyzer.sources.seen import Seen, Terms
from analyzer.wire.events import Ended, Event, Requested


@dataclass(slots=True)
class Socket:
    """A WebSocket of a flow, and what is said on it."""

    flow: Any
    link: Link
    talk: flow_exchange.Talk


class Intake:
    """Flows of mitmproxy, step by step, as events. All of it may raise what `flow_exchange.read` raises.

    Connections are numbered as they come, those without Engine.IO too.
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._terms = Terms(0, wanted, limits)
        self._links: dict[str, Link] = {}
        self._asked: dict[str, tuple[Seen, Link]] = {}
        self.sockets: dict[str, Socket] = {}
        """WebSockets that are Engine.IO, by the id of their flow, while they are open."""
        self._foreign: set[str] = set()
        self.connections = 0
        """Connections so far."""

    def connected(self, client: Any) -> None:
        """A client's connection was made."""
        self._link(str(client.id), None, None)

    def disconnected(self, client: Any) -> list[Event]:
        """It is over; no event tells of that."""
        self._links.pop(str(client.id), None)
        return []

    def requested(self, flow: Any) -> list[Event]:
        """The request is complete."""
        seen, _ = flow_exchange.read(flow, self._terms)
        if not seen.exchange.wanted:
            return []
        link = self._link_of(seen)
        if flow.response is None:  # else something in the proxy has answered it already, and it will be told with that
            seen.exchange.answer = seen.exchange.response = None
        self._asked[flow.id] = seen, link
        return [Event(seen.asked, 0, link, C2S, Requested(seen.exchange))]

    def answered(self, flow: Any) -> list[Event]:
        """The answer is complete, or became impossible."""
        socket = self.sockets.get(flow.id)
        if socket is not None:
            return self.ended(flow)
        asked, link = self._asked.pop(flow.id, (None, None))
        seen, _ = flow_exchange.read(flow, self._terms)
        if not seen.exchange.wanted:
            return []
        if asked is None or link is None:
            link = self._link_of(seen)
            events = list(told(_bare(seen), self._own(seen, link), 0))
        else:
            link.server = seen.server or link.server
            asked.exchange.answer, asked.exchange.response = seen.exchange.answer, seen.exchange.response
            seen.exchange = asked.exchange
            events = [event for event in told(_bare(seen), self._own(seen, link), 0) if not _request(event)]
        if seen.upgraded:
            self.sockets[flow.id] = Socket(flow, events[0].link, flow_exchange.Talk(seen, self._terms))
        return events

    def opened(self, flow: Any) -> list[Event]:
        """Messages may follow. Tells of the WebSocket where its answer did not say that it would become one."""
        return [] if flow.id in self.sockets else self.answered(flow)

    def adopted(self, flow: Any) -> list[Event]:
        """A message of a WebSocket that is not known: one that was open before this was there? Tells of it once."""
        if flow.id in self._foreign:
            return []
        events = self.opened(flow)
        if not events:
            self._foreign.add(flow.id)
        return events

    def ended(self, flow: Any) -> list[Event]:
        """The WebSocket is over."""
        self._foreign.discard(flow.id)
        socket = self.sockets.pop(flow.id, None)
        if socket is None or flow.websocket is None:
            return []
        events = [
            Event(message.time, 0, socket.link, way, message) for way, message in socket.talk.closed(flow.websocket)
        ]
        if socket.talk.cut is not None:
            direction, time = socket.talk.cut
            events.append(Event(time, 0, socket.link, direction, Ended("fin")))
        return events

    def place(self, flow: Any) -> Link | None:
        """The connection of a flow that is Engine.IO."""
        socket = self.sockets.get(flow.id)
        if socket is not None:
            return socket.link
        asked = self._asked.get(flow.id)
        return asked[1] if asked else None

    def _link_of(self, seen: Seen) -> Link:
        link = self._link(seen.connection or "", seen.client, seen.server)
        link.client, link.server = seen.client, seen.server
        return link

    def _link(self, key: str, client: str | None, server: str | None) -> Link:
        link = self._links.get(key)
        if link is None:
            link = self._links[key] = Link(self.connections, client, server)
            self.connections += 1
        return link

    @staticmethod
    def _own(seen: Seen, link: Link) -> Link:
        """A WebSocket has a link of its own, with the number of its connection."""
        return Link(link.stream, seen.client, seen.server) if seen.upgraded else link


def _bare(seen: Seen) -> Seen:
    """Without the messages there may be already: each has a hook of its own."""
    seen.messages, seen.closed = [], None
    return seen


def _request(event: Event) -> bool:
    return isinstance(event.payload, Requested)
