"""Why each step of a client had to wait: what the server said between it and the step before."""

from collections.abc import Sequence

from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, END, EVENT, MESSAGE, PROBE, UPGRADE, Expected, Gate, Step


def gated(steps: Sequence[Step], expected: Sequence[Expected], session: int) -> tuple[Step, ...]:
    """The steps of a session with their gates. Acks wait for nothing but the question; they have no place in line."""
    line: list[Step] = []
    seen = 0
    joined: set[str] = set()
    for step in steps:
        if step.kind == ACK and step.answers is not None:
            line.append(step.waiting_for((Gate("question", session, step.answers),)))
            continue
        fresh = seen
        while seen < len(expected) and expected[seen].said.time <= step.time:
            seen += 1
        gates = [] if step.kind in (PROBE, UPGRADE) else _gates(step, expected, range(fresh, seen), joined)
        if step.kind in (PROBE, UPGRADE):
            seen = fresh  # what came before them is left to the next one
        line.append(step.waiting_for(tuple([Gate(why, session, i) for why, i in gates])))
    return tuple(line)


def _gates(step: Step, expected: Sequence[Expected], fresh: range, joined: set[str]) -> list[tuple[str, int]]:
    gates: list[tuple[str, int]] = []
    namespace = step.namespace.partition("?")[0]
    if step.kind in (EVENT, DISCONNECT) and namespace not in joined:
        joined.add(namespace)
        gates += [("connect", i) for i in _connects(expected, fresh.stop, namespace)[-1:]]
    gates += [("ack", i) for i in fresh if expected[i].said.kind == ACK]
    if step.kind in (END, DISCONNECT):
        own = [i for i in range(fresh.stop) if step.kind == END or expected[i].said.namespace == namespace]
        own = [i for i in own if not expected[i].optional]
        return gates + [("drain", i) for i in own[-1:]]
    pushes = [i for i in fresh if expected[i].said.kind in (EVENT, MESSAGE)]
    return gates + [("push", i) for i in pushes[-1:]]


def _connects(expected: Sequence[Expected], stop: int, namespace: str) -> list[int]:
    return [i for i in range(stop) if expected[i].said.kind == CONNECT and expected[i].said.namespace == namespace]
