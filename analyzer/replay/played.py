"""What became of one session: what was sent and when, what came, what was waited for in vain, how it ended."""

from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.replay import outcome
from analyzer.replay.steps import Expected, Said, SessionPlan, Step
from analyzer.replay.waiting import Timeout


class Sent(NamedTuple):
    """A step that left at ``time`` (seconds of the run's clock), ``late`` seconds after it was due."""

    step: Step
    time: float
    late: float


def _settled(expected: Expected, came: Said | None) -> bool:
    return came is not None or expected.optional


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
    came: list[Said | None] = field(default_factory=list)
    """What came for each expectation."""
    timeouts: list[Timeout] = field(default_factory=list)
    swaps: dict[str, str] = field(default_factory=dict)
    """Live values to the captured ones they stand for."""
    upgrade_failure: str | None = None
    outcome: str = outcome.NOT_STARTED
    detail: str = ""
    ended_by: str | None = None

    @property
    def beyond(self) -> int:
        """From which packet on the capture cannot know what the server says: where it ends in the middle of a session,
        and all it holds has come.
        """
        expected = self.plan.expected
        whole = len(self.came) == len(expected)
        if self.plan.closed_by is not None or not whole or not all(map(_settled, expected, self.came)):
            return len(self.received)
        known = {id(said) for said in self.came}
        return max((i for i, said in enumerate(self.received, 1) if id(said) in known), default=0)

    @property
    def whole(self) -> bool:
        """Whether every step was played and the same side ended it."""
        return self.outcome == outcome.COMPLETED and not self.unsent
