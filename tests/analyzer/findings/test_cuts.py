"""Connections that broke."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cut-by-server", "the server's side ended the TCP connection (FIN)"),
        ("cut-by-client", "the client's side ended the TCP connection (FIN)"),
        ("cut-by-reset", "the server's side reset the TCP connection (RST)"),
    ],
)
def test_transport_cut(name, said):
    """Real processes that were killed, and a proxy that resets: the side and the way."""
    assert codes(found(name), "error", "warning", "info") == ["transport_cut"]
    assert said in only(found(name), "transport_cut")["explanation"]


def test_a_close_is_no_cut():
    """With a close frame, or a close packet, the FIN behind it is ordinary."""
    assert findings(log_of(Talk().open(0).join(1).close(500))).empty


def test_silence_in_a_log_with_holes():
    """The end may be what is missing."""
    talk = Talk().open(0).join(5).beat(1000)
    assert codes(findings(log_of(talk, until=60_000)), "error") == ["transport_cut"]
    other = Talk("s2").open(0).join(5).tcp(50, "gap", "c2s", size=10).close(100)
    assert codes(findings(log_of(talk, other, until=60_000)), "error") == []
