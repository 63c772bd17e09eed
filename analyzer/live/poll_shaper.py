"""Rules applied to the bodies of polling, and to requests."""

import asyncio
import time
from typing import Any

from mitmproxy import http

from analyzer.decoding import query
from analyzer.decoding.handshake import sid_of
from analyzer.live import transports
from analyzer.live.body_content import content
from analyzer.live.desk import Desk
from analyzer.live.facts import Act, Facts
from analyzer.live.pretty_body import Body
from analyzer.live.rule_keys import ERRORS
from analyzer.live.rules import Rule
from analyzer.live.shaping import BodyShaper, Carried, Shaped
from analyzer.records import C2S, S2C

_DELIVERED = ", with this packet"


class PollShaper:
    """The exchanges of all sessions that poll, and the requests with which WebSockets begin."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def asked(self, flow: Any, asked: query.Query) -> Rule | None:
        """A request: perhaps it is refused. The rule that is to let its upgrade come to nothing, if one is."""
        facts = Facts(None, None, flow.request.method, C2S, asked.sid)
        upgrading = asked.transport == "websocket"
        deeds = ["refuse-upgrade"] if upgrading else ["poll-error"]
        deeds += ["abandon-upgrade"] if upgrading and asked.sid is not None else []
        rule = self._desk.chooser.choose(facts, time.monotonic(), deeds)
        if rule is None:
            return None
        if rule.do == "abandon-upgrade":
            return rule
        flow.response = _answer(rule.error)
        self._desk.told(Act(rule, facts), asked.transport)
        return None

    async def posted(self, flow: Any, asked: query.Query) -> None:
        """A client's packets."""
        await self._body(flow, flow.request, asked, C2S)

    async def polled(self, flow: Any, asked: query.Query) -> None:
        """A server's packets."""
        await self._body(flow, flow.response, asked, S2C)

    async def _body(self, flow: Any, message: Any, asked: query.Query, direction: str) -> None:
        revision = asked.engine or 4
        try:
            data = content(message)
            body = Body(revision, data, message.headers.get("content-type"))
            items = body.items()
            session = asked.sid or (sid_of(items[0]) if items and isinstance(items[0], str) else None)
            carried = Carried(revision, direction, session, len(data), time.monotonic())
            done = BodyShaper(self._desk.chooser, self._desk.answered, self._desk.begun, carried).shape(items)
            place = self._desk.seams.place(session or "", direction, done.items, revision)
            stays = place is None or done.cut is not None or done.too_large
            parcels = [] if stays else self._desk.mailbox.take(asked.sid, direction)
            made = [item for _, packets in parcels for item in packets]
            after = [*done.items[:place], *made, *done.items[place:]] if made else done.items
            if after != items:
                message.content = body.joined(after)
        except ValueError:
            return  # what cannot be read passes as it is
        for act in done.acts:
            self._desk.told(act, "polling")
        for act, packets in parcels:
            self._desk.told(act._replace(item=packets[0], more=_DELIVERED), "polling")
        if session is not None and done.answers:
            self._desk.mailbox.put(session, S2C if direction == C2S else C2S, done.answers)
        await self._then(flow, done)

    @staticmethod
    async def _then(flow: Any, done: Shaped) -> None:
        if done.cut is not None:
            transports.reset(flow, done.cut.to)
        elif done.too_large:
            flow.response = _answer("too-large")
        if done.wait:
            await asyncio.sleep(done.wait)


def _answer(error: str) -> Any:
    status, text = ERRORS[error]
    kind = "application/json" if text.startswith("{") else "text/html"
    return http.Response.make(status, text, {"Content-Type": kind})
