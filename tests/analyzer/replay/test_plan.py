"""The log to the plan."""

from dataclasses import replace

import pytest

from analyzer.records import C2S, Row
from analyzer.replay.plan import plan
from tests.analyzer.replay.talks import opening, row, said, sent, shop
from tests.recorded import SCENARIOS, rows


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_sends_what_the_client_sent(scenario: str) -> None:
    """Of every capture of ours: each Socket.IO packet of the client is a step, in order, and nothing else is."""
    taken = rows(f"captures/{scenario}/capture.pcap")
    found = plan(taken)
    assert len(found.sessions) == 1
    (session,) = found.sessions
    own = [r for r in taken if r.layer == "socket.io" and r.direction == C2S and r.issue is None]
    steps = [s for s in session.steps if s.kind not in ("probe", "upgrade", "end")]
    assert [(s.data, s.namespace, s.ack_id, list(s.attachments)) for s in steps] == [
        (r.data, r.namespace, r.ack_id, r.attachments or []) for r in own
    ]
    assert session.begun == taken[0].time - int((taken[0].duration or 0) * 1e9)
    assert session.closed_by == (None if scenario == "v4-ping-timeout" else "client")


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        ([sent(3, "EVENT", session="?3")], "how it began"),
        ([sent(3, "EVENT")], "its handshake"),
        (opening()[1:], "the request that opened it"),
        ([*opening()[:1], said(3, "EVENT")], "its handshake"),
        ([*opening(), said(3, "EVENT", event="a")], "nothing that the client sent"),
        ([*opening(), row(3, C2S, "engine.io", "ping", transport="webtransport")], "WebTransport"),
    ],
)
def test_what_cannot_be_replayed(taken: list[Row], why: str) -> None:
    """Sessions without what is needed are left out, with the reason."""
    found = plan(taken)
    assert found.sessions == []
    assert why in found.skipped[0][1]


def test_several_sessions() -> None:
    """Sessions come in the order of their beginnings, and gates name their place in it."""
    later = [r._replace(session="t", time=r.time + 10**9) for r in shop()]
    found = plan([*later, *shop()])
    assert [s.session for s in found.sessions] == ["s", "t"]
    assert {g.session for s in found.sessions[1].steps for g in s.gates} == {1}
    assert found.origins == {"10.0.0.1:3000"}


def test_two_taps() -> None:
    """A session seen before and behind a proxy is replayed once."""
    behind = [r._replace(server="10.0.0.2:80", stream=1, time=r.time + 1000) for r in shop()]
    both = sorted([*shop(), *behind], key=lambda r: r.time)
    assert plan(both).sessions == [replace(plan(shop()).sessions[0])]


def test_refused_and_holed() -> None:
    """Refused handshakes are counted, and holes in what the client sent are noted."""
    refused = row(1, C2S, "http", "GET", session=None, url="/socket.io/?EIO=4&transport=polling", status=403)
    hole = row(5, C2S, "tcp", "gap", issue="tcp_gap")
    found = plan([refused, *shop(), hole])
    assert "1 handshakes were refused" in found.skipped[0][1]
    assert "missing from the capture" in found.sessions[0].notes[0]
