"""Sides that gave up."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize("name", ["client-frozen-polling", "client-frozen-v2", "client-frozen-python", "client-mute"])
def test_client_unresponsive(name):
    """Real clients that were stopped, or never answered: that, and no cut, kick or unknown session besides."""
    assert codes(found(name), "error", "warning", "info") == ["client_unresponsive"]
    said = only(found(name), "client_unresponsive")
    assert "the last thing the client sent was" in said["explanation"]
    assert said["session"]


@pytest.mark.parametrize("name", ["server-frozen", "server-frozen-polling", "server-frozen-v2"])
def test_server_unresponsive(name):
    """Real servers that were stopped."""
    assert codes(found(name), "error", "warning", "info") == ["server_unresponsive"]
    assert "the client gave up at" in only(found(name), "server_unresponsive")["explanation"]


def test_a_client_that_came_back_blames_the_server():
    """It found its timer due, but had not polled, so that no ping could have reached it."""
    assert codes(found("client-frozen-back"), "error", "warning", "info") == ["client_unresponsive"]
    said = only(found("client-frozen-back"), "client_unresponsive")["explanation"]
    assert "the client asked for nothing for" in said
    assert "so no ping could reach it, and gave up at" in said


def test_measured():
    """When it was pinged, how long it was waited, and what came last."""
    talk = Talk().open(0).join(1).socket(700, "EVENT", "c2s", event="x").beat(1000).engine(2001, "ping", "s2c")
    said = only(findings(log_of(talk.close(2501, "s2c"))), "client_unresponsive")
    assert "pinged at 12:53:22.001, no answer came within pingTimeout 500 ms" in said["explanation"]
    assert "was pong, 1.50 s before" in said["explanation"]


@pytest.mark.parametrize("until", [2_100, 2_900])
def test_silence(until):
    """A ping without an answer counts once the capture shows that its time was over."""
    talk = (
        Talk().open(0, "polling").join(1, on="polling").beat(1000, on="polling").engine(2001, "ping", "s2c", "polling")
    )
    assert codes(findings(log_of(talk, until=until)), "error") == ["client_unresponsive"] * (until > 2_600)
