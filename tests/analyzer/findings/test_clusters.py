"""Many connections that break, or come back, in the same way."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


def test_idle_cut():
    """A real nginx with a short proxy_read_timeout: one finding, no cut besides."""
    assert codes(found("idle-cut"), "error", "warning", "info") == ["idle_cut"]
    said = only(found("idle-cut"), "idle_cut")
    assert "4 connections were ended by the server's side after" in said["explanation"]
    assert "pingInterval + pingTimeout (45.0 s)" in said["advice"]


def test_gateway_timeout():
    """The same over polling: 504."""
    assert codes(found("idle-cut-polling"), "error", "warning", "info") == ["idle_cut"]
    assert "hung for 1.0" in only(found("idle-cut-polling"), "idle_cut")["explanation"]


@pytest.mark.parametrize(
    ("starts", "idles", "code"),
    [
        ([0, 900, 2_100], [700, 705, 710], "idle_cut"),
        ([0, 900], [700, 705], "transport_cut"),
        ([0, 900, 2_100], [300, 700, 1_100], "transport_cut"),
        ([0, 0, 0], [700, 705, 710], "transport_cut"),
    ],
)
def test_a_constant(starts, idles, code):
    """Three of a kind at different moments; not two, not different spans, not a server that ends all at once."""
    talks = []
    for number, (start, idle) in enumerate(zip(starts, idles, strict=True)):
        talk = Talk(f"s{number}").open(start, interval=25_000, timeout=20_000).join(start + 1)
        talks.append(talk.tcp(start + 2 + idle, "fin", "s2c"))
    assert set(findings(log_of(*talks))["code"]) == {code}


def test_reconnect_storm():
    """A real server that is killed and started again, with a dozen clients."""
    assert codes(found("reconnect-storm"), "error", "warning") == ["transport_cut", "reconnect_storm"]
    said = only(found("reconnect-storm"), "reconnect_storm")["explanation"]
    assert said.startswith("12 sessions ended within")
    assert "12 handshakes followed" in said


@pytest.mark.parametrize(("count", "graceful"), [(9, False), (15, True)])
def test_no_storm(count, graceful):
    """A few, or clients that left and came back, are none."""
    talks = []
    for number in range(count):
        talk = Talk(f"s{number}").open(number).join(number + 1)
        talks += [talk.close(900) if graceful else talk.tcp(900, "reset", "s2c")]
        talks += [Talk(f"t{number}").open(1_500 + number).join(1_501 + number).close(1_900)]
    assert "reconnect_storm" not in findings(log_of(*talks))["code"].tolist()
