"""Finding a record again behind a hole."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.wire import keylog, tls_suites
from analyzer.wire.tls_epochs import Epoch, Negotiation, Stage, updated
from analyzer.wire.tls_records import HEADER
from analyzer.wire.tls_schedule import traffic_keys
from analyzer.wire.tls_search import CREDIT, Credit, Search


def epoch(secret: bytes = b"t" * 32) -> Epoch:
    """A server's keys of TLS 1.3 from this secret."""
    found = Negotiation(suite=tls_suites.find(0x1301)).epoch(Stage.TRAFFIC, False, {keylog.SERVER_TRAFFIC: secret})
    assert found is not None
    return found


def record(keys: Epoch, seq: int, text: bytes) -> bytes:
    """A record of application data."""
    key, iv, _ = traffic_keys(keys.suite, keys.secret)
    head = b"\x17\x03\x03" + (len(text) + 17).to_bytes(2, "big")
    return head + AESGCM(key).encrypt((int.from_bytes(iv, "big") ^ seq).to_bytes(12, "big"), text + b"\x17", head)


@pytest.mark.parametrize("lost", [0, 1, 9])
def test_lost_records(lost: int) -> None:
    """Behind any number of lost records and a torn one's end, the next is found with its number."""
    keys = epoch()
    missing = sum(len(record(keys, 3 + i, b"gone")) for i in range(lost))
    torn, whole = record(keys, 3 + lost, b"torn")[-11:], record(keys, 4 + lost, b"found")
    search = Search(missing + 15, missing + 15, 3, [(keys, 3)])
    at, found = search.find(b"skip" + torn + whole + b"more", 4, Credit())
    assert at == 4 + len(torn)
    assert found is not None
    assert found == (at + len(whole), keys, 4 + lost, (23, b"found"))


def test_divided_anywhere() -> None:
    """Wherever the bytes end for now, the search says what it needs and finds the same record then."""
    keys = epoch()
    junk, whole = b"\x17\x03junk", record(keys, 2, b"found")
    data = junk + whole
    for cut in range(len(data)):
        search = Search(40, 40, 1, [(keys, 1)])
        at, found = search.find(data[:cut], 0, Credit())
        assert found is None
        assert at <= len(junk)
        assert search.lost == 40 + at
        assert search.need == (len(whole) if cut >= len(junk) + HEADER else HEADER)
        _, found = search.find(data, at, Credit())
        assert found is not None
        assert (found.end, found.seq) == (len(data), 2)


def test_only_what_authenticates() -> None:
    """Records of other keys, tampered ones and numbers that cannot have come yet are passed over and counted."""
    keys = epoch()
    tampered = bytearray(record(keys, 1, b"bad"))
    tampered[-1] ^= 1
    data = record(epoch(b"o" * 32), 1, b"other") + bytes(tampered) + record(keys, 0, b"before")
    search, credit = Search(1, 0, 1, [(keys, 1)]), Credit()
    at, found = search.find(data, 0, credit)
    assert (at, found, search.tried) == (len(data) - HEADER + 1, None, 3)
    assert not search.strange
    search.fresh = True
    search.find(data * 5, 0, credit)
    assert (search.tried, search.strange) == (4, True)


def test_other_keys() -> None:
    """A record may be under keys that follow, where the KeyUpdate was lost."""
    keys = epoch()
    then = updated(keys)
    data = record(then, 1, b"found")
    _, found = Search(100, 100, 7, [(keys, 7), (then, 0)]).find(data, 0, Credit())
    assert found is not None
    assert (found.epoch, found.seq, found.opened) == (then, 1, (23, b"found"))


def test_credit() -> None:
    """Bytes received pay for trials, up to a limit; once it is overdrawn a direction has had its chance."""
    credit = Credit()
    credit.pay(CREDIT)
    assert not credit.spent
    credit.earn(1 << 40)
    credit.pay(CREDIT)
    assert not credit.spent
    credit.pay(1)
    credit.earn(1 << 40)
    assert credit.spent
