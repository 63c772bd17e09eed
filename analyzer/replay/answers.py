"""The acks a client owes: each goes out when its question has come, wherever that is in the course of things."""

import heapq
from collections.abc import Iterator

from analyzer.replay.heartbeat import NEVER
from analyzer.replay.pace import Pace
from analyzer.replay.steps import ACK, Said, SessionPlan, Step


class Answers:
    """The acks of one session's plan; times in seconds of the run's clock."""

    def __init__(self, plan: SessionPlan, pace: Pace) -> None:
        self._plan, self._pace = plan, pace
        self._owed = {step.answers: step for step in plan.steps if step.kind == ACK and step.answers is not None}
        self._due: list[tuple[float, int, Step, int]] = []
        self._unasked: list[Step] = []

    @property
    def wake_at(self) -> float:
        """When the next one is due."""
        return self._due[0][0] if self._due else NEVER

    def asked(self, place: int, question: Said, now: float) -> None:
        """What was expected at ``place`` has come: the client answered that some time later."""
        step = self._owed.pop(place, None)
        if step is None:
            return
        if question.ack_id is None:
            self._unasked.append(step)
            return
        think = step.time - self._plan.expected[place].said.time
        due = now if self._pace.mode == "fast" else now + self._pace.seconds(think)
        heapq.heappush(self._due, (due, step.number, step, question.ack_id))

    def ready(self, now: float) -> Iterator[tuple[float, Step, int]]:
        """Those that are due: when they were, the step, and the live id."""
        while self._due and self._due[0][0] <= now:
            due, _, step, ack_id = heapq.heappop(self._due)
            yield due, step, ack_id

    def left(self) -> list[tuple[Step, str]]:
        """Those that were not given, and why."""
        left = [(step, "its question did not come") for step in self._owed.values()]
        left += [(step, "the server asked for no acknowledgement") for step in self._unasked]
        return left + [(step, "the session ended before") for _, _, step, _ in self._due]
