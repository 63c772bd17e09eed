"""Rows of a session to steps and expectations."""

from analyzer.records import C2S, S2C
from analyzer.replay.script import Script
from tests.analyzer.replay.talks import START, opening, row, said, sent, shop


def script(*rows, plain: bool = False) -> Script:
    """A script that has taken rows."""
    found = Script(0, plain)
    for each in rows:
        found.take(each)
    return found


def test_a_session() -> None:
    """What the client sent and the server said, acks joined to what they answer."""
    found = script(*shop())
    assert [(s.kind, s.event) for s in found.steps] == [
        ("CONNECT", None),
        ("EVENT", "order"),
        ("EVENT", "pay"),
        ("ACK", "ask"),
    ]
    assert [(e.key, e.nth, e.answers) for e in found.expected if e.answers is not None] == [
        (("ACK", "/", "order"), 1, 1),
        (("ACK", "/", "pay"), 2 - 1, 2),
    ]
    assert found.expected[found.steps[3].answers or 0].said.event == "ask"


def test_what_belongs_to_the_transport_is_dropped() -> None:
    """Heartbeats and noops are no steps; the points of the upgrade are."""
    rows = [row(3, C2S, "engine.io", "ping", data="probe"), row(4, C2S, "engine.io", "upgrade")]
    beats = [row(5, S2C, "engine.io", "ping"), row(6, C2S, "engine.io", "pong"), row(7, S2C, "engine.io", "noop")]
    assert [s.kind for s in script(*opening(), *rows, *beats).steps] == ["probe", "upgrade"]


def test_what_cannot_be_sent() -> None:
    """Undecodable packets stay as steps with the reason; what never reached the server is only noted."""
    bad = row(3, C2S, "engine.io", "message", data="2[", issue="sio_bad_json", detail="no JSON")
    found = script(bad, sent(4, "ACK", ack_id=9), sent(5, "EVENT", event="a", issue="http_refused"))
    assert [s.trouble for s in found.steps] == [
        "the capture holds no packet there: no JSON",
        "the capture does not show what it answers",
    ]
    assert "http_refused" in found.notes[0]


def test_what_is_not_expected() -> None:
    """Packets a proxy made up, acks of nothing, and what cannot be read."""
    bad = row(6, S2C, "engine.io", None, issue="eio_bad_packet", detail="bad")
    found = script(said(4, "EVENT", event="x", issue="mitm_injected"), said(5, "ACK", ack_id=3), bad)
    assert found.expected == []
    assert len(found.notes) == 2


def test_after_the_client_has_left() -> None:
    """What the server said later need not come again."""
    found = script(said(4, "EVENT", event="a"), said(9, "EVENT", event="a"))
    found.end(START + 5_000_000, "client")
    assert [e.optional for e in found.expected] == [False, True]
    assert found.steps[-1].kind == "end"


def test_plain_engine() -> None:
    """Messages without Socket.IO are steps and expectations as they are."""
    rows = [row(3, C2S, "engine.io", "message", data="hi"), row(4, S2C, "engine.io", "message", attachments=[b"x"])]
    found = script(*rows, plain=True)
    assert (found.steps[0].kind, found.steps[0].data) == ("MESSAGE", "hi")
    assert found.expected[0].said.attachments == (b"x",)
