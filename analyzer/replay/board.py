"""What sessions of one run tell each other: packets whose values another one (or they themselves) will send."""

from collections.abc import Callable, Sequence

from analyzer.replay.steps import Said, SessionPlan

Place = tuple[int, int]
"""Session of the plan and expectation in it."""


class Board:
    """Holds the live packets for the places that some step takes a value from."""

    def __init__(self, sessions: Sequence[SessionPlan]) -> None:
        self.wanted: set[Place] = {
            (use.gate.session, use.gate.expected) for each in sessions for step in each.steps for use in step.uses
        }
        self.swaps: dict[str, str] = {live: captured for each in sessions for live, captured in each.swaps}
        """Live values to the captured ones they stand for, of all sessions."""
        self._given: dict[Place, Said] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever something was put."""
        self._listeners.append(listener)

    def put(self, place: Place, said: Said) -> None:
        """A packet came that was expected at ``place``."""
        if place in self.wanted:
            self._given.setdefault(place, said)
            for listener in self._listeners:
                listener()

    def get(self, place: Place) -> Said | None:
        """The packet of a place, None while it has not come."""
        return self._given.get(place)
