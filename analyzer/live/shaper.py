"""The addon that shapes traffic by rules: hooks to `analyzer.live.shaping`, before anything is recorded."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from mitmproxy import ctx, exceptions, http

from analyzer.issues import RulesError
from analyzer.live import rules, shaping
from analyzer.live.injection import Injection, cut
from analyzer.live.pretty import Item
from analyzer.live.pretty_body import Body
from analyzer.live.shaping import Act, Chooser, Facts
from analyzer.records import C2S, S2C
from analyzer.sessions import query
from analyzer.sessions.handshake import sid_of

_LOOK: Final = 0.5
"""Seconds between two looks whether the rules have changed."""
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Unit:
    """A packet on a WebSocket whose attachments are still to come, and the rule that acts on all of it."""

    act: Act
    left: int
    items: list[Item] = field(default_factory=list)


class ShaperAddon:
    """Does to traffic what the rules say; nothing without rules, and nothing where it fails itself."""

    def __init__(self, injection: Injection, told: Callable[[Act, str], None]) -> None:
        self._injection, self._told = injection, told
        self._chooser = Chooser([], Random())
        self._path, self._stamp, self._looked = "", (0, 0), 0.0
        self._sids: dict[str, str] = {}
        self._units: dict[tuple[str, bool], _Unit] = {}

    def load(self, loader: Any) -> None:
        """The options there are."""
        loader.add_option("sioscope_rules", str, "", "Shape traffic by the rules in this TOML file (docs/proxy.md).")
        loader.add_option("sioscope_seed", int, 0, "Begin of the chance in rules; 0 for another one each time.")

    def configure(self, updated: set[str]) -> None:
        """Rules that make no sense are refused."""
        if not updated & {"sioscope_rules", "sioscope_seed"}:
            return
        self._path = ctx.options.sioscope_rules
        try:
            self._read()
        except RulesError as error:
            raise exceptions.OptionsError(str(error)) from error

    async def request(self, flow: Any) -> None:
        """Refuse it, or shape the packets of a POST."""
        asked = self._asked(flow)
        if asked is None or flow.response is not None:
            return
        facts = Facts(None, None, flow.request.method, C2S, asked.sid)
        deed = "refuse-upgrade" if asked.transport == "websocket" else "poll-error"
        rule = self._chooser.choose(facts, (deed,))
        if rule is not None:
            status, text = rules.ERRORS[rule.error]
            kind = "application/json" if text.startswith("{") else "text/html"
            flow.response = http.Response.make(status, text, {"Content-Type": kind})
            self._told(Act(rule, facts), asked.transport)
        elif flow.request.method == "POST" and asked.transport == "polling":
            await self._polled(flow, flow.request, asked, C2S)

    async def response(self, flow: Any) -> None:
        """Shape the packets of a poll's answer."""
        asked = self._asked(flow)
        if asked is None or asked.transport != "polling" or flow.request.method != "GET":
            return
        if flow.response.status_code == 200:
            await self._polled(flow, flow.response, asked, S2C)

    def websocket_message(self, flow: Any) -> None:
        """Shape a message."""
        message = flow.websocket.messages[-1]
        if message.injected:
            self._injection.claim(flow, message)
            return
        if self._asked(flow) is not None:
            try:
                self._said(flow, message)
            except Exception as error:  # a bug of ours leaves the message as it is
                logger.error("sioscope: rules cannot be applied to a message: %s", error, exc_info=error)

    def websocket_end(self, flow: Any) -> None:
        """Nothing more will come of it."""
        self._sids.pop(str(flow.id), None)
        for way in (True, False):
            self._units.pop((str(flow.id), way), None)

    def _asked(self, flow: Any) -> query.Query | None:
        self._follow()
        return query.parse(flow.request.path) if self._chooser else None

    async def _polled(self, flow: Any, message: Any, asked: query.Query, direction: str) -> None:
        revision = asked.engine or 4
        try:
            body = Body(revision, message.content or b"", message.headers.get("content-type"))
            done = shaping.shape(
                body.items(), revision, self._chooser,
                lambda item: shaping.facts_of(item, revision, direction, asked.sid),
            )  # fmt: skip
            if not done.acts:
                return
            message.content = body.joined(done.items)
        except ValueError:
            return  # what cannot be read passes as it is
        for act in done.acts:
            self._told(act, "polling")
        if done.cut:
            cut(flow)
        if done.wait:
            await asyncio.sleep(done.wait)

    def _said(self, flow: Any, message: Any) -> None:
        revision = (query.parse(flow.request.path) or query.Query("", 4, "", None, False)).engine or 4
        item: Item = message.content.decode() if message.is_text else message.content
        unit = self._units.get((str(flow.id), message.from_client)) if not message.is_text else None
        if unit is None:
            direction = C2S if message.from_client else S2C
            facts = shaping.facts_of(item, revision, direction, self._sid(flow, item))
            rule = self._chooser.choose(facts)
            if rule is None:
                return
            unit = _Unit(Act(rule, facts, item), shaping.attachments_of(item, revision))
            self._told(unit.act, "websocket")
            if unit.left:
                self._units[str(flow.id), message.from_client] = unit
        else:
            unit.left -= 1
        unit.items.append(item)
        if not unit.left:
            self._units.pop((str(flow.id), message.from_client), None)
        self._do(flow, message, unit)

    def _do(self, flow: Any, message: Any, unit: _Unit) -> None:
        """What the rule does to a message, and once the last of a packet is there, to all of it."""
        rule, why = unit.act.rule, unit.act.detail
        if rule.do in ("drop", "delay"):
            message.drop()
            message.sioscope = why
        elif rule.do == "replace" and len(unit.items) == 1 and isinstance(unit.items[0], str):
            message.content = str(shaping.replaced(unit.items[0], rule.set)).encode("utf-8", "surrogatepass")
        elif rule.do == "cut":
            message.drop()
            message.sioscope = why
            cut(flow)
        if unit.left or rule.do not in ("delay", "duplicate"):
            return
        wait = self._chooser.wait(rule) if rule.do == "delay" else 0.0
        to_client = not message.from_client

        def again() -> None:
            for item in unit.items:
                self._injection.send(flow, item, to_client=to_client, why=why)

        asyncio.get_running_loop().call_later(wait, again)

    def _sid(self, flow: Any, item: Item) -> str | None:
        asked = query.parse(flow.request.path)
        if asked is not None and asked.sid is not None:
            return asked.sid
        if isinstance(item, str) and item[:1] == "0" and str(flow.id) not in self._sids:
            found = sid_of(item)
            if found is not None:
                self._sids[str(flow.id)] = found
        return self._sids.get(str(flow.id))

    def _follow(self) -> None:
        """Take changed rules; those that make no sense leave the old ones in force."""
        now = time.monotonic()
        if not self._path or now - self._looked < _LOOK:
            return
        self._looked = now
        try:
            if self._stamp != _stamp(self._path):
                self._read()
                logger.warning("sioscope: rules read again from %s", self._path)
        except RulesError as error:
            logger.error("sioscope: %s; the rules before stay in force", error)

    def _read(self) -> None:
        if not self._path:
            self._chooser = Chooser([], Random())
            return
        self._stamp = _stamp(self._path)
        self._chooser = Chooser(rules.read(self._path), Random(ctx.options.sioscope_seed or None))


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
