"""The addon that shapes traffic by rules: mitmproxy's hooks, before anything is recorded."""

import logging
import time
from collections.abc import Callable
from typing import Any

from mitmproxy import ctx, exceptions

from analyzer.decoding import query
from analyzer.issues import RulesError
from analyzer.live.desk import Desk
from analyzer.live.facts import Act
from analyzer.live.injection import Injection
from analyzer.live.poll_shaper import PollShaper
from analyzer.live.relaying import Relay, relay_of
from analyzer.live.rules import Rule
from analyzer.live.rules_file import RulesFile
from analyzer.live.socket_shaper import SocketShaper
from analyzer.records import C2S, S2C

logger = logging.getLogger(__name__)


class ShaperAddon:
    """Does to traffic what the rules say; nothing without rules, and nothing where it fails itself."""

    def __init__(self, injection: Injection, told: Callable[[Act, str], None]) -> None:
        self._injection = injection
        self._desk = Desk(injection, told)
        self._polls = PollShaper(self._desk)
        self._file = RulesFile("", 0)
        self._relays: dict[str, Relay] = {}
        self._sockets: dict[str, SocketShaper] = {}
        self._abandoned: dict[str, Rule] = {}

    def load(self, loader: Any) -> None:
        """The options there are."""
        loader.add_option("sioscope_rules", str, "", "Shape traffic by the rules in this TOML file (docs/proxy.md).")
        loader.add_option("sioscope_seed", int, 0, "Begin of the chance in rules; 0 for another one each time.")

    def configure(self, updated: set[str]) -> None:
        """Rules that make no sense are refused."""
        if not updated & {"sioscope_rules", "sioscope_seed"}:
            return
        file = RulesFile(ctx.options.sioscope_rules, ctx.options.sioscope_seed)
        try:
            self._desk.chooser = file.read(time.monotonic(), self._desk.sessions)
        except RulesError as error:
            raise exceptions.OptionsError(str(error)) from error
        self._file = file
        for relay in self._relays.values():
            self._ready(relay)

    async def request(self, flow: Any) -> None:
        """Refuse it, or shape the packets of a POST."""
        asked = self._asked(flow)
        if asked is None or flow.response is not None:
            return
        abandon = self._polls.asked(flow, asked)
        if abandon is not None:
            self._abandoned[str(flow.id)] = abandon
        elif flow.response is None and flow.request.method == "POST" and asked.transport == "polling":
            await self._polls.posted(flow, asked)

    async def response(self, flow: Any) -> None:
        """Shape the packets of a poll's answer."""
        asked = self._asked(flow)
        if flow.response.status_code != 101:
            self._abandoned.pop(str(flow.id), None)
        if asked is None or asked.transport != "polling" or flow.request.method != "GET":
            return
        if flow.response.status_code == 200:
            await self._polls.polled(flow, asked)

    def error(self, flow: Any) -> None:
        """It will not become a WebSocket."""
        self._abandoned.pop(str(flow.id), None)

    def websocket_start(self, flow: Any) -> None:
        """From its first message on it can be steered, even if the rules for it are still to be written."""
        if query.parse(flow.request.path) is not None and (relay := relay_of(flow)) is not None:
            self._relays[str(flow.id)] = relay
            self._ready(relay)

    def websocket_message(self, flow: Any) -> None:
        """Shape a message."""
        message = flow.websocket.messages[-1]
        if not (message.injected or self._file.path or self._sockets):
            return  # the common case, once a message
        try:
            shaper = self._shaper(flow)
            if shaper is not None:
                shaper.said(message)
                self._forward(shaper, message)
            elif message.injected:
                self._injection.claim(flow, message)
        except Exception as error:  # a bug of ours leaves the message as it is
            logger.error("sioscope: rules cannot be applied to a message: %s", error, exc_info=error)

    def websocket_end(self, flow: Any) -> None:
        """Nothing more will come of it."""
        self._abandoned.pop(str(flow.id), None)
        if (relay := self._relays.pop(str(flow.id), None)) is not None:
            relay.over()
        shaper = self._sockets.pop(str(flow.id), None)
        if shaper is not None:
            shaper.stop()
            if shaper.closed_by_client is not None:
                flow.websocket.closed_by_client = shaper.closed_by_client

    def _ready(self, relay: Relay) -> None:
        """See that it can be steered, where there are rules or may be."""
        relay.steered = relay.steered or bool(self._file.path)

    def _shaper(self, flow: Any) -> SocketShaper | None:
        """What shapes a flow's WebSocket: where there are rules now, or were when it began."""
        found = self._sockets.get(str(flow.id))
        if self._asked(flow) is None or found is not None:
            return found
        shaper = SocketShaper(flow, self._desk, self._abandoned.get(str(flow.id)))
        self._sockets[str(flow.id)] = shaper
        return shaper

    def _forward(self, shaper: SocketShaper, message: Any) -> None:
        """Once a session has come to a WebSocket, what waits for the next poll goes there."""
        if shaper.sid is None or not message.is_text or message.content != b"5" or message.dropped:
            return
        for direction in (C2S, S2C):
            shaper.deliver(self._desk.mailbox.take(shaper.sid, direction), direction)

    def _asked(self, flow: Any) -> query.Query | None:
        """What a request asks for, where there are rules."""
        self._follow()
        return query.parse(flow.request.path) if self._desk.chooser else None

    def _follow(self) -> None:
        """Take changed rules; those that make no sense leave the old ones in force."""
        now = time.monotonic()
        try:
            if self._file.changed(now):
                self._desk.chooser = self._file.read(now, self._desk.sessions)
                logger.warning("sioscope: rules read again from %s", self._file.path)
        except RulesError as error:
            logger.error("sioscope: %s; the rules before stay in force", error)
