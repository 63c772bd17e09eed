"""Peers of different generations."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize(
    ("name", "theirs", "ours"),
    [
        ("version-polling", 3, 4),
        ("version-websocket", 3, 4),
        ("version-python", 3, 4),
        ("version-new-polling", 4, 3),
        ("version-new-websocket", 4, 3),
    ],
)
def test_version_mismatch(name, theirs, ours):
    """Real clients at real servers of another generation: both revisions are named, and nothing else is found."""
    assert codes(found(name), "error", "warning", "info") == ["version_mismatch"]
    said = only(found(name), "version_mismatch")["explanation"]
    assert f"speaks Engine.IO revision {theirs}" in said
    assert f"only revision {ours}" in said


def test_wrong_way():
    """A client that pings a server of revision 4, which closes for that: one finding."""
    assert codes(found("heartbeat-wrong-way"), "error", "warning", "info") == ["heartbeat_mismatch"]
    assert "the client sent a ping" in only(found("heartbeat-wrong-way"), "heartbeat_mismatch")["explanation"]


def test_handshake_lies():
    """A real python server that advertises no fractions."""
    said = only(found("handshake-lies"), "handshake_lies")["explanation"]
    assert "advertises pingInterval 0 ms, but pings every 4" in said


@pytest.mark.parametrize(
    ("spacing", "lies"), [([1000] * 6, False), ([700] * 6, True), ([1000, 4000, 1000, 1000], False)]
)
def test_lies_are_steady(spacing, lies):
    """A server that is late once does not lie."""
    talk, now = Talk().open(0).join(1), 0
    for gap in spacing:
        talk.beat(now := now + gap)
    assert ("handshake_lies" in findings(log_of(talk.close(now + 500)))["code"].tolist()) == lies


@pytest.mark.parametrize(("network", "lies"), [(0.001, True), (0.3, False)])
def test_a_slow_network_is_no_lie(network, lies):
    """Seen near the client, the server's pings are apart by the interval and the way there and back."""
    talk = Talk().ws(0, "open", duration=network)
    talk.rows[-1] = talk.rows[-1]._replace(session="s1")
    talk.engine(1, "open", "s2c", data='{"sid":"s1","pingInterval":1000,"pingTimeout":2000}').join(2)
    for number in range(5):
        talk.beat(1300 * (number + 1), rtt=1)
    assert ("handshake_lies" in findings(log_of(talk.close(7000)))["code"].tolist()) == lies


def test_heartbeats_of_an_unknown_revision():
    """Where the capture does not show the start, who pings tells the revision; a client that pings is no fault then."""
    talk = Talk("?0", engine=None)
    for ms in range(0, 5_000, 500):
        talk.engine(ms, "ping", "c2s").engine(ms + 1, "pong", "s2c")
    assert findings(log_of(talk)).empty
