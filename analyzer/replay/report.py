"""What a run has to tell: sessions, differences and totals, and the exit status that follows from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from analyzer.replay import latency, outcome
from analyzer.replay.account import captured, observed
from analyzer.replay.choice import Choice
from analyzer.replay.compare import Difference, Terms, differences, grouped
from analyzer.replay.played import Played

SCHEMA = 1
SAME, DIFFERENT, COULD_NOT_RUN = 0, 1, 2
NOT_REPLAYABLE = "not_replayable"


@dataclass(slots=True)
class Report:
    """One run. ``skipped`` are sessions that cannot be replayed, with the reason; ``seconds`` is how long it took."""

    target: str
    level: str
    played: list[Played] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def status(self) -> int:
        """Exit status: 0 same, 1 different, 2 could not run."""
        if not any(each.sid is not None for each in self.played):
            return COULD_NOT_RUN
        whole = all(each.outcome == outcome.COMPLETED for each in self.played)
        return SAME if whole and not self.differences else DIFFERENT

    def document(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {
            "schema": SCHEMA,
            "target": self.target,
            "sessions": [*map(_session, self.played), *(_skipped(*each) for each in self.skipped)],
            "differences": [asdict(each) for each in self.differences],
            "totals": self.totals(),
        }

    def totals(self) -> dict[str, Any]:
        """Numbers of the whole run."""
        played = self.played
        return {
            "sessions": len(played),
            "completed": sum(each.outcome == outcome.COMPLETED for each in played),
            "skipped": len(self.skipped),
            "sent": sum(len(each.sent) for each in played),
            "not_sent": sum(len(each.unsent) for each in played),
            "received": sum(len(each.received) for each in played),
            "expected": sum(map(_expected, played)),
            "differences": sum(each.count for each in self.differences),
            "gate_timeouts": sum(len(each.timeouts) for each in played),
            "lateness_ms": latency.lateness(played),
            "ack_latency": latency.acks(played),
            "compare": self.level,
            "seconds": round(self.seconds, 3),
        }


def found(played: Sequence[Played], choice: Choice, terms: Terms) -> list[Difference]:
    """The differences of all sessions of a run, like ones as one; what was not sent and wrong endings among them."""
    every: list[Difference] = []
    for each in played:
        every += _of_the_replay(each)
        if each.sid is not None:
            ours, theirs = choice.of_account(captured(each.plan)), choice.of_account(observed(each))
            every += differences(ours, theirs, terms)
    return grouped(every)


def _of_the_replay(played: Played) -> list[Difference]:
    told = [
        Difference("not_sent", step.namespace, step.event, None, step.data and step.name, why)
        for step, why in played.unsent
    ]
    if played.upgrade_failure is not None:
        told.append(Difference("upgrade", None, None, None, "completed", played.upgrade_failure))
    if played.outcome != outcome.COMPLETED or played.detail:
        told.append(Difference("ending", None, None, None, _ending(played), played.detail or played.outcome))
    return told


def _ending(played: Played) -> str:
    who = played.plan.closed_by
    return "still open" if who is None else f"closed by the {who}"


def _expected(played: Played) -> int:
    return sum(not each.optional for each in played.plan.expected)


def _session(played: Played) -> dict[str, Any]:
    asked = [each for each in played.plan.expected if each.answers is not None and not each.optional]
    answered = [each for each in asked if each.answers in played.acks]
    return {
        "session": played.plan.session,
        "replayed_as": played.sid,
        "sent": len(played.sent),
        "received": len(played.received),
        "expected": _expected(played),
        "acks": {"expected": len(asked), "received": len(answered)},
        "gate_timeouts": [
            {"step": t.step, "awaited": list(t.awaited), "hard": t.hard, "seconds": round(t.seconds, 3)}
            for t in played.timeouts
        ],
        "lateness_ms": latency.lateness([played]),
        "outcome": played.outcome,
        "detail": played.detail,
    }


def _skipped(session: str, why: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("p50", "p99", "max"))
    return {
        "session": session or None,
        "replayed_as": None,
        "sent": 0,
        "received": 0,
        "expected": 0,
        "acks": {"expected": 0, "received": 0},
        "gate_timeouts": [],
        "lateness_ms": nothing,
        "outcome": NOT_REPLAYABLE,
        "detail": why,
    }
