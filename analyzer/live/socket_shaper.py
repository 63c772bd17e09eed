"""Rules applied to one WebSocket, message by message."""

import time
from collections.abc import Iterator
from typing import Any, Final

from analyzer.decoding import query
from analyzer.decoding.handshake import sid_of
from analyzer.live import answering, transports
from analyzer.live.desk import Desk, Parcel
from analyzer.live.facts import Act, Facts, act, attachments_of, facts_of
from analyzer.live.lane import ALL, Held
from analyzer.live.pretty import Item
from analyzer.live.relaying import Made, relay_of
from analyzer.live.replacing import replaced
from analyzer.live.rule_keys import BOTH, PACKETS, SERVER, UPGRADE
from analyzer.live.rules import Rule
from analyzer.live.sluice import Sluice
from analyzer.live.unit import Unit
from analyzer.records import C2S, S2C

_SWAP_SECONDS: Final = 1.0
_TOO_BIG: Final = 1009
"""Close code of a peer that got too large a message (RFC 6455 section 7.4.1)."""
_NO_FRAME: Final = 1006
"""Close code that stands for an end without a close frame."""
_PASSING: Final = ("", "duplicate", "replace", "forward")
"""What is done to packets that go on themselves."""


class SocketShaper:
    """One WebSocket under the rules; ``abandon`` is the rule that lets its upgrade come to nothing."""

    def __init__(self, flow: Any, desk: Desk, abandon: Rule | None = None) -> None:
        self._flow, self._desk, self._abandon = flow, desk, abandon
        asked = query.parse(flow.request.path) or query.Query("", 4, "", None, False)
        self._revision, self.sid = asked.engine or 4, asked.sid
        self._units: dict[bool, Unit] = {}
        self._stalled: dict[bool, str] = {}
        self._relay = relay_of(flow)
        self._sluice = Sluice(flow, desk.injection, self._relay)
        if self._relay is not None:
            self._relay.steered, self._relay.ending = True, self._ending
        self.closed_by_client: bool | None = None
        """In whose name a rule has closed the WebSocket."""

    def said(self, message: Any) -> None:
        """A message passes, or is held back."""
        from_client = bool(message.from_client)
        if self._made_up(message):
            return
        if from_client in self._stalled:
            _drop(message, self._stalled[from_client])
            return
        unit = None if message.is_text else self._units.get(from_client) or self._begun(from_client)
        if unit is None:
            unit = self._begin(from_client, message)
        else:
            unit.left -= 1
            self._measure(from_client, message, unit)
        unit.items.append(message.content.decode() if message.is_text else message.content)
        if unit.held:
            _drop(message, unit.why)
        self._step(from_client, unit)

    def deliver(self, parcels: list[Parcel], direction: str) -> None:
        """Packets that were made up while the session still polled."""
        if self._desk.begun.holds(self.sid, direction):  # attachments of a polled packet come first
            self._sluice.begun(direction == C2S)
        for made, items in parcels:
            self._sluice.say(direction == C2S, Held(items, made.detail, 0.0))

    def stop(self) -> None:
        """Nothing more will come of it."""
        self._sluice.stop()

    def _made_up(self, message: Any) -> bool:
        """Whether it comes from the proxy, by way of the relay or injected."""
        if self._relay is not None and self._relay.made is not None:
            message.injected, message.sioscope = True, self._relay.made
        elif message.injected:
            self._desk.injection.claim(self._flow, message)
            self._sluice.seen(message)
        return bool(message.injected)

    def _begun(self, from_client: bool) -> Unit | None:
        """The unit whose beginning was still polled."""
        return self._desk.begun.take(self.sid, C2S if from_client else S2C)

    def _begin(self, from_client: bool, message: Any) -> Unit:
        """The unit that a message begins, once it is known what is done to it."""
        item: Item = message.content.decode() if message.is_text else message.content
        direction = C2S if from_client else S2C
        facts = facts_of(item, self._revision, direction, self._known(item))._replace(size=len(message.content))
        unit = Unit(facts, attachments_of(item, self._revision))
        unit.act, unit.do = self._found(facts, item)
        unit.held = unit.do not in _PASSING or self._sluice.busy(from_client)
        if unit.act is not None:
            self._desk.told(unit.act, "websocket")
        if unit.do == "replace":
            message.content = _bytes(replaced(item, unit.rule.set, self._revision))
        elif unit.do == "withhold":
            self._stalled[from_client] = unit.why
        elif unit.do == "cut":
            self._cut(unit.rule)
        elif unit.do == "limit":
            self._too_big(from_client)
        return unit

    def _found(self, facts: Facts, item: Item) -> tuple[Act | None, str]:
        """What is done to a packet, and by which rule."""
        if self._abandon is not None and item == ("5" if self._abandon.withhold == UPGRADE else "3probe"):
            return act(self._abandon, facts, item), "withhold"
        late = self._desk.answered.take(facts)
        if late is not None:
            return act(late, facts, item)._replace(more=answering.LATE), "drop"
        busy = self._sluice.busy(facts.direction == C2S)
        deeds = [do for do in PACKETS if not (busy and do == "reorder")]
        rule = self._desk.chooser.choose(facts, time.monotonic(), deeds)
        if rule is None:
            return None, ""
        return act(rule, facts, item), "forward" if rule.forward else rule.do

    def _measure(self, from_client: bool, message: Any, unit: Unit) -> None:
        """An attachment may be too large as well."""
        facts = unit.facts._replace(size=len(message.content))
        rule = self._desk.chooser.choose(facts, time.monotonic(), ("limit",)) if unit.do != "limit" else None
        if rule is not None:
            unit.act, unit.do, unit.held = Act(rule, facts), "limit", True
            self._desk.told(unit.act, "websocket")
            self._too_big(from_client)

    def _step(self, from_client: bool, unit: Unit) -> None:
        """One more part of a unit is there: wait for the others, or do what is to be done with all of it."""
        if unit.left:
            before = self._units.get(from_client)
            self._units[from_client] = unit
            if before is not None and before is not unit:  # its attachments will not come any more
                self._finish(from_client, before)
            if not unit.held:
                self._sluice.begun(from_client)
            return
        if self._units.get(from_client) is unit:
            del self._units[from_client]
        if len(unit.items) > 1:
            self._sluice.ended(from_client)
        self._finish(from_client, unit)
        self._sluice.pump(from_client)

    def _finish(self, from_client: bool, unit: Unit) -> None:
        chooser, now, do, sluice = self._desk.chooser, time.monotonic(), unit.do, self._sluice
        if do == "delay":
            held = Held(unit.items, unit.why, now + chooser.wait(unit.rule))
            sluice.hold(from_client, held, ALL if unit.rule.keep_order else unit.rule.name)
        elif do == "throttle":
            due = chooser.pace(unit.rule, unit.facts, sum(map(len, unit.items)), now)
            sluice.hold(from_client, Held(unit.items, unit.why, due))
        elif do == "reorder":
            wait = _SWAP_SECONDS if unit.rule.seconds is None else unit.rule.seconds
            sluice.swap(from_client, Held(unit.items, unit.why, now + wait), unit.rule.by)
        elif do in _PASSING:
            self._go(from_client, unit, 2 if do == "duplicate" else 1)
        if do in ("answer", "forward"):
            self._answer(from_client, unit)

    def _go(self, from_client: bool, unit: Unit, times: int) -> None:
        """It goes on, behind those held back where there are any, and those that waited for it go behind it."""
        held = Held(unit.items, unit.why, 0.0)
        if unit.held:
            for _ in range(times):
                self._sluice.hold(from_client, held)
            return
        for _ in range(times - 1):
            self._sluice.behind(from_client, held)
        self._sluice.passed(from_client)

    def _answer(self, from_client: bool, unit: Unit) -> None:
        items = answering.answer(unit.items[0], self._revision, unit.rule.data)
        if unit.rule.forward:
            self._desk.answered.add(unit.facts, unit.rule)
        self._sluice.say(not from_client, Held(items, unit.why, 0.0))

    def _ending(self, from_client: bool) -> Iterator[Made]:
        """What a side has said before it closes arrives before its close does."""
        if self._sluice.over:
            return
        unit = self._units.pop(from_client, None)
        if unit is not None and unit.held:
            self._finish(from_client, unit)
        yield from self._sluice.rest(from_client)

    def _cut(self, rule: Rule) -> None:
        self.stop()
        if rule.code is None or self._relay is None:
            transports.reset(self._flow, rule.to)
        if self._relay is not None and rule.code is None:
            self._relay.close(_NO_FRAME, to=None)
        elif self._relay is not None and rule.code is not None:
            self.closed_by_client = None if rule.to == BOTH else rule.to == SERVER
            self._relay.close(rule.code, rule.reason, rule.to)

    def _too_big(self, from_client: bool) -> None:
        """The one who should have got it does not want it."""
        self.stop()
        self.closed_by_client = not from_client
        if self._relay is not None:
            self._relay.close(_TOO_BIG)
        else:
            transports.reset(self._flow)

    def _known(self, item: Item) -> str | None:
        """The session, by the request or the open packet."""
        if self.sid is None and isinstance(item, str) and item[:1] == "0":
            self.sid = sid_of(item)
        return self.sid


def _drop(message: Any, why: str) -> None:
    message.drop()
    message.sioscope = why


def _bytes(item: Item) -> bytes:
    return item.encode("utf-8", "surrogatepass") if isinstance(item, str) else item
