"""What Python's ssl cannot be made to do, done by the openssl program: KeyUpdate, 0-RTT, renegotiation and the like."""

import shutil
from pathlib import Path

import pytest

from analyzer.wire.keylog import KeyLog
from analyzer.wire.pieces import Data
from analyzer.wire.tls import Tls
from tests.tlspeers import Recording, holes, listen, read, texts
from tests.tlsrelay import Server, connect, sent_early

pytestmark = pytest.mark.peers
if shutil.which("openssl") is None:
    pytest.skip("needs the openssl program", allow_module_level=True)

TALK = [(0, b"hello"), (1, b"world"), (0, b"again"), (1, b"bye")]
SAID = b"hello\nagain\n", b"world\nbye\n"
EARLY = b"early\n" * 200


def check(recording: Recording, said: tuple[bytes, bytes] = SAID) -> Tls:
    """What was said is read and nothing is odd, in large pieces and in small ones."""
    for size in (1 << 20, 5):
        tls, found = read(recording.wire, recording.log, size)
        assert (texts(found), holes(found)) == (said, ([], []))
        assert (tls.take_oddities(), tls.facts.closed) == ([], [0, 1])
    return tls


@pytest.mark.parametrize("cipher", ["AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256", "AES_128_CCM_8_SHA256"])
def test_suites_of_tls_1_3(cipher: str) -> None:
    """The suites that are not the default."""
    with Server("-tls1_3", "-ciphersuites", f"TLS_{cipher}") as server:
        assert check(connect(server, TALK, "-ciphersuites", f"TLS_{cipher}")).facts.suite == f"TLS_{cipher}"


def test_hello_retry_request() -> None:
    """The server asks for another key share."""
    with Server("-tls1_3", "-groups", "P-384") as server:
        check(connect(server, TALK, "-groups", "X25519:P-384"))


def test_key_update() -> None:
    """Either side changes its keys, and asks the other to."""
    script = [(0, b"one"), (0, b"K"), (1, b"two"), (1, b"K"), (0, b"three"), (0, b"k"), (1, b"k"), (0, b"4"), (1, b"5")]
    with Server("-tls1_3") as server:
        check(connect(server, script), (b"one\nthree\n4\n", b"two\n5\n"))


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "AES256-SHA384", "CHACHA20-POLY1305"])
def test_renegotiation(cipher: str) -> None:
    """Another handshake inside the first one's protection, begun by either side."""
    script = [(0, b"one"), (0, b"R"), (1, b"two"), (0, b"three"), (1, b"r"), (0, b"four"), (1, b"five")]
    with Server("-tls1_2", "-client_renegotiation", "-cipher", f"ECDHE-ECDSA-{cipher}") as server:
        check(connect(server, script), (b"one\nthree\nfour\n", b"two\nfive\n"))


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES128-SHA256", "AES256-SHA384"])
def test_mac_then_encrypt(cipher: str) -> None:
    """CBC as it was before RFC 7366."""
    with Server("-tls1_2", "-no_etm", "-cipher", f"ECDHE-ECDSA-{cipher}") as server:
        check(connect(server, TALK))


@pytest.mark.parametrize("cipher", ["PSK-AES128-GCM-SHA256", "DHE-PSK-AES256-CCM8", "ECDHE-PSK-AES128-CBC-SHA256"])
def test_pre_shared_keys(cipher: str) -> None:
    """TLS 1.2 without certificates."""
    options = "-tls1_2", "-psk", "c0ffee", "-cipher", f"{cipher}:@SECLEVEL=0"
    with Server(*options) as server:
        check(connect(server, TALK, *options))


def test_early_data(tmp_path: Path) -> None:
    """0-RTT data counts if the server takes it, and not if it does not or asks for another hello."""
    kept, early = str(tmp_path / "session.pem"), sent_early(tmp_path, EARLY)
    options = "-sess_in", kept, "-early_data", early
    with Server("-tls1_3", "-early_data") as server:
        check(connect(server, TALK, "-sess_out", kept))
        assert check(connect(server, TALK, *options), (EARLY + SAID[0], SAID[1])).facts.early is True
        assert check(connect(server, TALK, *options)).facts.early is False
    with Server("-tls1_3", "-early_data", "-groups", "P-384") as server:
        assert check(connect(server, TALK, *options)).facts.early is False


def test_early_data_whose_secrets_come_late(tmp_path: Path) -> None:
    """What was held is read at once when the key log has grown, also where one side had to wait for the other."""
    kept, early = str(tmp_path / "session.pem"), sent_early(tmp_path, EARLY)
    with Server("-tls1_3", "-early_data") as server:
        connect(server, TALK, "-sess_out", kept)
        recording = connect(server, TALK, "-sess_in", kept, "-early_data", early)
    keys = KeyLog(growing=True)
    answered = next(number for number, (side, _) in enumerate(recording.wire, 1) if side == 1)
    tls, before = listen(recording.wire[:answered], keys)
    assert texts(before) == (b"", b"")
    keys.add(recording.log)
    found = tls.retry(999, 99)
    assert texts(found) == (EARLY, b"")
    assert {time for piece in found[0] if isinstance(piece, Data) for time in piece.marks.times} == {999}


@pytest.mark.parametrize(
    ("options", "what"),
    [(("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "TLS 1.1"), (("-tls1_2", "-cipher", "CAMELLIA"), "cipher suite 0xc0")],
)
def test_unsupported(options: tuple[str, ...], what: str) -> None:
    """What cannot be read is named, once."""
    with Server(*options) as server:
        recording = connect(server, TALK, *options)
    tls, found = read(recording.wire, recording.log)
    assert texts(found) == (b"", b"")
    assert tls.passed_over == "unsupported"
    (odd,) = tls.take_oddities()
    assert odd.code == "tls_unsupported"
    assert odd.detail.startswith(what)
