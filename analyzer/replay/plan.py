"""The plan of a replay: the log in, per session what the client did and what the server said out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analyzer.issues import Issue
from analyzer.records import C2S, S2C, Layer, Row, Transport
from analyzer.replay import manner
from analyzer.replay.ending import closed_by
from analyzer.replay.gates import gated
from analyzer.replay.script import Script
from analyzer.replay.steps import Plan, SessionPlan

_ENGINE = Layer.ENGINE.value
_KEPT = {Layer.HTTP, Layer.WEBSOCKET, Layer.ENGINE, Layer.SOCKET, Layer.TCP}


def plan(rows: Iterable[Row]) -> Plan:
    """The plan of a log, given in the order of time."""
    sessions: dict[str, list[Row]] = {}
    refused = 0
    for row in rows:
        session = row.session
        if session is not None and row.layer in _KEPT:
            if session in sessions:
                sessions[session].append(row)
            else:
                sessions[session] = [row]
        elif row.layer == Layer.HTTP and manner.is_handshake(row):
            refused += 1
    found = Plan(origins=frozenset(host for own in sessions.values() for host in manner.hosts(own)))
    for session, own in sessions.items():
        seen = _one_tap(own)
        reason = _unfit(session, seen)
        if reason is None:
            found.sessions.append(_session(session, seen, len(found.sessions)))
        else:
            found.skipped.append((session, reason))
    if refused:
        found.skipped.append(("", f"{refused} handshakes were refused, so there was no session"))
    found.sessions = numbered(sorted(found.sessions, key=lambda each: each.begun))
    return found


def numbered(sessions: Sequence[SessionPlan]) -> list[SessionPlan]:
    """The sessions, their places among these written into their gates; before any rules are applied."""
    return [_renumbered(each, i) for i, each in enumerate(sessions)]


def _one_tap(rows: list[Row]) -> list[Row]:
    """The rows seen at one place: where the first open packet was, if it was seen before and behind a proxy."""
    opens = [row.server for row in rows if row.layer == _ENGINE and row.type == "open" and row.direction == S2C]
    others = set(opens[1:]) - set(opens[:1])
    return [row for row in rows if row.server not in others] if others else rows


def _unfit(session: str, rows: Sequence[Row]) -> str | None:
    """Why a session cannot be replayed."""
    if session.startswith("?"):
        return "the capture does not show how it began"
    if not any(row.layer == Layer.ENGINE and row.type == "open" for row in rows):
        return "the capture does not show its handshake"
    if not any(manner.is_handshake(row) for row in rows):
        return "the capture does not show the request that opened it"
    if Transport.WEBTRANSPORT in {row.transport for row in rows}:
        return "WebTransport cannot be replayed"
    if all(row.direction == S2C or manner.is_handshake(row) or row.layer == Layer.TCP for row in rows):
        return "the capture shows nothing that the client sent"
    return None


def _session(session: str, rows: list[Row], index: int) -> SessionPlan:
    how = manner.of(rows)
    script = Script(index, how.parser is None)
    take = script.take
    for row in rows:
        take(row)
    first = next(row for row in rows if manner.is_handshake(row))
    begun = first.time - int((first.duration or 0.0) * 1e9)
    ending, time = closed_by(rows)
    script.end(time, ending)
    if any(row.issue == Issue.TCP_GAP and row.direction == C2S for row in rows if row.issue is not None):
        script.notes.append("bytes of the client are missing from the capture: some of what it sent may not be here")
    steps = gated(script.steps, script.expected, index)
    return SessionPlan(session, begun, how, steps, tuple(script.expected), ending, tuple(dict.fromkeys(script.notes)))


def _renumbered(session: SessionPlan, index: int) -> SessionPlan:
    """The session with its place in the plan written into its gates."""
    first = next((gate for step in session.steps for gate in step.gates), None)
    if first is None or first.session == index:
        return session
    steps = [step.waiting_for(tuple(gate._replace(session=index) for gate in step.gates)) for step in session.steps]
    return replace(session, steps=tuple(steps))
