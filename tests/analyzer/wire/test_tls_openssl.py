"""What OpenSSL says on both sides, under every suite it has."""

import ssl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.wire.pieces import Data
from tests.tlspeers import SAID, TALK, Pair, Recording, holes, offered, read, texts

TLS12 = ssl.TLSVersion.TLSv1_2


def check(recording: Recording, size: int = 1 << 20) -> bool | None:
    """All that was said is read, with nothing odd; whether the session was an old one."""
    tls, found = read(recording.wire, recording.log, size)
    assert (texts(found), holes(found)) == (SAID, ([], []))
    assert tls.take_oddities() == []
    assert (tls.facts.secret, tls.facts.closed, tls.facts.alpn) == (True, [0, 1], "http/1.1")
    return tls.facts.resumed


@pytest.mark.parametrize("suite", offered())
def test_every_suite(suite: str) -> None:
    """Every suite of TLS 1.2, new, resumed by a ticket and by the session's id."""
    for tickets in (True, False):
        pair = Pair(TLS12, suite, tickets)
        new = pair.talk()
        assert new.suite == suite
        assert check(new, 11) is False
        assert check(pair.talk(session=new.session)) is True


def test_tls_1_3() -> None:
    """TLS 1.3, new and with a pre-shared key of the session before."""
    pair = Pair()
    new = pair.talk()
    assert check(new, 3) is False
    assert check(pair.talk(session=new.session)) is True


RECORDED = [Pair(TLS12, "ECDHE-RSA-AES256-GCM-SHA384").talk(), Pair(TLS12, "AES128-SHA").talk(), Pair().talk()]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RECORDED), st.integers(1, 4000))
def test_any_division(recording: Recording, size: int) -> None:
    """However the bytes are divided, each record's plaintext became readable with the record's last byte."""
    check(recording, size)
    _, found = read(recording.wire, recording.log, size)
    moments = [time for piece in found[1] if isinstance(piece, Data) for time in piece.marks.times]
    spoken = [10 * number for number, (side, _) in enumerate(recording.wire, 1) if side == 1]
    assert set(moments) <= set(spoken)
    assert moments == sorted(moments)


def test_times() -> None:
    """Plaintext has the moment of the bytes it came in."""
    for recording in RECORDED:
        _, found = read(recording.wire, recording.log)
        said = [number for number, (side, data) in enumerate(recording.wire, 1) if side == 0][-3:-1]
        client = [(p.data, p.marks.frames) for p in found[0] if isinstance(p, Data)]
        assert client == [(TALK[0][1], [said[0]]), (TALK[2][1], [said[1]])]
