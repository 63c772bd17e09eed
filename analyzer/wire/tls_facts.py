"""What an onlooker learns of a TLS connection beside its plaintext."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from analyzer.wire import tls_suites
from analyzer.wire.tls_hello import ClientHello, Encrypted, ServerHello

CLOSE_NOTIFY = 0
FATAL = 2
_ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
    42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
    46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
    51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
    110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
    115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip
_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_ALERTS_KEPT = 16


class Unread(StrEnum):
    """Why nothing of a connection can be read."""

    NO_SECRET = "no_secret"
    """No key log knows it."""
    WRONG_SECRET = "wrong_secret"
    """No record authenticates with what the key log says."""
    NO_HELLO = "no_hello"
    """A hello is not in the capture."""
    UNSUPPORTED = "unsupported"
    """A version, suite or extension that cannot be read."""


class Alert(NamedTuple):
    """An alert other than close_notify (RFC 8446 section 6)."""

    time: int
    frame: int
    side: int
    fatal: bool
    name: str


class TlsOddity(NamedTuple):
    """Something about a connection's records worth a row: an `Issue` code and a sentence. ``side`` sent them."""

    time: int
    frame: int
    side: int
    code: str
    detail: str


@dataclass(slots=True)
class Facts:
    """Told by the handshake; null where it was not seen, or could not be read."""

    version: str | None = None
    """``TLS 1.2``, ``TLS 1.3``, or one that cannot be read."""
    suite: str | None = None
    random: bytes | None = None
    """The ClientHello's, by which key logs know the connection."""
    sni: str | None = None
    offered: tuple[str, ...] = ()
    """Application protocols offered by the client."""
    alpn: str | None = None
    """The one chosen; TLS 1.3 encrypts it, so it takes the secrets to know it."""
    resumed: bool | None = None
    """Whether an earlier session goes on: by its id or a ticket, or (TLS 1.3) a pre-shared key."""
    early: bool | None = None
    """Whether the server took 0-RTT data; null where none was offered."""
    ech: bool = False
    """Encrypted Client Hello, or what is made to look like it: ``sni`` may be a front's name."""
    unread: Unread | None = None
    """Why nothing of it can be read."""
    secret: bool | None = None
    """Whether the key log holds a secret for it; null while that is not known."""
    closed: list[int] = field(default_factory=list)
    """Sides that ended with close_notify, sorted."""
    alerts: list[Alert] = field(default_factory=list)
    """The first alerts."""

    def offer(self, hello: ClientHello) -> None:
        """Take note of a ClientHello."""
        self.random, self.sni, self.offered, self.ech = hello.random, hello.sni, hello.alpn, hello.ech

    def choose(self, asked: ClientHello | None, hello: ServerHello) -> None:
        """Take note of a ServerHello."""
        self.version = version_name(hello.version)
        self.suite = tls_suites.name(hello.suite)
        if hello.version < 0x0304:
            self.alpn = hello.alpn
            self.resumed = asked is not None and bool(hello.session) and hello.session == asked.session
        else:
            self.resumed = hello.psk

    def tell(self, asked: ClientHello | None, encrypted: Encrypted) -> None:
        """Take note of EncryptedExtensions."""
        self.alpn = encrypted.alpn
        if asked is not None and asked.early:
            self.early = encrypted.early

    def alert(self, alert: Alert) -> None:
        """Take note of an alert."""
        if len(self.alerts) < _ALERTS_KEPT:
            self.alerts.append(alert)

    @property
    def peer(self) -> str:
        """The connection in a sentence: the name asked for, or none."""
        return self.sni or "a server without a name"


def alert_name(code: int) -> str:
    """An alert's name in the RFC."""
    return _ALERTS.get(code, f"alert {code}")


def version_name(code: int) -> str:
    """A protocol version's name."""
    return _VERSIONS.get(code, f"version 0x{code:04x}")
