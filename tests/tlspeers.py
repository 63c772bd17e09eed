"""Two OpenSSL peers in memory, and what an onlooker sees of them: the bytes in the order sent, and the key log."""

import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, ec, rsa

from analyzer.wire.keylog import KeyLog
from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Data, Gap, Piece
from analyzer.wire.tls import Sides, Tls

Wire = list[tuple[int, bytes | int]]
"""What each side (0: the client) sent, in order: bytes, or the size of a hole."""

TALK = [(0, b"question"), (1, b"answer" * 5000), (0, b"thanks"), (1, b"bye")]
NAME = "example.org"
"""What the client calls the server."""
SAID = b"questionthanks", b"answer" * 5000 + b"bye"


@cache
def credentials() -> Path:
    """A folder with self-signed certificates (``ec.pem``, ``rsa.pem``, keys included) and ``dh.pem``."""
    folder = _FOLDER
    for name, key in (("ec", ec.generate_private_key(ec.SECP256R1())), ("rsa", rsa.generate_private_key(65537, 2048))):
        subject, now = x509.Name([]), datetime.now(UTC)
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(1))
        pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / f"{name}.pem").write_bytes(pem + key.private_bytes(*form))
    group = dh.DHParameterNumbers(_ffdhe2048(), 2).parameters()
    form = serialization.ParameterFormat.PKCS3
    (folder / "dh.pem").write_bytes(group.parameter_bytes(serialization.Encoding.PEM, form))
    return folder


def _ffdhe2048() -> int:
    """The prime of RFC 7919 section A.1, by its formula with the number e."""
    term = euler = 1 << 2100
    for i in range(1, 400):
        term //= i
        euler += term
    return (1 << 2048) - (1 << 1984) + (((euler >> 182) + 560316) << 64) - 1


_KEPT = TemporaryDirectory(prefix="tlspeers")
_FOLDER = Path(_KEPT.name)


def offered() -> list[str]:
    """All suites of TLS 1.2 that OpenSSL offers with certificates or none, and that can be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    named = [suite["name"] for suite in context.get_ciphers() if suite["protocol"] != "TLSv1.3"]
    return [name for name in named if re.search("AES|CHACHA", name) and not re.search("PSK|SRP|DSS", name)]


@dataclass
class Recording:
    """One connection: what went over the wire, its key log, the session for a later one."""

    wire: Wire
    log: bytes
    session: ssl.SSLSession | None = None
    suite: str = ""


@dataclass
class Pair:
    """Settings both peers share; `talk` makes a connection with them."""

    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ciphers: str | None = None
    tickets: bool = True
    retry: bool = False
    """Whether the server asks for another key share (HelloRetryRequest)."""
    contexts: list[ssl.SSLContext] = field(default_factory=list)

    def prepared(self) -> list[ssl.SSLContext]:
        """The client's and the server's context."""
        if not self.contexts:
            self._prepare()
        return self.contexts

    def _prepare(self) -> None:
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for name in ("ec", "rsa"):
            server.load_cert_chain(credentials() / f"{name}.pem")
        server.set_alpn_protocols(["http/1.1"])
        client.set_alpn_protocols(["h2", "http/1.1"])
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        for context in (client, server):
            context.minimum_version = context.maximum_version = self.version
            if self.ciphers is not None:
                context.set_ciphers(f"{self.ciphers}:@SECLEVEL=0")
                context.load_dh_params(str(credentials() / "dh.pem"))
            if not self.tickets:
                context.options |= ssl.OP_NO_TICKET
        if self.retry:
            server.set_ecdh_curve("secp384r1")
        self.contexts = [client, server]

    def talk(self, script: list[tuple[int, bytes]] = TALK, session: ssl.SSLSession | None = None) -> Recording:
        """Handshake, ``script`` (side and text), close_notify of both."""
        log = credentials() / "keys.txt"
        log.unlink(missing_ok=True)
        self.prepared()[0].keylog_filename = str(log)
        line = Line(self.contexts, session)
        for side in (0, 1) * 3:
            line.act(side, line.peers[side].do_handshake)
        for side, text in script:
            line.act(side, partial(line.peers[side].write, text))
            line.hear(1 - side)
        suite = line.peers[0].cipher()
        kept = line.peers[0].session
        for side in (0, 1):
            line.act(side, line.peers[side].unwrap)
        return Recording(line.wire, log.read_bytes(), kept, suite[0] if suite else "")


class Line:
    """Two peers (0: the client); carries what one says to the other, and keeps it as ``wire``."""

    def __init__(self, contexts: list[ssl.SSLContext], session: ssl.SSLSession | None) -> None:
        self._ins, self._outs = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
        client = contexts[0].wrap_bio(self._ins[0], self._outs[0], server_hostname=NAME, session=session)
        server = contexts[1].wrap_bio(self._ins[1], self._outs[1], server_side=True)
        self.peers = client, server
        self.wire: Wire = []

    def act(self, side: int, what: Callable[[], object]) -> None:
        """Let a peer do something, and hand over what it sends."""
        with suppress(ssl.SSLWantReadError):
            what()
        if data := self._outs[side].read():
            self.wire.append((side, data))
            self._ins[1 - side].write(data)

    def hear(self, side: int) -> None:
        """Let a peer take what has come."""
        with suppress(ssl.SSLError):
            while self.peers[side].read(65536):
                pass


def read(wire: Wire, log: bytes | KeyLog, size: int = 1 << 20, client: int = 0) -> tuple[Tls, Sides]:
    """An onlooker and what it reads, fed in pieces of at most ``size`` bytes."""
    keys = KeyLog() if isinstance(log, bytes) else log
    if isinstance(log, bytes):
        keys.add(log)
    tls, found = listen(wire, keys, size, client)
    _add(found, tls.finish())
    return tls, found


def listen(wire: Wire, keys: KeyLog, size: int = 1 << 20, client: int = 0) -> tuple[Tls, Sides]:
    """The same, as long as more may come."""
    tls = Tls(keys, client)
    found: Sides = ([], [])
    for number, (side, data) in enumerate(wire, 1):
        for piece in _cut(data, size, number):
            pieces: Sides = ([], [])
            pieces[side].append(piece)
            _add(found, tls.receive(pieces))
    return tls, found


def _cut(data: bytes | int, size: int, number: int) -> list[Piece]:
    if isinstance(data, int):
        return [Gap(data, number * 10, number)]
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [Data(part, Marks([len(part)], [number * 10], [number])) for part in parts]


def _add(found: Sides, new: Sides) -> None:
    for kept, pieces in zip(found, new, strict=True):
        kept += pieces


def texts(found: Sides) -> tuple[bytes, bytes]:
    """The plaintext of either side."""
    both = [b"".join(piece.data for piece in side if isinstance(piece, Data)) for side in found]
    return both[0], both[1]


def holes(found: Sides) -> tuple[list[int], list[int]]:
    """Sizes of the holes of either side."""
    both = [[piece.size for piece in side if isinstance(piece, Gap)] for side in found]
    return both[0], both[1]
