"""mitmproxy's relaying of one WebSocket, steered where its hooks do not reach: what is made up goes right behind a
message or in front of a close frame, never into the middle of a message that is still arriving, and the WebSocket can
be closed with a code. The same attributes are there in mitmproxy 11 and 12.

Being in the way of every message costs time with each, so that is done only where there is something to steer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, cast

from mitmproxy.proxy.layers.websocket import WebsocketLayer
from wsproto.connection import ConnectionState
from wsproto.events import BytesMessage, CloseConnection, TextMessage
from wsproto.frame_protocol import LOCAL_ONLY_CLOSE_REASONS, CloseReason

from analyzer.live.pretty import Item
from analyzer.live.rule_keys import BOTH, CLIENT, SERVER
from analyzer.live.transports import handler_of

_MESSAGES: Final = (TextMessage, BytesMessage)


class Made(NamedTuple):
    """A packet of the proxy's own, and what the log says of it."""

    item: Item
    why: str


class Relay:
    """One WebSocket. Directions are told by whether a message comes ``from_client``."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self.steered = False
        """Whether it can be made to do something from the next piece of data on that arrives."""
        self._behind: deque[Made] = deque()
        self._close: CloseConnection | None = None
        self._untold: list[Any] = []
        self.made: str | None = None
        """What the log says of the message whose hook is running, if it comes from here."""
        self.ending: Callable[[bool], Iterable[Made]] = lambda from_client: ()
        """Gives what a side has said that is still to be passed on before its close."""
        for ws in (layer.client_ws, layer.server_ws):
            ws.events = self._ear(ws, ws.events)

    def behind(self, item: Item, why: str) -> None:
        """Send a packet in the same direction right behind the message whose hook is running."""
        self._behind.append(Made(item, why))

    def close(self, code: int, reason: str = "", to: str | None = BOTH) -> None:
        """Close the WebSocket once the running hook is done: with a frame to that side (None: to none), without one to
        another.
        """
        known = code in LOCAL_ONLY_CLOSE_REASONS  # wsproto knows 1005, a frame without a code, by identity
        self._close = CloseConnection(code=CloseReason(code) if known else code, reason=reason or None)
        sides = {CLIENT: self._layer.client_ws, SERVER: self._layer.server_ws}
        self._untold = [ws for side, ws in sides.items() if to not in (side, BOTH)]

    def over(self) -> None:
        """The WebSocket has ended: where mitmproxy closed it, as something illegal came, its flow says why."""
        socket = self._layer.flow.websocket
        ws = self._layer.client_ws if socket.closed_by_client else self._layer.server_ws
        if self._close is None and ws.state is ConnectionState.LOCAL_CLOSING:  # that side sent no close frame
            socket.refused = socket.close_reason

    def _ear(self, ws: Any, original: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
        """What gives a side's events; what is injected waits in it already."""

        def events() -> Iterator[Any]:
            return self._events(ws, original) if self.steered or ws._events else original()

        return events

    def _events(self, ws: Any, original: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """What one side says, and what is made up in between."""
        arriving = None
        if ws._events:
            arriving, ws.frame_buf = ws.frame_buf, [b""]
        for event in original():
            kind = event.__class__  # cheaper than isinstance() twice a message
            if kind is CloseConnection:
                ws.frame_buf = [b""]
                yield from self._say(self.ending(ws is self._layer.client_ws))
            yield event
            if kind not in _MESSAGES or not event.message_finished:
                continue
            while self._behind:
                yield from self._say([self._behind.popleft()])
            if self._close is not None:
                for untold in self._untold:
                    untold._state = ConnectionState.CLOSED
                yield self._close
                return
            if arriving is not None:  # what was injected is complete: back to what is still arriving
                ws.frame_buf, arriving = arriving, None

    def _say(self, packets: Iterable[Made]) -> Iterator[Any]:
        for item, why in packets:
            self.made = why
            yield TextMessage(data=item) if isinstance(item, str) else BytesMessage(data=item)
            self.made = None


def relay_of(flow: Any) -> Relay | None:
    """The relay of a flow's WebSocket, perhaps not `steered`; None where mitmproxy has none (any more)."""
    handler = handler_of(flow)
    layer = next(_layers(handler.layer.context, flow), None) if handler is not None else None
    if layer is None or not hasattr(layer, "client_ws"):
        return None
    if not hasattr(layer, "sioscope"):
        layer.sioscope = Relay(layer)
    return cast(Relay, layer.sioscope)


def _layers(context: Any, flow: Any) -> Iterator[Any]:
    """The flow's WebSocket, beneath the streams of all HTTP layers, those in tunnels included."""
    waiting, seen = [context], set()
    while waiting:
        context = waiting.pop()
        for layer in context.layers:
            for stream in getattr(layer, "streams", {}).values():
                if isinstance(stream.child_layer, WebsocketLayer) and stream.child_layer.flow is flow:
                    yield stream.child_layer
                if id(stream) not in seen:
                    seen.add(id(stream))
                    waiting.append(stream.context)
