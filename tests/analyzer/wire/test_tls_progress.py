"""Where a direction is in its handshake of TLS 1.3, record by record."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.wire import keylog
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tls_epochs import Stage, updated
from analyzer.wire.tls_output import Output
from analyzer.wire.tls_progress import Progress, Verdict, lacking
from analyzer.wire.tls_schedule import next_secret, traffic_keys
from analyzer.wire.tls_session import Session
from analyzer.wire.tls_suites import find

SECRETS = {keylog.SERVER_HANDSHAKE: b"h" * 32, keylog.SERVER_TRAFFIC: b"t" * 32}
RANDOM = b"c" * 32
NOW = (7, 7)


def message(step: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes([step]) + len(body).to_bytes(3, "big") + body


CLIENT_HELLO = message(1, b"\x03\x03" + RANDOM + b"\0\0\x02\x13\x01\x01\0")
SERVER_HELLO = message(2, b"\x03\x03" + b"s" * 32 + b"\0\x13\x01\0\0\x06\0\x2b\0\x02\x03\x04")
EXTENSIONS = message(8, b"\0\x09\0\x10\0\x05\0\x03\x02h2")
FINISHED = message(20, bytes(32))


class Server:
    """The server's direction, and records as the server would send them."""

    def __init__(self, *labels: str, client: int = 0) -> None:
        keys = KeyLog()
        for label in labels or SECRETS:
            keys.add(f"{label} {RANDOM.hex()} {SECRETS[label].hex()}".encode())
        self.session, self.out = Session(keys, client), Output()
        self.asking = Progress(self.session, 0, Output())
        self.progress = Progress(self.session, 1, self.out)

    def plain(self, data: bytes, kind: int = 22) -> Verdict:
        """A record in the clear."""
        return self.progress.read(bytes([kind, 3, 3]) + len(data).to_bytes(2, "big"), data, NOW)

    def ask(self) -> Verdict:
        """The client's hello."""
        return self.asking.read(b"\x16\x03\x01" + len(CLIENT_HELLO).to_bytes(2, "big"), CLIENT_HELLO, NOW)

    def sealed(self, secret: bytes, seq: int, content: bytes, kind: int = 22) -> Verdict:
        """A protected record; read again where the keys are new."""
        suite = find(0x1301)
        assert suite is not None
        key, iv, _ = traffic_keys(suite, secret)
        head = b"\x17\x03\x03" + (len(content) + 17).to_bytes(2, "big")
        nonce = (int.from_bytes(iv, "big") ^ seq).to_bytes(12, "big")
        body = AESGCM(key).encrypt(nonce, content + bytes([kind]), head)
        verdict = self.progress.read(head, body, NOW)
        return self.progress.read(head, body, NOW) if verdict is Verdict.AGAIN else verdict

    def greet(self) -> "Server":
        """Both hellos."""
        assert (self.ask(), self.plain(SERVER_HELLO)) == (Verdict.TAKEN, Verdict.TAKEN)
        return self


@pytest.mark.parametrize("cut", [1, 4, len(EXTENSIONS), len(EXTENSIONS + FINISHED) - 1])
def test_handshake(cut: int) -> None:
    """Keys follow the messages, however these are divided over records, and data comes out under the last."""
    server = Server().greet()
    flight = EXTENSIONS + FINISHED
    assert server.plain(b"\x01", 20) is Verdict.TAKEN
    parts = [server.sealed(SECRETS[keylog.SERVER_HANDSHAKE], i, p) for i, p in enumerate((flight[:cut], flight[cut:]))]
    assert parts == [Verdict.TAKEN, Verdict.TAKEN]
    assert server.session.facts.alpn == "h2"
    quick = [server.progress.quick]
    assert server.sealed(b"t" * 32, 0, b"data", 23) is Verdict.TAKEN
    assert [*quick, server.progress.quick] == [False, True]
    assert server.sealed(b"t" * 32, 2, b"not the next", 23) is Verdict.BAD
    assert [piece[0] for piece in server.out.take()] == [b"data"]


def test_key_update_and_the_end() -> None:
    """Behind a KeyUpdate numbers begin anew under the next secret, and behind close_notify nothing counts."""
    server, secret = Server().greet(), b"t" * 32
    server.sealed(b"h" * 32, 0, EXTENSIONS + FINISHED)
    assert server.sealed(secret, 0, message(24, b"\0")) is Verdict.TAKEN
    assert server.progress.epoch is not None
    then = next_secret(server.progress.epoch.suite, secret)
    assert server.sealed(secret, 1, b"old", 23) is Verdict.BAD
    assert server.sealed(then, 0, b"new", 23) is Verdict.TAKEN
    assert server.sealed(then, 1, b"\x01\0", 21) is Verdict.TAKEN
    assert server.sealed(then, 2, b"late", 23) is Verdict.TAKEN
    assert [piece[0] for piece in server.out.take()] == [b"new"]
    assert server.session.facts.closed == [1]


def test_who_is_the_client() -> None:
    """The first hello says who is the client, whatever was believed; a protected record before it has to wait."""
    server = Server(client=1)
    assert server.asking.read(b"\x17\x03\x03\0\x20", bytes(32), NOW) is Verdict.WAIT
    assert server.ask() is Verdict.TAKEN
    assert (server.session.client, server.asking.client, server.progress.client) == (0, True, False)
    assert server.asking.greeted
    assert not server.progress.greeted
    assert server.sealed(b"h" * 32, 0, EXTENSIONS) is Verdict.WAIT
    assert server.progress.candidates() is Verdict.WAIT


def test_missing_secrets() -> None:
    """A secret that is not there is named; without the handshake's, records are passed over up to the first of data."""
    server = Server(keylog.SERVER_HANDSHAKE).greet()
    assert server.sealed(b"h" * 32, 0, FINISHED) is Verdict.TAKEN
    assert server.sealed(b"t" * 32, 0, b"data", 23) is Verdict.MISSING
    assert lacking(server.progress) == keylog.SERVER_TRAFFIC
    server = Server(keylog.SERVER_TRAFFIC).greet()
    assert server.sealed(b"h" * 32, 0, EXTENSIONS + FINISHED) is Verdict.TAKEN
    seeking = [server.progress.seeking]
    assert server.sealed(b"t" * 32, 0, b"data", 23) is Verdict.TAKEN
    assert [*seeking, server.progress.seeking] == [True, False]
    assert [piece[0] for piece in server.out.take()] == [b"data"]


def test_keys_after_a_loss() -> None:
    """Behind a hole a record may be under these keys or any that follow; the one found says where to go on."""
    server = Server().greet()
    found = server.progress.candidates()
    assert not isinstance(found, Verdict)
    assert [(epoch.stage, seq) for epoch, seq in found] == [(Stage.HANDSHAKE, 0), (Stage.TRAFFIC, 0)]
    server.progress.settle(found[1][0], 4, NOW)
    assert (server.progress.seq, server.progress.epoch) == (5, found[1][0])
    assert server.sealed(b"t" * 32, 5, b"data", 23) is Verdict.TAKEN
    later = server.progress.candidates()
    assert not isinstance(later, Verdict)
    assert [(epoch.secret, seq) for epoch, seq in later] == [(b"t" * 32, 6), (updated(found[1][0]).secret, 0)]
