"""A conversation inside TLS, real OpenSSL on both sides: read with the key log, passed over by name without."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from analyzer.limits import DEFAULT
from analyzer.wire.conversation import Conversation, Sides
from analyzer.wire.events import Answered, Event, Flawed, Requested
from analyzer.wire.halfstream import Data
from analyzer.wire.http1 import Head
from analyzer.wire.keylog import KeyLog
from analyzer.wire.marks import Marks

ASK = b"GET /?EIO=4&transport=polling HTTP/1.1\r\nHost: example.org\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def certificate(folder: Path) -> Path:
    """A self-signed certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "both.pem"
    path.write_bytes(pem + key.private_bytes(*form))
    return path


class Peers:
    """A TLS client and a TLS server, and what each has put on the wire, in turns."""

    def __init__(self, folder: Path, version: ssl.TLSVersion) -> None:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificate(folder))
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.minimum_version = client.maximum_version = version
        self.keylog = folder / "keys.txt"
        client.keylog_filename = str(self.keylog)
        self._bios = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(2)]
        (read, write), (server_read, server_write) = self._bios
        self.sides = (
            client.wrap_bio(read, write, server_hostname="example.org"),
            server.wrap_bio(server_read, server_write, server_side=True),
        )
        self.sent: list[tuple[int, bytes]] = []
        done = [False, False]
        while not all(done):
            for side in (0, 1):
                try:
                    self.sides[side].do_handshake()
                    done[side] = True
                except ssl.SSLWantReadError:
                    pass
                self._carry(side)

    def say(self, side: int, text: bytes) -> None:
        """One side writes, the other reads."""
        self.sides[side].write(text)
        self._carry(side)
        assert self.sides[1 - side].read(65536) == text

    def _carry(self, side: int) -> None:
        data = self._bios[side][1].read()
        if data:
            self.sent.append((side, data))
            self._bios[1 - side][0].write(data)


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def peers(request: pytest.FixtureRequest, tmp_path: Path) -> Peers:
    """Two that have asked and answered once."""
    both = Peers(tmp_path, request.param)
    both.say(0, ASK)
    both.say(1, OK)
    return both


def listen(peers: Peers, keys: KeyLog, size: int = 1 << 20) -> tuple[Conversation, list[Event]]:
    """What an onlooker makes of it, fed in pieces of at most ``size`` bytes."""
    talk = Conversation("link", DEFAULT, wanted, 0, keys)
    events: list[Event] = []
    time = 0
    for side, data in peers.sent:
        for start in range(0, len(data), size):
            time += 1
            part = data[start : start + size]
            pieces: Sides = ([], [])
            pieces[side].append(Data(part, Marks([len(part)], [time], [time])))
            events += talk.receive(pieces)
    return talk, events + talk.finish(time, time)


def wanted(head: Head) -> bool:
    """Engine.IO by a simple sign."""
    return "EIO" in head.target


@pytest.mark.parametrize("size", [1 << 20, 100, 1])
def test_with_the_key_log(peers: Peers, size: int) -> None:
    """The exchange is read as if there were no TLS, however the records are cut up."""
    keys = KeyLog()
    keys.add(peers.keylog.read_bytes())
    talk, events = listen(peers, keys, size)
    assert [type(event.payload) for event in events] == [Requested, Answered]
    answered = events[1].payload
    assert isinstance(answered, Answered)
    assert answered.exchange.response is not None
    assert answered.exchange.response.body == b"ok"
    assert (talk.kind, talk.passed_over, talk.client) == ("http", None, 0)


def test_without_the_key_log(peers: Peers) -> None:
    """Nothing is read, and the connection is passed over by the name it asked for."""
    talk, events = listen(peers, KeyLog())
    assert [event.payload.code for event in events if isinstance(event.payload, Flawed)] == ["tls_no_secret"]
    assert len(events) == 1
    assert (talk.kind, talk.passed_over) == ("tls", "tls")
    assert talk.secured is not None
    assert talk.secured.facts.sni == "example.org"


def test_a_key_log_of_another_run(peers: Peers, tmp_path: Path) -> None:
    """Secrets of other connections open nothing, and nothing unauthenticated is told."""
    other = tmp_path / "other"
    other.mkdir()
    keys = KeyLog()
    keys.add(Peers(other, ssl.TLSVersion.TLSv1_3).keylog.read_bytes())
    assert all(isinstance(event.payload, Flawed) for event in listen(peers, keys)[1])
