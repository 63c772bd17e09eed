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


def test_one_constant_one_finding():
    """What belongs to a constant by another measure (idle since the server's last) is told with it."""
    assert codes(found("idle-cut-upgraded"), "error", "warning", "info") == ["idle_cut"]
    assert "7 connections were ended" in only(found("idle-cut-upgraded"), "idle_cut")["explanation"]


def test_a_limit_of_age():
    """Another advice: a larger idle timeout would not help."""
    said = only(found("lifetime-cut"), "idle_cut")
    assert "of life" in said["explanation"]
    assert "at a certain age" in said["advice"]


@pytest.mark.parametrize(("method", "hung", "says"), [("GET", 0.9, True), ("GET", 1.4, False), ("POST", 0.9, False)])
def test_whose_gateway_timeout(method, hung, says):
    """A poll that hung beyond the next ping was the server's to answer; so is a POST."""
    talk = Talk().open(0, "polling").join(5, on="polling").http(2_000, method, 504, duration=hung)
    assert ("idle_cut" in findings(log_of(talk))["code"].tolist()) == says


def test_a_handshake_that_times_out():
    """504 to it is no cut of an idle connection."""
    refused = Talk(None).http(2_000, status=504, duration=1.0, url="/socket.io/?EIO=4&transport=polling")
    assert findings(log_of(refused)).empty


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


def test_one_client_that_comes_back_is_no_storm():
    """Its sessions follow each other, however many; and those that no server knows have a finding of their own."""
    talks = [Talk(f"s{n}").open(n * 200).join(n * 200 + 1).tcp(n * 200 + 150, "reset", "s2c") for n in range(15)]
    assert "reconnect_storm" not in findings(log_of(*talks))["code"].tolist()
    assert codes(found("no-sticky-loop"), "error", "warning", "info") == ["no_sticky_sessions"]
