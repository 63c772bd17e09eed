"""Why each step of a client had to wait: what the server said between it and the step before."""

from collections.abc import Sequence

from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, END, EVENT, MESSAGE, PROBE, UPGRADE, Expected, Gate, Step


def gated(steps: Sequence[Step], expected: Sequence[Expected], session: int) -> tuple[Step, ...]:
    """The steps of a session with their gates. Acks wait for nothing but the question; they have no place in line."""
    line: list[Step] = []
    past = _Past(expected, session)
    for step in steps:
        if step.kind == ACK and step.answers is not None:
            line.append(step.waiting_for((Gate("question", session, step.answers),)))
        elif step.kind in (PROBE, UPGRADE):  # what came before them is left to the next one
            line.append(step)
        else:
            gates = past.gates(step)
            line.append(step.waiting_for(tuple(gates)) if gates else step)
    return tuple(line)


class _Past:
    """What the server had said before the step that is looked at; steps come in their order."""

    def __init__(self, expected: Sequence[Expected], session: int) -> None:
        self._expected, self._session = expected, session
        self._seen = 0
        self._joined: set[str] = set()
        self._connects: dict[str, int] = {}
        self._last: dict[str | None, int] = {}
        """The last one that has to come, by namespace; that of all under None."""

    def gates(self, step: Step) -> list[Gate]:
        """What a step waits for."""
        acks, push = self._until(step.time)
        kind, session = step.kind, self._session
        if kind == EVENT and step.namespace in self._joined:
            gates = []
        else:
            gates = self._joining(step)
        gates += [Gate("ack", session, i) for i in acks]
        if kind in (END, DISCONNECT):
            last = self._last.get(None if kind == END else _plain(step.namespace))
            return gates if last is None else [*gates, Gate("drain", session, last)]
        if push is not None:
            gates.append(Gate("push", session, push))
        return gates

    def _until(self, time: float) -> tuple[list[int], int | None]:
        """Go on to a time: the acks that came meanwhile, and the last push."""
        acks, push = list[int](), None
        expected, at, last = self._expected, self._seen, self._last
        while at < len(expected):
            said, _, _, optional = expected[at]
            if said.time > time:
                break
            kind = said.kind
            if kind == ACK:
                acks.append(at)
            elif kind in (EVENT, MESSAGE):
                push = at
            elif kind == CONNECT:
                self._connects[said.namespace] = at
            if not optional:
                last[None] = last[said.namespace] = at
            at += 1
        self._seen = at
        return acks, push

    def _joining(self, step: Step) -> list[Gate]:
        """The namespace has to be joined before the first packet in it."""
        namespace = _plain(step.namespace)
        if step.kind not in (EVENT, DISCONNECT) or namespace in self._joined:
            return []
        self._joined.add(namespace)
        place = self._connects.get(namespace)
        return [] if place is None else [Gate("connect", self._session, place)]


def _plain(namespace: str) -> str:
    """Without the query that clients of revision 3 put into it."""
    return namespace.partition("?")[0]
