"""Heartbeats that come late, but come."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize("name", ["server-stalled", "server-stalled-v2"])
def test_server_stalled(name):
    """Real servers that compute for a while: all their clients wait at once."""
    assert codes(found(name), "error", "warning", "info") == ["server_stalled"]
    said = only(found(name), "server_stalled")["explanation"]
    assert "3 sessions alike" in said
    assert "others were late in the same moment" in said


@pytest.mark.parametrize(("waited", "stalled"), [(0.01, False), (4.9, True)])
def test_a_ping_waits_for_its_poll(waited, stalled):
    """On polling, a client that does not ask gets no ping: that is not the server's delay."""
    talk = Talk().open(0, "polling", timeout=9_000).join(1, on="polling").http(5_000, duration=waited)
    talk.engine(5_000, "ping", "s2c", "polling").engine(5_001, "pong", "c2s", "polling")
    found = findings(log_of(talk.engine(5_100, "close", "c2s", "polling")))["code"].tolist()
    assert ("server_stalled" in found) == stalled


def test_thin_margin():
    """A real slow line."""
    assert codes(found("thin-margin"), "error", "warning", "info") == ["heartbeat_thin_margin"]
    assert "of pingTimeout 700 ms left" in only(found("thin-margin"), "heartbeat_thin_margin")["explanation"]


@pytest.mark.parametrize(("rtt", "thin"), [(1, False), (390, False), (450, True)])
def test_a_fifth(rtt, thin):
    """Of pingTimeout 500 ms a fifth is 100 ms."""
    talk = Talk().open(0).join(1).beat(1000, rtt).close(1_900)
    assert findings(log_of(talk))["code"].tolist() == ["heartbeat_thin_margin"] * thin


def test_client_throttled():
    """A real client of generation 2 whose timers stretch."""
    assert codes(found("client-throttled"), "error", "warning", "info") == ["client_throttled"]


@pytest.mark.parametrize(("gaps", "throttled"), [([3_000] * 3, True), ([1_000, 3_000, 1_000, 1_000], False)])
def test_once_is_chance(gaps, throttled):
    """A single late ping is no habit."""
    talk, now = Talk(engine=3).open(0, timeout=9_000).socket(1, "CONNECT", "s2c"), 0
    for gap in gaps:
        talk.beat(now := now + gap)
    assert ("client_throttled" in findings(log_of(talk.close(now + 90)))["code"].tolist()) == throttled


@pytest.mark.parametrize("name", ["upload-websocket", "upload-polling"])
def test_upload(name):
    """Real slow lines that a large message fills: not a client that is gone."""
    assert codes(found(name), "error", "warning", "info") == ["upload_starves_heartbeat"]


def test_a_small_message_starves_nothing():
    """A client that sends and does not answer is unresponsive all the same."""
    talk = Talk().open(0).join(1).engine(1000, "ping", "s2c").socket(1_300, "EVENT", "c2s", event="x", size=50)
    assert codes(findings(log_of(talk.close(1_505, "s2c"))), "error", "warning") == ["client_unresponsive"]
