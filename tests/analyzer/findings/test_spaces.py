"""Namespaces refused, never joined, left, recovered."""

import pytest

import analyzer
from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.recorded import CAPTURES
from tests.rows import Talk, log_of


@pytest.mark.parametrize("name", ["v1-binary", "v2-upgrade", "v4-upgrade", "v4-msgpack"])
def test_namespace_refused(name):
    """Real middlewares of every generation: namespace and reason."""
    said = only(findings(analyzer.read(str(CAPTURES / name / "capture.pcap"))), "namespace_refused")
    assert "refused /secret" in said["explanation"]
    assert '"not allowed"' in said["explanation"]
    assert "middleware" in said["advice"]


def test_refused_by_python():
    """A namespace that is not there."""
    assert codes(found("namespace-python"), "error", "warning") == ["namespace_refused"]
    assert 'io.of("/nope")' in only(found("namespace-python"), "namespace_refused")["advice"]


def test_never_joined():
    """A real server closes a client that sends nothing."""
    assert codes(found("never-joined"), "error", "warning", "info") == ["never_joined"]
    assert "sent nothing but pongs" in only(found("never-joined"), "never_joined")["explanation"]


@pytest.mark.parametrize("name", ["server-kick", "server-leaves"])
def test_server_kick(name):
    """By a DISCONNECT, and by closing: information, no error."""
    assert codes(found(name), "error", "warning", "info") == ["server_kick"]


def test_a_client_that_left_was_not_kicked():
    """The answer to its own DISCONNECT is none."""
    talk = Talk().open(0).join(1).socket(90, "DISCONNECT", "c2s").socket(91, "DISCONNECT", "s2c").close(95)
    assert findings(log_of(talk)).empty


def test_recovery_failed():
    """A real server that had forgotten."""
    assert "recovery_failed" in codes(found("recovery-failed"), "warning")


@pytest.mark.parametrize(("pid", "fails"), [("p", False), ("q", True)])
def test_recovery(pid, fails):
    """The same pid means that the state was there."""
    talk = Talk().open(0).socket(1, "CONNECT", "c2s", data='{"pid":"p","offset":"o"}')
    talk.socket(2, "CONNECT", "s2c", data=f'{{"sid":"s","pid":"{pid}"}}').close(500)
    assert findings(log_of(talk))["code"].tolist() == ["recovery_failed"] * fails
