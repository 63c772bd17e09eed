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
