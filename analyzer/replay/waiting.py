"""What the step at the head of the line still waits for, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.replay.arrivals import Arrivals
from analyzer.replay.board import Board
from analyzer.replay.pace import Pace
from analyzer.replay.steps import DISCONNECT, END, SOFT, Expected, Gate, Step, name_of


@dataclass(slots=True)
class Waiting:
    """One step's wait. ``missing`` are the gates still closed; times in seconds of the run's clock."""

    step: Step
    missing: list[Gate]
    until: float
    think: float
    """Captured ns between the last thing it waited for and the step."""
    ready: float
    """Since when it could go."""

    def settle(self, arrivals: Arrivals, board: Board, own: int) -> None:
        """Look what has come meanwhile, up to the first gate that is closed."""
        while self.missing and self._opened(self.missing[-1], arrivals, board, own):
            self.missing.pop()

    def sift(self, arrivals: Arrivals, board: Board, own: int) -> None:
        """Leave only the gates that are closed."""
        self.missing = [gate for gate in self.missing if not self._opened(gate, arrivals, board, own)]

    def _opened(self, gate: Gate, arrivals: Arrivals, board: Board, own: int) -> bool:
        why, session, expected = gate
        if why == "value" or session != own:
            said = board.get((session, expected))
        else:
            said = arrivals.came[expected]
        if said is None:
            return why in SOFT and session == own and arrivals.passed(expected)
        if said.time > self.ready:
            self.ready = said.time
        return True


@dataclass(frozen=True, slots=True)
class Timeout:
    """A wait that ended in vain: the step that waited, what for, and how long (seconds)."""

    step: str
    awaited: tuple[str, ...]
    hard: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """What is needed to say what a step waits for."""

    expected: Sequence[Expected]
    pace: Pace
    own: int
    began: int = field(default=0)
    """Captured time of the session's beginning, ns."""

    def wait(self, step: Step, before: int | None, now: float) -> Waiting:
        """The wait of a step that has come to the head of the line at ``now``, behind one of the captured time
        ``before``.
        """
        before = self.began if before is None else before
        if not step.gates and step.kind != END:
            return Waiting(step, [], now + self.pace.timeout, step.time - before, now)
        waits = latest = float(before)
        missing: list[Gate] = []
        gates: list[Gate] = []
        for gate in step.gates:
            why, session, expected = gate
            time = self.expected[expected].said.time if session == self.own else before
            if why == "drain":
                missing = self._drained(step, gate)[::-1]
                waits = max(waits, time)
            elif why not in SOFT or self.pace.soft:
                gates.append(gate)
                if time > latest:
                    latest = time
        missing += reversed(gates)
        waits = step.time if step.kind == END else max(waits, latest)
        return Waiting(step, missing, now + self.pace.patience(waits - before), step.time - latest, now)

    def _drained(self, step: Step, gate: Gate) -> list[Gate]:
        """All that has to come before a client leaves."""
        own = range(gate.expected + 1)
        return [
            Gate("drain", self.own, i)
            for i in own
            if not self.expected[i].optional
            and (step.kind != DISCONNECT or self.expected[i].said.namespace == step.namespace)
        ]

    def names(self, gates: Sequence[Gate]) -> tuple[str, ...]:
        """What gates wait for, in words, the first few of them."""
        return tuple(dict.fromkeys(self._name(gate) for gate in reversed(gates)))[:5]

    def _name(self, gate: Gate) -> str:
        if gate.session != self.own:
            return "a value that another session is given"
        said = self.expected[gate.expected].said
        return name_of(said.kind, said.namespace, said.event)
