"""The plan on a terminal."""

from analyzer.replay.correlate import discover
from analyzer.replay.describe import lines
from analyzer.replay.plan import plan
from analyzer.replay.rules import Rules
from analyzer.replay.uses import applied
from tests.analyzer.replay.talks import sent, shop


def test_steps_gates_and_uses() -> None:
    """What is sent when, what it waits for, and what is put in; no credentials."""
    found = applied(plan([*shop(), sent(3, "EVENT", session="?9")]), Rules(discover(plan(shop()))))
    shown = "\n".join(lines(found, found.sessions))
    assert '0.003 s  CONNECT {"token":"<hidden>","lang":"fr"}' in shown
    assert "waits for ack of 'order' (ack)" in shown
    assert "after event 'welcome' (push)" in shown
    assert "puts [0].order of ack of 'order' for o-4711 at [0]" in shown
    assert "give ack of 'ask'" in shown
    assert "?9: not replayable: the capture does not show how it began" in shown
    assert "abc" not in shown


def test_passwords_in_events() -> None:
    """What is named like a password is not printed, whatever sends it."""
    rows = [*shop()[:4], sent(5, "EVENT", event="login", data='[{"user":"u","password":"pw-1"}]')]
    assert "pw-1" not in "\n".join(lines(plan(rows), plan(rows).sessions))
