"""What is told of a connection, from hellos made by hand."""

from analyzer.wire.tls_facts import Alert, Facts, alert_name, version_name
from analyzer.wire.tls_hello import ClientHello, Encrypted, ServerHello

CLIENT = ClientHello(b"c" * 32, 0x0303, b"id", (0x1301, 0xC02F), "example.org", ("h2", "http/1.1"), True, True)
SERVER = ServerHello(b"s" * 32, 0x0303, b"id", 0xC02F, 0, "http/1.1", False, False)


def test_tls12() -> None:
    """TLS 1.2 says the protocol in the clear, and resumes where the server repeats the client's session id."""
    facts = Facts()
    assert facts.peer == "a server without a name"
    facts.offer(CLIENT)
    assert (facts.random, facts.sni, facts.offered, facts.ech) == (b"c" * 32, "example.org", CLIENT.alpn, True)
    facts.choose(CLIENT, SERVER)
    assert (facts.version, facts.suite) == ("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
    assert (facts.alpn, facts.resumed, facts.peer) == ("http/1.1", True, "example.org")
    for asked, chosen in ((None, b"id"), (CLIENT, b"new"), (CLIENT._replace(session=b""), b"")):
        facts.choose(asked, SERVER._replace(session=chosen))
        assert facts.resumed is False


def test_tls13() -> None:
    """TLS 1.3 repeats any session id: only a pre-shared key resumes, and the protocol comes encrypted."""
    facts = Facts()
    facts.choose(CLIENT, SERVER._replace(version=0x0304, suite=0x1301, alpn=None))
    assert (facts.version, facts.suite, facts.resumed) == ("TLS 1.3", "TLS_AES_128_GCM_SHA256", False)
    assert (facts.alpn, facts.early) == (None, None)
    facts.choose(CLIENT, SERVER._replace(version=0x0304, suite=0x1301, alpn=None, psk=True))
    facts.tell(CLIENT, Encrypted("h2", False))
    assert (facts.resumed, facts.alpn, facts.early) == (True, "h2", False)


def test_early_data_nobody_offered() -> None:
    """Without an offer of 0-RTT data nothing is said about it."""
    facts = Facts()
    facts.tell(CLIENT._replace(early=False), Encrypted(None, True))
    assert facts.early is None
    facts.tell(None, Encrypted(None, True))
    assert facts.early is None


def test_names() -> None:
    """What has no name here is told by its number."""
    assert (alert_name(40), alert_name(255)) == ("handshake_failure", "alert 255")
    assert (version_name(0x0301), version_name(0x7F1C)) == ("TLS 1.0", "version 0x7f1c")
    facts = Facts()
    facts.choose(None, SERVER._replace(suite=0x1399))
    assert facts.suite == "0x1399"


def test_only_the_first_alerts_are_kept() -> None:
    """A flood of alerts does not grow without end."""
    facts = Facts()
    for number in range(100):
        facts.alert(Alert(number, number, 0, False, "user_canceled"))
    assert [alert.time for alert in facts.alerts] == list(range(16))
