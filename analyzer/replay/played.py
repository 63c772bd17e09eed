"""What became of one session: what was sent and when, what came, what was waited for in vain, how it ended."""

from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.replay import outcome
from analyzer.replay.steps import Said, SessionPlan, Step
from analyzer.replay.waiting import Timeout


class Sent(NamedTuple):
    """A step that left at ``time`` (seconds of the run's clock), ``late`` seconds after it was due."""

    step: Step
    time: float
    late: float


@dataclass(slots=True)
class Played:
    """One session as it was replayed."""

    plan: SessionPlan
    sid: str | None = None
    sent: list[Sent] = field(default_factory=list)
    unsent: list[tuple[Step, str]] = field(default_factory=list)
    """Steps that did not leave, and why."""
    received: list[Said] = field(default_factory=list)
    acks: dict[int, Said] = field(default_factory=dict)
    """The server's acks by the step they answer."""
    timeouts: list[Timeout] = field(default_factory=list)
    swaps: dict[str, str] = field(default_factory=dict)
    """Live values to the captured ones they stand for."""
    upgrade_failure: str | None = None
    outcome: str = outcome.NOT_STARTED
    detail: str = ""
    ended_by: str | None = None

    @property
    def whole(self) -> bool:
        """Whether every step was played and the same side ended it."""
        return self.outcome == outcome.COMPLETED and not self.unsent
