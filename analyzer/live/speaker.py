"""The addon with the commands: say something on a live session, over WebSocket or in the next polling body."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

from mitmproxy import command, ctx, exceptions, flow, types

from analyzer.live import speech
from analyzer.live.body_content import content
from analyzer.live.injection import Injection
from analyzer.live.pretty import Item
from analyzer.live.pretty_body import Body
from analyzer.sessions import query
from analyzer.sessions.handshake import sid_of

CLIENT, SERVER = "client", "server"
_MOST: Final = 4096
_WHY: Final = "a command"


class SpeakerAddon:
    """Knows the live sessions by their flows."""

    def __init__(self, injection: Injection, told: Callable[[Item, str, str], None]) -> None:
        self._injection, self._told = injection, told
        self._sockets: OrderedDict[str, Any] = OrderedDict()
        self._polled: OrderedDict[str, str] = OrderedDict()
        self._waiting: dict[tuple[str, str], list[Item]] = {}

    @command.command("sioscope.emit")
    def emit(self, flow: flow.Flow, event: str, data: str = "[]", namespace: str = "/", to: str = CLIENT) -> None:
        """Emit an event to the client or the server of a live session, as if the other side had. data is its arguments
        as a JSON array, in which {"$binary": "<base64>"} becomes an attachment.
        """
        self._speak(flow, to, lambda revision: speech.event(event, data, namespace, revision))

    @command.command("sioscope.ack")
    def ack(self, flow: flow.Flow, ack_id: int, data: str = "[]", namespace: str = "/", to: str = SERVER) -> None:
        """Acknowledge the event with this ack id to the side that sent it."""
        self._speak(flow, to, lambda revision: speech.ack(ack_id, data, namespace, revision))

    @command.command("sioscope.disconnect")
    def disconnect(self, flow: flow.Flow, namespace: str = "/", to: str = CLIENT) -> None:
        """Tell a side that it is disconnected from a namespace."""
        self._speak(flow, to, lambda revision: speech.disconnect(namespace))

    @command.command("sioscope.sessions")
    def sessions(self) -> Sequence[str]:
        """The live sessions: sid, transport, server."""
        sockets = [f"{sid} websocket {_server(each)}" for sid, each in self._sockets.items()]
        polled = [f"{sid} polling {server}" for sid, server in self._polled.items() if sid not in self._sockets]
        return sockets + polled

    @command.command("sioscope.records")
    def records(self, path: types.Path) -> None:
        """Record to this file from now on."""
        ctx.options.update(sioscope_out=str(path))

    def request(self, flow: Any) -> None:
        """A POST takes along what waits for the server."""
        asked = query.parse(flow.request.path)
        if asked is None or asked.sid is None or asked.transport != "polling":
            return
        if flow.request.method == "POST":
            self._deliver(flow.request, asked.sid, SERVER, asked.engine or 4)

    def response(self, flow: Any) -> None:
        """An answer takes along what waits for the client; a handshake's begins a session."""
        asked = query.parse(flow.request.path)
        if asked is None or asked.transport != "polling" or flow.request.method != "GET":
            return
        if flow.response.status_code != 200:
            self._polled.pop(asked.sid or "", None)
            return
        sid = asked.sid or _opened(flow.response, asked)
        if sid is not None:
            self._polled[sid] = _server(flow)
            self._polled.move_to_end(sid)
            if len(self._polled) > _MOST:
                self._forget(self._polled.popitem(last=False)[0])
        if asked.sid is not None:
            self._deliver(flow.response, asked.sid, CLIENT, asked.engine or 4)

    def websocket_message(self, flow: Any) -> None:
        """The first message of some sort says that the session has come here."""
        message = flow.websocket.messages[-1]
        if not message.is_text or message.content[:1] not in (b"0", b"5"):
            return
        asked = query.parse(flow.request.path)
        sid = None if asked is None else asked.sid or sid_of(message.content)
        if sid is not None and (message.content[:1] == b"0") != message.from_client:
            self._sockets[sid] = flow
            self._polled.pop(sid, None)

    def websocket_end(self, flow: Any) -> None:
        """The session is over."""
        for sid in [sid for sid, each in self._sockets.items() if each is flow]:
            del self._sockets[sid]
            self._forget(sid)

    def _speak(self, flow: Any, to: str, packets: Callable[[int], list[Item]]) -> None:
        asked = query.parse(flow.request.path) if getattr(flow, "request", None) is not None else None
        if asked is None:
            raise exceptions.CommandError("this flow is no Engine.IO")
        if to not in (CLIENT, SERVER):
            raise exceptions.CommandError(f"say to {CLIENT} or to {SERVER}, not to {to!r}")
        try:
            items = packets(asked.engine or 4)
        except ValueError as error:
            raise exceptions.CommandError(str(error)) from error
        sid = asked.sid or next((sid for sid, each in self._sockets.items() if each is flow), None)
        socket = self._sockets.get(sid or "")
        if socket is not None:
            for item in items:
                self._injection.send(socket, item, to_client=to == CLIENT, why=_WHY)
        elif sid is not None and sid in self._polled:
            self._waiting.setdefault((sid, to), []).extend(items)
        else:
            raise exceptions.CommandError("the session of this flow is over; sioscope.sessions lists the live ones")

    def _deliver(self, message: Any, sid: str, to: str, revision: int) -> None:
        items = self._waiting.get((sid, to))
        if not items:
            return
        try:
            body = Body(revision, content(message), message.headers.get("content-type"))
            message.content = body.joined([*body.items(), *items])
        except ValueError:
            return  # what cannot be read passes as it is; they wait for the next one
        del self._waiting[sid, to]
        for item in items:
            self._told(item, sid, to)

    def _forget(self, sid: str) -> None:
        for to in (CLIENT, SERVER):
            self._waiting.pop((sid, to), None)


def _opened(response: Any, asked: query.Query) -> str | None:
    try:
        items = Body(asked.engine or 4, content(response), response.headers.get("content-type")).items()
    except ValueError:
        return None
    return sid_of(items[0]) if items and isinstance(items[0], str) else None


def _server(flow: Any) -> str:
    host, port = flow.request.host, flow.request.port
    return f"{host}:{port}"
