"""When a step is due: by the captured think time, by the captured clock, or at once."""

from dataclasses import dataclass

GATED, TIMED, SCALED, FAST = "gated", "timed", "scaled", "fast"
MODES = (GATED, TIMED, SCALED, FAST)


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes in a replay.

    ``gated``: after what the step waits for, and the time the client took then. ``timed``, ``scaled``: by the clock,
    ``speed`` times as fast. ``fast``: as soon as the hard gates are open. Times of the run in seconds, captured ones
    in ns.
    """

    mode: str = GATED
    speed: float = 1.0
    timeout: float = 5.0
    """Seconds that something may come later than it did in the capture."""

    @property
    def clocked(self) -> bool:
        """Whether steps are due by the clock."""
        return self.mode in (TIMED, SCALED)

    @property
    def soft(self) -> bool:
        """Whether pushes are waited for, too."""
        return self.mode == GATED

    def seconds(self, captured: float) -> float:
        """Seconds of the run that captured ns take."""
        return max(0.0, captured) / 1e9 / self.speed

    def due(self, ready: float, think: float, offset: float, started: float) -> float:
        """When a step is due whose gates have been open since ``ready``; ``think`` and ``offset`` (from the beginning
        of the session) in captured ns.
        """
        if self.mode == FAST:
            return ready
        return started + self.seconds(offset) if self.clocked else ready + self.seconds(think)

    def patience(self, captured: float) -> float:
        """Seconds to wait for what took ``captured`` ns in the capture."""
        return self.seconds(captured) + self.timeout
