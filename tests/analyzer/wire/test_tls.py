"""A connection between real OpenSSL peers, read by an onlooker with the key log."""

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from analyzer.wire.halfstream import Data
from analyzer.wire.keylog import KeyLog
from analyzer.wire.marks import Marks
from analyzer.wire.tls import Sides, Tls

TALK = [(0, b"question"), (1, b"answer" * 5000), (0, b"thanks")]
SAID = b"questionthanks", b"answer" * 5000
Wire = list[tuple[int, bytes]]
Texts = tuple[bytes, bytes]


def certificate(folder: Path) -> Path:
    """A self-signed certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "both.pem"
    path.write_bytes(pem + key.private_bytes(*form))
    return path


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Wire, bytes]:
    """What went over the wire, in turns, and the key log."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(certificate(tmp_path))
    server.set_alpn_protocols(["http/1.1"])
    client.set_alpn_protocols(["h2", "http/1.1"])
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.minimum_version = client.maximum_version = request.param
    client.keylog_filename = str(tmp_path / "keys.txt")
    ins, outs = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
    peers = (
        client.wrap_bio(ins[0], outs[0], server_hostname="example.org"),
        server.wrap_bio(ins[1], outs[1], server_side=True),
    )
    wire: Wire = []

    def carry(side: int) -> None:
        if data := outs[side].read():
            wire.append((side, data))
            ins[1 - side].write(data)

    for side in (0, 1) * 3:
        with suppress(ssl.SSLWantReadError):
            peers[side].do_handshake()
        carry(side)
    for side, text in TALK:
        peers[side].write(text)
        carry(side)
        with suppress(ssl.SSLWantReadError):
            while peers[1 - side].read(65536):
                pass
    for side in (0, 1):
        with suppress(ssl.SSLWantReadError):
            peers[side].unwrap()
        carry(side)
    return wire, (tmp_path / "keys.txt").read_bytes()


def texts(*parts: Sides) -> Texts:
    """The plaintext of either side; there must be no holes in it."""
    found = [b"", b""]
    for part in parts:
        for side in (0, 1):
            for piece in part[side]:
                assert isinstance(piece, Data)
                found[side] += piece.data
    return found[0], found[1]


def feed(tls: Tls, wire: Wire, size: int = 1 << 20) -> list[Sides]:
    """What comes of the bytes, fed in pieces of at most ``size``."""
    found: list[Sides] = []
    for number, (side, data) in enumerate(wire, 1):
        for start in range(0, len(data), size):
            part = data[start : start + size]
            pieces: Sides = ([], [])
            pieces[side].append(Data(part, Marks([len(part)], [number * 10], [number])))
            found.append(tls.receive(pieces))
    return found


@pytest.mark.parametrize("size", [1 << 20, 1000, 7])
def test_read_with_the_key_log(recorded: tuple[Wire, bytes], size: int) -> None:
    """All plaintext, every fact of the handshake and the orderly end, however the bytes are cut up."""
    wire, log = recorded
    keys = KeyLog()
    keys.add(log)
    tls = Tls(keys, 0)
    found = feed(tls, wire, size)
    assert texts(*found) == SAID
    assert texts(tls.finish()) == (b"", b"")
    facts = tls.facts
    assert (facts.sni, facts.offered, facts.alpn) == ("example.org", ("h2", "http/1.1"), "http/1.1")
    assert (facts.resumed, facts.secret, facts.closed, facts.alerts) == (False, True, [0, 1], [])
    assert (tls.client, tls.passed_over, tls.waiting, tls.take_oddities()) == (0, None, False, [])


def test_client_mistaken(recorded: tuple[Wire, bytes]) -> None:
    """Who the client is is told by the hellos, not by what was believed before."""
    wire, log = recorded
    keys = KeyLog()
    keys.add(log)
    tls = Tls(keys, 1)
    assert texts(*feed(tls, wire), tls.finish()) == SAID
    assert tls.client == 0


def test_secrets_that_come_late(recorded: tuple[Wire, bytes]) -> None:
    """While a key log grows bytes are held, and their plaintext became readable when the secret came."""
    wire, log = recorded
    keys = KeyLog(growing=True)
    tls = Tls(keys, 0)
    assert texts(*feed(tls, wire)) == (b"", b"")
    assert tls.waiting
    keys.add(log)
    found = tls.retry(999, 99)
    assert texts(found) == SAID
    assert {m for side in found for p in side if isinstance(p, Data) for m in p.marks.times} == {999}
    assert (tls.waiting, tls.passed_over) == (False, None)


@pytest.mark.parametrize("growing", [False, True])
def test_no_secrets(recorded: tuple[Wire, bytes], growing: bool) -> None:
    """Without secrets nothing is told but why, once."""
    tls = Tls(KeyLog(growing=growing), 0)
    feed(tls, recorded[0])
    tls.finish()
    assert (tls.passed_over, tls.facts.secret, tls.waiting) == ("no_secret", False, False)
    assert [odd.code for odd in tls.take_oddities()] == ["tls_no_secret"]
    assert tls.take_oddities() == []


def test_tampered_record(recorded: tuple[Wire, bytes]) -> None:
    """A record that was changed is never told as plaintext, and is reported."""
    wire, log = recorded
    at = max(number for number, (side, data) in enumerate(wire) if side == 1 and len(data) > 20000)
    side, data = wire[at]
    wire[at] = side, data[:100] + bytes([data[100] ^ 1]) + data[101:]
    keys = KeyLog()
    keys.add(log)
    tls = Tls(keys, 0)
    found = [*feed(tls, wire), tls.finish()]
    answer = [piece for part in found for piece in part[1]]
    assert any(not isinstance(piece, Data) for piece in answer)
    told = b"".join(piece.data for piece in answer if isinstance(piece, Data))
    assert len(told) < len(SAID[1])
    assert SAID[1].endswith(told)
    assert tls.take_oddities()
