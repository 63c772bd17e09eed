"""What both directions share: hellos, secrets, and what is told of the connection."""

import pytest

from analyzer.issues import Issue
from analyzer.wire import keylog
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tls_epochs import Stage
from analyzer.wire.tls_facts import Alert
from analyzer.wire.tls_hello import ClientHello, Encrypted, ServerHello
from analyzer.wire.tls_session import TLS12, TLS13, Session

ASKED = ClientHello(b"c" * 32, TLS12, b"", (0x1301,), "example.org", ("h2", "http/1.1"), True, False)
CHOSEN = ServerHello(b"s" * 32, TLS13, b"", 0x1301, 0, None, False, True)


def log(label: str = keylog.CLIENT_TRAFFIC, *, growing: bool = False) -> KeyLog:
    """A key log with one secret for the hello."""
    keys = KeyLog(growing=growing)
    keys.add(f"{label} {ASKED.random.hex()} {'ab' * 32}".encode())
    return keys


def test_facts() -> None:
    """The hellos and the encrypted extensions tell of the connection, and each lets the other side go on."""
    session = Session(log(), 0)
    session.asked(0, ASKED, (1, 1))
    session.answered(0, CHOSEN, (3, 3), 1)
    session.extended(Encrypted("h2", True), (2, 2))
    facts = session.facts
    assert (facts.version, facts.suite, facts.sni) == ("TLS 1.3", "TLS_AES_128_GCM_SHA256", "example.org")
    assert (facts.random, facts.offered, facts.alpn) == (ASKED.random, ("h2", "http/1.1"), "h2")
    assert (facts.resumed, facts.early, facts.secret) == (True, True, None)
    assert session.epoch(Stage.TRAFFIC, False) is None
    assert session.epoch(Stage.TRAFFIC, True) is not None
    assert facts.secret is True
    assert (session.turns, session.oddities) == (3, [])


@pytest.mark.parametrize(
    ("hello", "detail"),
    [
        (CHOSEN._replace(version=0x0302), "TLS 1.1 cannot be read"),
        (CHOSEN._replace(version=TLS12), "cipher suite TLS_AES_128_GCM_SHA256 cannot be read"),
        (CHOSEN._replace(version=TLS12, suite=5), "cipher suite 0x0005 cannot be read"),
        (CHOSEN._replace(version=TLS12, suite=0xC02F, compression=1), "records are compressed"),
    ],
)
def test_unsupported(hello: ServerHello, detail: str) -> None:
    """What cannot be read is passed over, which is said once, with the reason and the name asked for."""
    session = Session(log(), 0)
    session.asked(0, ASKED, (1, 1))
    for frame in (2, 3):
        session.answered(0, hello, (frame, frame), 1)
    assert session.passed_over == "unsupported"
    assert session.facts.secret is False
    assert session.oddities == [(2, 2, 1, Issue.TLS_UNSUPPORTED, f"{detail} (connection to example.org)")]


def test_no_secret() -> None:
    """Without a secret the connection is passed over, unless one may still come or its hello was not seen."""
    for growing, why in ((False, "no_secret"), (True, None)):
        session = Session(KeyLog(growing=growing), 0)
        session.asked(0, ASKED, (1, 1))
        session.answered(0, CHOSEN, (2, 2), 1)
        assert session.passed_over == why
    session.no_secret(0, (4, 4))
    assert ASKED.random.hex() in session.oddities[0].detail
    unseen = Session(KeyLog(), 0)
    unseen.answered(0, CHOSEN, (2, 2), 1)
    assert (unseen.passed_over, unseen.secrets(0)) == (None, None)


def test_encrypted_client_hello() -> None:
    """A key log with nothing but the secret of an Encrypted Client Hello does not open the connection."""
    session = Session(log(keylog.ECH_SECRET), 0)
    session.asked(0, ASKED._replace(ech=True), (1, 1))
    session.answered(0, CHOSEN, (2, 2), 1)
    assert (session.passed_over, session.facts.ech) == ("unsupported", True)


def test_alerts_and_renegotiations() -> None:
    """Alerts are told apart from the orderly end, and of many handshakes the last few are remembered."""
    session = Session(log(), 0)
    for content, ends in ((b"\x01\0", True), (b"\x01\0", True), (b"\x02\x28", False), (b"\x02", False)):
        assert session.alert(1, content, (5, 6)) is ends
    assert session.facts.closed == [1]
    assert session.facts.alerts == [Alert(5, 6, 1, True, "handshake_failure")]
    first = session.negotiation(0)
    assert session.negotiation(0) is first
    for number in range(1, 9):
        session.negotiation(number)
    assert session.negotiation(8) is session.negotiation(8)
    assert session.negotiation(0) is not first
