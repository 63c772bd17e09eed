"""One direction of TLS 1.2: bytes and holes in, plaintext and holes out."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.issues import Issue
from analyzer.wire.halfstream import Closed, Data, Gap, Piece
from analyzer.wire.keylog import KeyLog
from analyzer.wire.marks import Marks
from analyzer.wire.tls_schedule import session_keys
from analyzer.wire.tls_session import Session
from analyzer.wire.tls_side import HOLD, Side
from analyzer.wire.tls_suites import find

CLIENT, SERVER, MASTER = b"c" * 32, b"s" * 32, b"m" * 48
LOG = f"CLIENT_RANDOM {CLIENT.hex()} {MASTER.hex()}".encode()
TEXTS = [b"one", b"second" * 9, b"3" * 30, b"four"]


def plain(content: bytes, kind: int = 22) -> bytes:
    """A record in the clear."""
    return bytes([kind, 3, 3]) + len(content).to_bytes(2, "big") + content


def sealed(seq: int, content: bytes, kind: int = 23) -> bytes:
    """A record of the server under the session's keys."""
    suite = find(0xC02F)
    assert suite is not None
    keys = session_keys(suite, MASTER, CLIENT, SERVER)[1]
    own, front = seq.to_bytes(8, "big"), bytes([kind, 3, 3])
    data = own + front + len(content).to_bytes(2, "big")
    body = own + AESGCM(keys.key).encrypt(keys.iv + own, content, data)
    return front + len(body).to_bytes(2, "big") + body


ASK = plain(b"\x01\0\0\x29\x03\x03" + CLIENT + b"\0\0\x02\xc0\x2f\x01\0")
ANSWER = plain(b"\x02\0\0\x26\x03\x03" + SERVER + b"\0\xc0\x2f\0") + plain(b"\x01", 20)
OPENING = ANSWER + sealed(0, b"\x14\0\0\x0c" + bytes(12), 22)
RECORDS = [sealed(1 + i, text) for i, text in enumerate(TEXTS)]


class Onlooker:
    """Sees the server's direction, the client's hello having been read unless that is ``asked`` for later."""

    def __init__(self, log: bytes = LOG, *, growing: bool = False, asked: bool = True) -> None:
        self.keys = KeyLog(growing=growing)
        self.keys.add(log)
        self.session = Session(self.keys, 0)
        self.client, self.server = Side(self.session, 0), Side(self.session, 1)
        self.time = 0
        if asked:
            self.ask()

    def ask(self) -> None:
        """The client's hello."""
        self.client.add([self.data(ASK)])
        self.client.run((0, 0))

    def data(self, part: bytes) -> Data:
        """Bytes that came at a moment of their own."""
        self.time += 1
        return Data(part, Marks([len(part)], [self.time], [self.time]))

    def see(self, *parts: bytes | int) -> list[Piece]:
        """What comes of bytes and holes (by their size)."""
        found = []
        for part in parts:
            self.server.add([Gap(part, self.time, self.time) if isinstance(part, int) else self.data(part)])
            self.server.run((self.time, self.time))
            found += self.server.take()
        return found

    def issues(self) -> list[str]:
        """Codes of what was odd."""
        return [oddity.code for oddity in self.session.oddities]


def said(pieces: list[Piece]) -> list[bytes | int]:
    """Plaintext, joined where no hole is between, and the sizes of holes."""
    found: list[bytes | int] = []
    for piece in pieces:
        if isinstance(piece, Gap):
            found.append(piece.size)
        elif isinstance(piece, Data):
            before = found.pop() if found and isinstance(found[-1], bytes) else b""
            assert isinstance(before, bytes)
            found.append(before + piece.data)
    return found


@pytest.mark.parametrize("size", [1, 3, 50, 1 << 20])
def test_divided_anywhere(size: int) -> None:
    """Records give the same plaintext however they are divided, each with the moment of its last byte."""
    looks, stream = Onlooker(), OPENING + b"".join(RECORDS)
    pieces = looks.see(*(stream[at : at + size] for at in range(0, len(stream), size)))
    assert said(pieces) == [b"".join(TEXTS)]
    last = pieces[-1]
    assert isinstance(last, Data)
    assert last.marks.times[-1] == looks.time
    assert looks.issues() == []


@pytest.mark.parametrize("cut", range(len(RECORDS[1])))
def test_a_record_that_is_lost(cut: int) -> None:
    """A hole costs the records it touches and no others; its size is known where a record's header was seen."""
    looks, rest = Onlooker(), RECORDS[1][cut:]
    hole = min(7, len(rest))
    end = rest[hole:] + b"".join(RECORDS[2:])
    if hole < 7:  # it reaches into the next record, which is lost as well
        hole, end = hole + 6, RECORDS[2][6:] + RECORDS[3]
    pieces = looks.see(OPENING + RECORDS[0] + RECORDS[1][:cut], hole, end)
    if len(rest) < 7:
        assert said(pieces) == [TEXTS[0], -1, TEXTS[3]]
    else:
        assert said(pieces) == [TEXTS[0], len(TEXTS[1]) if cut >= 5 else -1, TEXTS[2] + TEXTS[3]]
    assert looks.issues() == [Issue.TLS_GAP]


def test_tampered() -> None:
    """A record that does not authenticate gives nothing and is told; reading goes on behind it."""
    bad = bytearray(RECORDS[1])
    bad[20] ^= 1
    looks = Onlooker()
    assert said(looks.see(OPENING, RECORDS[0], bytes(bad), RECORDS[2])) == [TEXTS[0], -1, TEXTS[2]]
    assert looks.issues() == [Issue.TLS_BAD_RECORD]
    looks.server.add([looks.data(RECORDS[3][:9]), Closed("fin", 9, 9)])
    looks.server.run((9, 9))
    assert looks.server.take() == [Closed("fin", 9, 9)]
    assert looks.session.oddities[-1].detail == "the connection ends 9 bytes into a record"


def test_waiting() -> None:
    """What needs the other side's hello, or a secret that may come, is held and read when that is there."""
    late = Onlooker(asked=False)
    assert late.see(OPENING + RECORDS[0]) == []
    late.ask()
    late.server.run((5, 5))
    assert said(late.server.take()) == [TEXTS[0]]
    looks = Onlooker(b"", growing=True)
    assert looks.see(OPENING + RECORDS[0]) == []
    assert looks.server.waiting
    assert not looks.server.run((5, 5))
    looks.keys.add(LOG)
    looks.server.run((8, 8))
    assert looks.server.take() == [Data(TEXTS[0], Marks([3], [8], [2]))]
    assert not looks.server.waiting


def test_no_longer_waiting() -> None:
    """It waits for no more than it may hold, nor once it is told that nothing will come."""
    full = Onlooker(b"", growing=True)
    full.see(OPENING, bytes(HOLD), b"x")
    told = Onlooker(b"", growing=True)
    told.see(OPENING)
    told.server.give_up()
    for looks in (full, told):
        assert not looks.server.waiting
        assert (looks.session.passed_over, looks.issues()) == ("no_secret", [Issue.TLS_NO_SECRET])
