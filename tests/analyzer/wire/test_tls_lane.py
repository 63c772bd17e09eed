"""The quick lane: runs of records opened, and left to the reader at the first that is anything special."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.wire.halfstream import Data
from analyzer.wire.marks import Marks
from analyzer.wire.tls_ciphers import Aead12, Aead13
from analyzer.wire.tls_lane import records_12, records_13
from analyzer.wire.tls_output import Output

AES = AESGCM(b"k" * 16)
IV = bytes(range(12))
START = 5
"""Number of the first record."""
TEXTS = [b"one", b"second", b"3"]


def record_13(seq: int, plain: bytes, kind: bytes = b"\x17") -> bytes:
    """A record of TLS 1.3; ``kind`` is its type, with padding."""
    inner = plain + kind
    head = b"\x17\x03\x03" + (len(inner) + 16).to_bytes(2, "big")
    return head + AES.encrypt((int.from_bytes(IV, "big") ^ seq).to_bytes(12, "big"), inner, head)


def record_12(seq: int, plain: bytes, kind: bytes = b"\x17") -> bytes:
    """A record of TLS 1.2 with GCM."""
    own, size = seq.to_bytes(8, "little"), len(plain)
    front = kind + b"\x03\x03"
    body = own + AES.encrypt(IV[:4] + own, plain, seq.to_bytes(8, "big") + front + size.to_bytes(2, "big"))
    return front + len(body).to_bytes(2, "big") + body


Make = Callable[..., bytes]
Run = Callable[[bytes, Marks, int, Output], tuple[int, int]]


def run_13(data: bytes, marks: Marks, pos: int, out: Output) -> tuple[int, int]:
    """The lane of TLS 1.3."""
    return records_13(Aead13(AES.decrypt, IV, 16), START, data, marks, pos, out)


def run_12(data: bytes, marks: Marks, pos: int, out: Output) -> tuple[int, int]:
    """The lane of TLS 1.2."""
    return records_12(Aead12(AES.decrypt, IV[:4], 16), START, data, marks, pos, out)


both = pytest.mark.parametrize(("make", "run"), [(record_13, run_13), (record_12, run_12)], ids=["1.3", "1.2"])


def once(data: bytes) -> Marks:
    """All bytes at one moment."""
    return Marks([len(data)], [1], [1])


@both
def test_run_of_records(make: Make, run: Run) -> None:
    """Plaintext has the moment of the last byte of its record; a record that is cut off is left."""
    records = [make(START + i, text) for i, text in enumerate(TEXTS)]
    data = b"skip" + b"".join(records) + make(START + 3, b"torn")[:-1]
    # The first segment ends within the second record, the second with the third.
    whole = 4 + sum(map(len, records))
    marks = Marks([4 + len(records[0]) + 2, whole, len(data)], [10, 20, 30], [1, 2, 3])
    out = Output()
    assert run(data, marks, 4, out) == (whole, START + 3)
    assert out.take() == [Data(b"".join(TEXTS), Marks([3, 9, 10], [10, 20, 20], [1, 2, 2]))]


@both
def test_adds_to_what_is_there(make: Make, run: Run) -> None:
    """The lane goes on where the reader has put plaintext out already."""
    out = Output()
    out.data(b"before", (0, 0))
    data = make(START, b"after")
    assert run(data, once(data), 0, out) == (len(data), START + 1)
    assert out.take() == [Data(b"beforeafter", Marks([6, 11], [0, 1], [0, 1]))]


@both
def test_stops_where_something_is_wrong(make: Make, run: Run) -> None:
    """A tampered record, one of another number and one that is no application data are left, and all after them."""
    good = make(START, b"good")
    tampered = bytearray(make(START + 1, b"bad"))
    tampered[-1] ^= 1
    wrong = [bytes(tampered), make(START + 2, b"later"), make(START + 1, b"\x01\0", b"\x15"), make(START + 1, b"")]
    wrong.append(b"\x17\x03\x03\xff\xff" + bytes(0xFFFF))
    for record in wrong:
        data = good + record + make(START + 2, b"more")
        out = Output()
        assert run(data, once(data), 0, out) == (len(good), START + 1)
        assert out.take() == [Data(b"good", Marks([4], [1], [1]))]


def test_padding_is_left_to_the_reader() -> None:
    """A padded record of TLS 1.3 is not the lane's to open."""
    data = record_13(START, b"padded", b"\x17\0\0")
    out = Output()
    assert run_13(data, once(data), 0, out) == (0, START)
    assert out.take() == []
