"""What Python's ssl cannot be made to do, done by the openssl program: KeyUpdate, 0-RTT, renegotiation and the like.

A Socket.IO talk passes; its bytes are read as TLS reads them, and a capture of it as a user would.
"""

import os
import shutil
from pathlib import Path

import pytest

from analyzer.log import Log
from analyzer.records import Row
from analyzer.wire.keylog import KeyLog
from analyzer.wire.pieces import Data
from analyzer.wire.tls import Tls
from tests.builders import Conversation, pcap
from tests.reading import SWITCH, UPGRADE
from tests.streams import KEY, frame
from tests.tlspeers import Recording, holes, listen, read, texts
from tests.tlsrelay import Server, connect, sent_early

pytestmark = pytest.mark.peers
if shutil.which("openssl") is None and os.environ.get("CI") != "true":
    pytest.skip("needs the openssl program", allow_module_level=True)

ASK = UPGRADE.replace(b"&sid=x", b"")
OPEN = b'0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
TALK = [
    (0, ASK),
    (1, SWITCH + frame(OPEN)),
    (0, frame(b"40", key=KEY)),
    (1, frame(b'40{"sid":"x"}')),
    (0, frame(b'42["hello",1]', key=KEY)),
    (1, frame(b'42["bye",2]')),
]
SAID = b"".join(text for side, text in TALK if side == 0), b"".join(text for side, text in TALK if side == 1)
EARLY = ASK.replace(b"\r\n\r\n", b"\r\nCookie: " + b"c" * 1000 + b"\r\n\r\n")
LATE = TALK[1:]
ROWS = ["open", "open", "CONNECT", "CONNECT", "hello", "bye"]


def between(commands: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The talk with a command behind each of the first texts."""
    steps = [step for pair in zip(TALK, commands, strict=False) for step in pair]
    return steps + TALK[len(commands) :]


def check(recording: Recording, folder: Path, said: tuple[bytes, bytes] = SAID) -> Tls:
    """What was said is read and nothing is odd, in large pieces and in small ones, and so from a capture."""
    for size in (1 << 20, 5):
        tls, found = read(recording.wire, recording.log, size)
        assert (texts(found), holes(found)) == (said, ([], []))
        assert (tls.take_oddities(), tls.facts.closed) == ([], [0, 1])
    for size in (1448, 7):
        rows = captured(recording, folder, size)
        assert [row.event or row.type for row in rows if row.layer not in ("tcp", "capture")] == ROWS
        assert [row.issue for row in rows if row.issue] == []
    return tls


def captured(recording: Recording, folder: Path, size: int = 1448) -> list[Row]:
    """The log of a capture of it, in segments of at most ``size`` bytes."""
    wire = Conversation()
    wire.open()
    for side, data in recording.wire:
        assert isinstance(data, bytes)
        wire.send(side, data, size)
    wire.close()
    capture, keys = folder / "capture.pcap", folder / "keys.txt"
    capture.write_bytes(pcap(wire.packets, nanoseconds=True))
    keys.write_bytes(recording.log)
    return [row for block in Log([str(capture)], keylogs=[str(keys)]) for row in block]


@pytest.mark.parametrize("cipher", ["AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256", "AES_128_CCM_8_SHA256"])
def test_suites_of_tls_1_3(cipher: str, tmp_path: Path) -> None:
    """The suites that are not the default."""
    with Server("-tls1_3", "-ciphersuites", f"TLS_{cipher}") as server:
        tls = check(connect(server, TALK, "-ciphersuites", f"TLS_{cipher}"), tmp_path)
    assert tls.facts.suite == f"TLS_{cipher}"


def test_hello_retry_request(tmp_path: Path) -> None:
    """The server asks for another key share."""
    with Server("-tls1_3", "-groups", "P-384") as server:
        check(connect(server, TALK, "-groups", "X25519:P-384"), tmp_path)


def test_key_update(tmp_path: Path) -> None:
    """Either side changes its keys, and asks the other to."""
    commands = [(0, b"K\n"), (1, b"K\n"), (0, b"k\n"), (1, b"k\n"), (0, b"K\n")]
    with Server("-tls1_3") as server:
        check(connect(server, between(commands)), tmp_path)


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "AES256-SHA384", "CHACHA20-POLY1305"])
def test_renegotiation(cipher: str, tmp_path: Path) -> None:
    """Another handshake inside the first one's protection, begun by either side."""
    with Server("-tls1_2", "-client_renegotiation", "-cipher", f"ECDHE-ECDSA-{cipher}") as server:
        recording = connect(server, between([(0, b"R\n"), (1, b"r\n"), (0, b"R\n")]))
    check(recording, tmp_path)
    assert len({line.split()[1] for line in recording.log.splitlines() if line.startswith(b"CLIENT_RANDOM")}) == 4


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES128-SHA256", "AES256-SHA384"])
def test_mac_then_encrypt(cipher: str, tmp_path: Path) -> None:
    """CBC as it was before RFC 7366."""
    with Server("-tls1_2", "-no_etm", "-cipher", f"ECDHE-ECDSA-{cipher}") as server:
        check(connect(server, TALK), tmp_path)


@pytest.mark.parametrize("cipher", ["PSK-AES128-GCM-SHA256", "DHE-PSK-AES256-CCM8", "ECDHE-PSK-AES128-CBC-SHA256"])
def test_pre_shared_keys(cipher: str, tmp_path: Path) -> None:
    """TLS 1.2 without certificates."""
    options = "-tls1_2", "-psk", "c0ffee", "-cipher", f"{cipher}:@SECLEVEL=0"
    with Server(*options) as server:
        check(connect(server, TALK, *options), tmp_path)


def test_early_data(tmp_path: Path) -> None:
    """0-RTT data counts if the server takes it, and not if it does not or asks for another hello."""
    kept, early = str(tmp_path / "session.pem"), sent_early(tmp_path, EARLY)
    options = "-sess_in", kept, "-early_data", early
    with Server("-tls1_3", "-early_data") as server:
        check(connect(server, TALK, "-sess_out", kept), tmp_path)
        tls = check(connect(server, LATE, *options), tmp_path, (EARLY + SAID[0][len(ASK) :], SAID[1]))
        assert tls.facts.early is True
        assert check(connect(server, TALK, *options), tmp_path).facts.early is False
    with Server("-tls1_3", "-early_data", "-groups", "P-384") as server:
        assert check(connect(server, TALK, *options), tmp_path).facts.early is False


def test_early_data_whose_secrets_come_late(tmp_path: Path) -> None:
    """What was held is read at once when the key log has grown, also where one side had to wait for the other."""
    kept, early = str(tmp_path / "session.pem"), sent_early(tmp_path, EARLY)
    with Server("-tls1_3", "-early_data") as server:
        connect(server, TALK, "-sess_out", kept)
        recording = connect(server, LATE, "-sess_in", kept, "-early_data", early)
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
def test_unsupported(options: tuple[str, ...], what: str, tmp_path: Path) -> None:
    """What cannot be read is named, once, and counted."""
    with Server(*options) as server:
        recording = connect(server, TALK, *options)
    tls, found = read(recording.wire, recording.log)
    assert texts(found) == (b"", b"")
    assert tls.passed_over == "unsupported"
    (odd,) = tls.take_oddities()
    assert odd.code == "tls_unsupported"
    assert odd.detail.startswith(what)
    (row,) = [row for row in captured(recording, tmp_path) if row.issue]
    assert row.issue == "capture_encrypted"
    assert (row.detail or "").endswith("a version, cipher suite or extension that cannot be read")
