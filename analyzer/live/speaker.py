"""The addon with the commands: say something on a live session, over WebSocket or in the next polling body."""

import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

from mitmproxy import command, ctx, exceptions, flow, types
from mitmproxy.log import ALERT

from analyzer.decoding import query
from analyzer.decoding.handshake import sid_of
from analyzer.live import speech
from analyzer.live.body_content import content
from analyzer.live.injection import Injection
from analyzer.live.polled import Polled
from analyzer.live.pretty import Item
from analyzer.live.pretty_body import Body
from analyzer.live.seams import Seams
from analyzer.live.voices import Voices
from analyzer.records import C2S, S2C

CLIENT, SERVER = "client", "server"
_WAYS: Final = {CLIENT: S2C, SERVER: C2S}
_CLOSE: Final = "1"
"""The packet with which a session ends."""
_WHY: Final = "a command"
_PLAIN: Final = frozenset((b"42", b"43", b"2", b"3"))
"""What messages begin with that begin nothing: events and acks without attachments, heartbeats."""
_FIRST: Final = 1_000_000_000
"""Ack id of the first event that asks; libraries count theirs from 0."""
logger = logging.getLogger(__name__)


class SpeakerAddon:
    """Knows the live sessions by their flows."""

    def __init__(
        self, injection: Injection, told: Callable[[Item, str, str], None], parser: Callable[[str], str | None]
    ) -> None:
        """``told`` hears of what was put into polling bodies; ``parser`` knows that of a session."""
        self._told, self._parser = told, parser
        self._ids = itertools.count(_FIRST)
        self._sockets: OrderedDict[str, Any] = OrderedDict()
        self._voices, self._polled, self._seams = Voices(injection), Polled(), Seams()
        self._waiting: dict[tuple[str, str], list[Item]] = {}

    @command.command("sioscope.emit")
    def emit(self, flow: flow.Flow, event: str, data: str = "[]", namespace: str = "/", to: str = CLIENT) -> None:
        """Emit an event to the client or the server of a live session, as if the other side had. data is its arguments
        as a JSON array, in which {"$binary": "<base64>"} becomes an attachment.
        """
        self._speak(flow, to, lambda voice: speech.event(event, data, namespace, voice))

    @command.command("sioscope.ask")
    def ask(self, flow: flow.Flow, event: str, data: str = "[]", namespace: str = "/", to: str = CLIENT) -> None:
        """Emit an event that asks for an acknowledgement. Its id is one that peers do not reach, so that they take the
        answer for none of theirs.
        """
        ident = next(self._ids)
        self._speak(flow, to, lambda voice: speech.event(event, data, namespace, voice, ident))
        logger.log(ALERT, "sioscope: asked with ack id %d", ident)

    @command.command("sioscope.ack")
    def ack(self, flow: flow.Flow, ack_id: int, data: str = "[]", namespace: str = "/", to: str = SERVER) -> None:
        """Acknowledge the event with this ack id to the side that sent it."""
        self._speak(flow, to, lambda voice: speech.ack(ack_id, data, namespace, voice))

    @command.command("sioscope.disconnect")
    def disconnect(self, flow: flow.Flow, namespace: str = "/", to: str = CLIENT) -> None:
        """Tell a side that it is disconnected from a namespace."""
        self._speak(flow, to, lambda voice: speech.disconnect(namespace, voice))

    @command.command("sioscope.sessions")
    def sessions(self) -> Sequence[str]:
        """The live sessions: sid, transport, server."""
        sockets = [f"{sid} websocket {_server(each)}" for sid, each in self._sockets.items()]
        found = sockets + [f"{sid} polling {server}" for sid, server in self._polled.live(time.monotonic()).items()]
        if not found and ctx.master.addons.get("consoleaddon") is not None:  # which cannot show an empty list
            raise exceptions.CommandError("no session is live")
        return found

    @command.command("sioscope.records")
    def records(self, path: types.Path) -> None:
        """Record to this file from now on."""
        ctx.options.update(sioscope_out=str(path))

    def request(self, flow: Any) -> None:
        """A POST takes along what waits for the server."""
        asked = query.parse(flow.request.path)
        if asked is None or asked.sid is None or asked.transport != "polling":
            return
        self._seen(asked.sid, flow)
        if flow.request.method == "POST" and flow.response is None:
            self._pass(flow.request, asked.sid, SERVER, asked.engine or 4)

    def response(self, flow: Any) -> None:
        """An answer takes along what waits for the client; a handshake's begins a session."""
        asked = query.parse(flow.request.path)
        if asked is None or asked.transport != "polling" or flow.request.method != "GET":
            return
        if flow.response.status_code != 200:
            self._over(asked.sid or "")
            return
        if asked.sid is not None:
            self._seen(asked.sid, flow)
            self._pass(flow.response, asked.sid, CLIENT, asked.engine or 4)
            return
        items = _items(flow.response, asked.engine or 4)
        first = items[0] if items else None
        sid = sid_of(first) if isinstance(first, str) else None
        if sid is not None:
            self._seen(sid, flow, str(first)[1:])

    def websocket_message(self, flow: Any) -> None:
        """The first message of some sort says that the session has come here."""
        message = flow.websocket.messages[-1]
        begins = message.content[:2]
        if begins in _PLAIN and not self._voices.busy:
            return  # the common case, once a message
        self._voices.heard(flow, message)
        if not message.is_text or begins[:1] not in (b"0", b"5"):
            return
        asked = query.parse(flow.request.path)
        sid = None if asked is None else asked.sid or sid_of(message.content)
        if sid is not None and (message.content[:1] == b"0") != message.from_client and not message.dropped:
            self._sockets[sid] = flow
            self._polled.over(sid)
            for to in (CLIENT, SERVER):
                self._voices.say(flow, self._waiting.pop((sid, to), []), to_client=to == CLIENT, why=_WHY)

    def websocket_end(self, flow: Any) -> None:
        """The session is over."""
        self._voices.ended(flow)
        for sid in [sid for sid, each in self._sockets.items() if each is flow]:
            del self._sockets[sid]
            self._forget(sid)

    def _speak(self, flow: Any, to: str, packets: Callable[[speech.Voice], list[Item]]) -> None:
        asked = query.parse(flow.request.path) if getattr(flow, "request", None) is not None else None
        if asked is None:
            raise exceptions.CommandError("this flow is no Engine.IO")
        if to not in (CLIENT, SERVER):
            raise exceptions.CommandError(f"say to {CLIENT} or to {SERVER}, not to {to!r}")
        sid = asked.sid or next((sid for sid, each in self._sockets.items() if each is flow), None)
        try:
            items = packets(speech.Voice(asked.engine or 4, self._parser(sid or "") or "json"))
        except ValueError as error:
            raise exceptions.CommandError(str(error)) from error
        socket = self._sockets.get(sid or "")
        if socket is not None:
            self._voices.say(socket, items, to_client=to == CLIENT, why=_WHY)
        elif sid is not None and sid in self._polled.live(time.monotonic()):
            self._waiting.setdefault((sid, to), []).extend(items)
        elif _is_open(flow):  # since before this was there
            self._voices.say(flow, items, to_client=to == CLIENT, why=_WHY)
        else:
            raise exceptions.CommandError("the session of this flow is over; sioscope.sessions lists the live ones")

    def _pass(self, message: Any, sid: str, to: str, revision: int) -> None:
        """A body goes to a side: with what waits for it, but not between a packet and its attachments; or with the end
        of the session.
        """
        waiting, way = self._waiting.get((sid, to)), _WAYS[to]
        raw = message.raw_content or b""
        plain = not message.headers.get("content-encoding")
        if plain and not waiting and raw[-1:] != _CLOSE.encode() and not self._seams.heeds(sid, way, raw):
            return
        items = _items(message, revision)
        if items is None:
            return  # what cannot be read passes as it is; they wait for the next one
        place = self._seams.place(sid, way, items, revision)
        if _CLOSE in items:
            self._over(sid)
        elif waiting and place is not None:
            self._put(message, [*items[:place], *waiting, *items[place:]], revision)
            for item in self._waiting.pop((sid, to)):
                self._told(item, sid, to)

    @staticmethod
    def _put(message: Any, items: list[Item], revision: int) -> None:
        message.content = Body(revision, content(message), message.headers.get("content-type")).joined(items)

    def _seen(self, sid: str, flow: Any, handshake: str | None = None) -> None:
        gone = self._polled.seen(sid, _server(flow), time.monotonic(), handshake) if sid not in self._sockets else None
        if gone is not None:
            self._forget(gone)

    def _over(self, sid: str) -> None:
        """It polls no more, be it that it has come to a WebSocket."""
        self._polled.over(sid)
        if sid not in self._sockets:
            self._forget(sid)

    def _forget(self, sid: str) -> None:
        self._seams.forget(sid)
        for to in (CLIENT, SERVER):
            self._waiting.pop((sid, to), None)


def _is_open(flow: Any) -> bool:
    return bool(flow.websocket is not None and flow.live and flow.websocket.timestamp_end is None)


def _items(message: Any, revision: int) -> list[Item] | None:
    """The packets of a polling body; None where it cannot be read."""
    try:
        return Body(revision, content(message), message.headers.get("content-type")).items()
    except ValueError:
        return None


def _server(flow: Any) -> str:
    host, port = flow.request.host, flow.request.port
    return f"{host}:{port}"
