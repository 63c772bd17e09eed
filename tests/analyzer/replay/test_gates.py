"""Why steps wait."""

from analyzer.records import C2S
from analyzer.replay.gates import gated
from analyzer.replay.script import Script
from analyzer.replay.steps import Step
from tests.analyzer.replay.talks import START, row, said, sent, shop


def steps(*rows, end: int = 99) -> list[tuple[Step, list[str]]]:
    """The steps of rows, with their gates in words."""
    script = Script(0, False)
    for each in rows:
        script.take(each)
    script.end(START + end * 1_000_000, None)
    found = gated(script.steps, script.expected, 5)
    assert all(gate.session == 5 for step in found for gate in step.gates)
    return [(s, [f"{g.why} {script.expected[g.expected].said.event}" for g in s.gates]) for s in found]


def test_a_session() -> None:
    """Namespaces, acks and pushes before a step; an answer waits for its question alone."""
    assert [gates for _, gates in steps(*shop())] == [
        [],
        ["connect None", "push welcome"],
        ["ack order"],
        ["question ask"],
        [*["ack pay", "push ask", "drain ask"][:1], "drain ask"],
    ]


def test_only_what_is_new() -> None:
    """What an earlier step has waited for is no gate again, and of several pushes the last is one."""
    rows = [said(1, "CONNECT"), said(2, "EVENT", event="a"), said(3, "EVENT", event="b"), sent(4, "EVENT", event="x")]
    assert [gates for _, gates in steps(*rows, sent(5, "EVENT", event="y"))][:2] == [["connect None", "push b"], []]


def test_the_upgrade_leaves_gates_to_the_next_step() -> None:
    """The transport's steps wait for the transport alone."""
    rows = [said(1, "EVENT", event="a"), row(2, C2S, "engine.io", "ping", data="probe"), sent(3, "EVENT", event="x")]
    assert [gates for _, gates in steps(*rows)][:2] == [[], ["push a"]]


def test_leaving_a_namespace() -> None:
    """A DISCONNECT waits for all of its namespace."""
    rows = [said(1, "EVENT", event="a", namespace="/n"), said(2, "EVENT", event="b")]
    (_, gates), *_ = steps(*rows, sent(3, "DISCONNECT", namespace="/n"))
    assert gates == ["drain a"]
