"""What sessions of one run tell each other: packets whose values another one (or they themselves) will send."""

from collections.abc import Callable, Sequence

from analyzer.replay.jsontext import scalars
from analyzer.replay.steps import Said, SessionPlan, Use
from analyzer.replay.values import text_of

Place = tuple[int, int]
"""Session of the plan and expectation in it."""


class Board:
    """Holds the live packets for the places that some step takes a value from."""

    def __init__(self, sessions: Sequence[SessionPlan]) -> None:
        self.wanted: dict[Place, set[int]] = {}
        """The sessions that take a value from a place."""
        for i, each in enumerate(sessions):
            for step in each.steps:
                for use in step.uses:
                    self.wanted.setdefault((use.gate.session, use.gate.expected), set()).add(i)
        self._known: dict[Place, list[Use]] = {}
        for use in [use for each in sessions for use in each.left_out]:
            place = (use.gate.session, use.gate.expected)
            self.wanted.setdefault(place, set())
            self._known.setdefault(place, []).append(use)
        self.swaps: dict[str, str] = {live: captured for each in sessions for live, captured in each.swaps}
        """Live values to the captured ones they stand for, of all sessions."""
        self._given: dict[Place, Said] = {}
        self._listeners: dict[int, Callable[[], None]] = {}

    def listen(self, session: int, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever something was put that a session takes from another one."""
        self._listeners[session] = listener

    def put(self, place: Place, said: Said) -> None:
        """A packet came that was expected at ``place``."""
        if place in self.wanted:
            self._given.setdefault(place, said)
            for use in self._known.get(place, ()):
                live = next((value for path, value in scalars(said.data) if path == use.source), None)
                if live is not None:
                    self.swaps[text_of(live)] = use.value
            for session in self.wanted[place] - {place[0]}:
                if session in self._listeners:
                    self._listeners[session]()

    def get(self, place: Place) -> Said | None:
        """The packet of a place, None while it has not come."""
        return self._given.get(place)
