"""Plays the client of one captured session, sans I/O: (event, now) in, actions out. ``now`` is seconds of a clock that
never runs back; the one who calls owns it and the sockets.
"""

from dataclasses import dataclass, field

from analyzer.issues import PacketError
from analyzer.replay import outcome
from analyzer.replay.actions import Action, Closed, Event, Message, Opened, Switched
from analyzer.replay.answers import Answers
from analyzer.replay.arrivals import Arrivals
from analyzer.replay.board import Board
from analyzer.replay.codec import Decoder, messages
from analyzer.replay.engine import Engine
from analyzer.replay.heartbeat import NEVER
from analyzer.replay.pace import Pace
from analyzer.replay.played import Played, Sent
from analyzer.replay.steps import (
    ACK,
    CONNECT,
    DISCONNECT,
    END,
    EVENT,
    MESSAGE,
    OPEN,
    PROBE,
    REFUSAL,
    UPGRADE,
    Said,
    SessionPlan,
    Step,
)
from analyzer.replay.substitute import filled
from analyzer.replay.throttle import Throttle
from analyzer.replay.waiting import Line, Timeout, Waiting

_SERVER = "server"
_SAID = (EVENT, MESSAGE, ACK, CONNECT, DISCONNECT)
_UNCOUNTED = (PROBE, UPGRADE, END)
"""Steps that are messages, and those that are none."""


@dataclass(slots=True)
class Terms:
    """On what terms sessions are played, all of a run alike."""

    pace: Pace = field(default_factory=Pace)
    throttle: Throttle = field(default_factory=Throttle)
    most: int = 100_000
    """Packets that a session may receive beyond ten times the expected number."""
    shift: int = 0
    """Added to times in what is sent, ns; 0: they stay."""


class Player:
    """One session; ``index`` is its place in the plan. Call `start`, then `feed` and `tick` until ``done``; carry out
    ``actions`` after every call.
    """

    def __init__(self, plan: SessionPlan, index: int, terms: Terms, board: Board) -> None:
        self.result = Played(plan, swaps=board.swaps)
        self.done = False
        self._plan, self._index, self._terms, self._board = plan, index, terms, board
        self._line = Line(plan.expected, terms.pace, index, plan.begun)
        self._steps = [step for step in plan.steps if step.kind != ACK or step.answers is None]
        self._by_index = {step.number: step for step in plan.steps}
        self._answers = Answers(plan, terms.pace)
        self._engine = Engine(plan.manner, terms.pace.timeout, index * 46656)
        self._decoder = Decoder(plan.manner.parser, plan.manner.revision)
        arrivals = self._arrivals = Arrivals(plan.expected)
        self.result.received, self.result.acks, self.result.came = arrivals.received, arrivals.acks, arrivals.came
        self._most = 10 * len(plan.expected) + terms.most
        self._at = 0
        self._waiting: Waiting | None = None
        self._ids: dict[tuple[str, int], int] = {}
        """Steps by the namespace and the ack id they were sent with."""
        self._closed_to: dict[str, str] = {}
        """Namespaces that cannot be spoken to, and why."""
        self._open = self._switching = False
        self._started = self._before = 0.0
        self._wake = NEVER

    @property
    def actions(self) -> list[Action]:
        """What is to be carried out; take it out of the list."""
        return self._engine.actions

    @property
    def wake_at(self) -> float:
        """When `tick` has to be called."""
        if self.result.outcome != outcome.NOT_STARTED:  # it is ending: nothing else is done any more
            return self._engine.wake_at
        return min(self._engine.wake_at, self._wake, self._answers.wake_at)

    def start(self, now: float, scheduled: float | None = None) -> None:
        """Begin; ``scheduled`` is when it should have begun, by which lateness is measured."""
        self._started = now if scheduled is None else scheduled
        self._engine.start(now)

    def feed(self, event: Event, now: float) -> None:
        """Something happened to a request or a socket."""
        self._engine.feed(event, now)
        self._told(now)

    def tick(self, now: float) -> None:
        """Time has come, or the board has something new."""
        if now >= self._engine.wake_at:
            self._engine.tick(now)
        self._told(now)

    def stop(self, now: float, code: str, why: str) -> None:
        """End it before its time."""
        if not self.done and self.result.outcome == outcome.NOT_STARTED:
            self.result.outcome, self.result.detail = code, why
            self._engine.leave(now)
            self._told(now)

    def _told(self, now: float) -> None:
        """Take what the session tells, then go on with the steps."""
        told = self._engine.told
        while told:
            each = told.popleft()
            if isinstance(each, Message):
                if self.result.outcome in outcome.LISTENING:
                    self._message(each.content, now)
            elif isinstance(each, Opened):
                self.result.sid, self._open, self._before = each.sid, True, now
                self._came(Said(now, OPEN, data=each.data), None, now)
            elif isinstance(each, Switched):
                self._switching, self._before = False, now
                if self._plan.manner.upgrade:  # else it came to nothing in the capture, too
                    self.result.upgrade_failure = self.result.upgrade_failure or each.failure
            else:
                self._closed(each)
                return
        if self._open and self.result.outcome == outcome.NOT_STARTED:
            if self._answers.wake_at <= now:
                self._answer(now)
            self._advance(now)

    def _closed(self, closed: Closed) -> None:
        self.done, self._open = True, False
        self._wake, rest = NEVER, self._steps[self._at :]
        result = self.result
        if result.outcome == outcome.NOT_STARTED:
            ended = bool(rest) and rest[0].kind == END and closed.code == outcome.CLOSED_BY_SERVER
            result.ended_by = _SERVER if closed.code == outcome.CLOSED_BY_SERVER else None
            result.outcome, result.detail = closed.code, closed.detail
            if ended:
                result.outcome = outcome.COMPLETED if self._plan.closed_by == _SERVER else outcome.CLOSED_EARLY
            elif closed.code == outcome.CLOSED_BY_SERVER:
                result.outcome = outcome.CLOSED_EARLY
        result.unsent += [(step, result.detail) for step in rest if step.kind not in (END, PROBE, UPGRADE)]
        result.unsent += self._answers.left()

    def _message(self, content: str | bytes, now: float) -> None:
        try:
            said = self._decoder.take(content, now)
        except PacketError as error:
            self.stop(now, outcome.GARBAGE, str(error))
            return
        if said is None:
            return
        answers = None
        if said.kind == ACK:
            answers = self._ids.get((said.namespace, said.ack_id if said.ack_id is not None else -1))
            if answers is not None:
                said = Said(now, ACK, said.namespace, self._by_index[answers].event, *said[4:])
        elif said.kind == REFUSAL:
            self._closed_to[said.namespace] = "the server refused the namespace"
        elif said.kind == CONNECT:
            self._closed_to.pop(said.namespace, None)
        self._came(said, answers, now)
        if len(self._arrivals.received) > self._most:
            self.stop(now, outcome.FLOODED, f"the server sent more than {len(self._arrivals.received) - 1} packets")

    def _came(self, said: Said, answers: int | None, now: float) -> None:
        """A packet of the server, to be told from what was expected."""
        place = self._arrivals.add(said, answers)
        if place is not None:
            if self._board.wanted:
                self._board.put((self._index, place), said)
            if said.kind != ACK:
                self._answers.asked(place, said, now)

    def _answer(self, now: float) -> None:
        for due, step, ack_id in self._answers.ready(now):
            self._send(step, now, due, ack_id)

    def _advance(self, now: float) -> None:
        self._wake = NEVER
        while self._at < len(self._steps) and not self._switching and not self.done:
            step = self._steps[self._at]
            if self._closed_to and step.kind in (EVENT, DISCONNECT) and step.namespace in self._closed_to:
                self.result.unsent.append((step, self._closed_to[step.namespace]))
                self._at, self._waiting = self._at + 1, None
                continue
            if self._waiting is None:
                before = self._steps[self._at - 1].time if self._at else None
                self._waiting = self._line.wait(step, before, now)
                self._waiting.ready = max(self._before, self._started)
            waiting = self._waiting
            if waiting.missing:
                waiting.settle(self._arrivals, self._board, self._index)
            if waiting.missing:
                if now < waiting.until:
                    self._wake = waiting.until
                    return
                self._give_up(waiting, now)
                continue
            due = self._terms.pace.due(waiting.ready, waiting.think, step.time - self._plan.begun, self._started)
            at = now if step.kind == UPGRADE else due
            if at < self._terms.throttle.free_at and step.kind not in _UNCOUNTED:
                at = self._terms.throttle.free_at
            if now < at:
                self._wake = at
                return
            if not self._play(step, now, due):
                return
            self._at += 1
            self._waiting, self._before = None, now

    def _give_up(self, waiting: Waiting, now: float) -> None:
        """A wait has ended in vain; the step goes on without, where that makes sense."""
        pace = self._terms.pace
        waiting.sift(self._arrivals, self._board, self._index)
        gates = [gate for gate in waiting.missing if gate.hard] or waiting.missing
        spent = now - (waiting.until - pace.timeout)
        hard = gates[0].hard
        self.result.timeouts.append(Timeout(waiting.step.name, self._line.names(gates), hard, spent))
        for gate in waiting.missing:
            if gate.session == self._index and gate.why != "value":
                self._arrivals.give_up(gate.expected)
            if gate.why == "connect":
                namespace = waiting.step.namespace
                self._closed_to[namespace] = "the namespace was not joined"
        waiting.missing.clear()
        waiting.ready = now

    def _play(self, step: Step, now: float, due: float) -> bool:
        """Play the step at the head; false where it is not over yet."""
        if step.kind in _SAID and step.trouble is None:
            self._send(step, now, due, self._own_id(step) if step.kind == EVENT else step.ack_id)
        elif step.kind == PROBE:
            self._engine.probe()
        elif step.kind == UPGRADE:
            return self._upgrade(now)
        elif step.kind == END:
            return self._end(now)
        else:
            self.result.unsent.append((step, step.trouble or "it is no packet"))
        return True

    def _upgrade(self, now: float) -> bool:
        self._at += 1
        self._waiting = None
        self._switching = True
        self._engine.switch(now)
        self._told(now)
        return False

    def _end(self, now: float) -> bool:
        """Leave; where the server has ended it in the capture, wait for that first."""
        if self._answers.wake_at < NEVER:
            return False
        result, waiting = self.result, self._waiting
        if self._plan.closed_by == _SERVER and waiting is not None and now < waiting.until:
            self._wake = waiting.until
            return False
        result.outcome, result.ended_by = outcome.COMPLETED, "client"
        if self._plan.closed_by == _SERVER:
            result.detail = "the server did not end the session as it had"
        self._at = len(self._steps)
        self._engine.leave(now)
        self._told(now)
        return False

    def _own_id(self, step: Step) -> int | None:
        """An ack id of this session's own: the captured one, if it is free."""
        if step.ack_id is None:
            return None
        number = step.ack_id
        while (step.namespace, number) in self._ids:
            number += 1
        self._ids[step.namespace, number] = step.number
        return number

    def _send(self, step: Step, now: float, due: float, ack_id: int | None) -> None:
        ready, shift = step, self._terms.shift
        if step.uses or shift:
            ready = filled(step, self._board, self.result.swaps, shift)
        if step.raw is not None and ack_id == step.ack_id and ready is step:
            contents: list[str | bytes] = [step.raw, *step.attachments]
        else:
            packet = Said(now, step.kind, step.namespace, step.event, ack_id, ready.data, ready.attachments)
            contents = messages(packet, self._plan.manner.parser, self._plan.manner.revision)
        for content in contents:
            self._engine.send(content, now)
        self._terms.throttle.spend(now)
        self.result.sent.append(Sent(step, now, max(0.0, now - due)))
