"""A plan as lines for a terminal: what would be sent when, what it waits for, and which values are put in."""

from collections.abc import Iterator, Sequence

from analyzer.replay.credentials import HIDDEN, is_secret
from analyzer.replay.jsontext import dump, leaves_or_whole, show, spliced
from analyzer.replay.steps import ACK, CONNECT, Gate, Plan, SessionPlan, Step, Use, name_of
from analyzer.text import elide, printable

_WIDTH = 60


def lines(plan: Plan, sessions: Sequence[SessionPlan]) -> Iterator[str]:
    """The plan, one line after the other, every one printable; credentials are hidden."""
    for session in sessions:
        for line in _session(session, sessions):
            yield printable(line)
        yield ""
    for session_id, why in plan.skipped:
        yield printable(f"{session_id or '-'}: not replayable: {why}")


def _session(session: SessionPlan, sessions: Sequence[SessionPlan]) -> Iterator[str]:
    how = session.manner
    transport = f"{how.transport} then websocket" if how.upgrade else how.transport
    parser = {None: "plain Engine.IO", "object": "JSON objects"}.get(how.parser, how.parser)
    yield f"{session.session}: Engine.IO {how.revision}, {transport}, {parser}, expects {len(session.expected)} packets"
    for note in session.notes:
        yield f"  note: {note}"
    for step in session.steps:
        at = (step.time - session.begun) / 1e9
        yield f"  {at:9.3f} s  {'give ' if step.kind == ACK else ''}{step.name}{_data(step)}"
        if step.trouble is not None:
            yield f"               not sent: {step.trouble}"
        for gate in step.gates:
            yield f"               {'waits for' if gate.hard else 'after'} {_gate(gate, sessions)}"
        for use in step.uses:
            yield f"               puts {_use(use, sessions)}"


def _data(step: Step) -> str:
    """The beginning of what a step sends; in a CONNECT without its credentials."""
    if step.data is None or step.data == "[]":
        return ""
    if step.kind != CONNECT and not any(is_secret(str(part)) for x in leaves_or_whole(step.data) for part in x.path):
        return f" {elide(step.data, _WIDTH)}"
    secret = [x for x in leaves_or_whole(step.data) if any(is_secret(str(part)) for part in x.path)]
    if step.kind == CONNECT:
        secret += [x for x in leaves_or_whole(step.data) if is_secret("", str(x.value)) and x not in secret]
    return f" {elide(spliced(step.data, [(x.start, x.end, dump(HIDDEN)) for x in secret]), _WIDTH)}"


def _gate(gate: Gate, sessions: Sequence[SessionPlan]) -> str:
    if gate.session >= len(sessions):
        return "a session that is not replayed"
    expected = sessions[gate.session].expected[gate.expected]
    name = name_of(expected.said.kind, expected.said.namespace, expected.said.event)
    if gate.why == "drain":
        return "all that is expected"
    return f"{name}{f' no. {expected.nth}' if expected.nth > 1 else ''} ({gate.why})"


def _use(use: Use, sessions: Sequence[SessionPlan]) -> str:
    said = sessions[use.gate.session].expected[use.gate.expected].said
    name = name_of(said.kind, said.namespace, said.event)
    names = [str(path[-1]) for path in (use.source, use.target) if path]
    value = HIDDEN if any(is_secret(part) or part == "pid" for part in names) else elide(use.value, 40)
    return f"{show(use.source)} of {name} for {value} at {show(use.target)}"
