"""Captures with holes, damage, wrong and half key logs: what is told is true, and as much of it as there is."""

import random
import ssl
from itertools import accumulate, pairwise

import pytest

from analyzer.wire.keylog import KeyLog
from analyzer.wire.pieces import Data
from analyzer.wire.tls import Sides
from tests.tlspeers import Pair, Recording, Wire, holes, read, texts

TLS12 = ssl.TLSVersion.TLSv1_2
PAIRS = {
    "1.3": Pair(),
    "1.2 GCM": Pair(TLS12, "AES128-GCM-SHA256"),
    "1.2 ChaCha20": Pair(TLS12, "ECDHE-RSA-CHACHA20-POLY1305"),
    "1.2 CCM8": Pair(TLS12, "AES256-CCM8"),
    "1.2 CBC": Pair(TLS12, "AES128-SHA"),
}
HANDSHAKE = 5
"""Turns of the peers until all handshakes here are over."""


def messages(chance: random.Random, count: int = 40) -> list[tuple[int, bytes]]:
    """Things to say, none like another; each makes one record."""
    sizes = [chance.choice([10, 300, 4000]) for _ in range(count)]
    return [(chance.randint(0, 1), b"<%d:" % i + chance.randbytes(size) + b">") for i, size in enumerate(sizes)]


def segments(recording: Recording, size: int) -> list[tuple[int, bytes, int]]:
    """Side, bytes and turn of each segment."""
    found = []
    for turn, (side, data) in enumerate(recording.wire):
        assert isinstance(data, bytes)
        found += [(side, data[at : at + size], turn) for at in range(0, len(data), size)]
    return found


def untouched(recording: Recording, side: int, lost: list[tuple[int, int]]) -> list[bool]:
    """Of each record of a side that carries data, whether none of its bytes is lost."""
    stream = b"".join(data for sender, data in recording.wire if sender == side and isinstance(data, bytes))
    found, at = [], 0
    while at < len(stream):
        end = at + 5 + int.from_bytes(stream[at + 3 : at + 5], "big")
        if stream[at] == 23:
            found.append(not any(start < end and stop > at for start, stop in lost))
        at = end
    return found


def is_told_in_order(said: bytes, found: Sides, side: int) -> bool:
    """Whether all pieces are of what was said, in its order."""
    at = 0
    for piece in found[side]:
        if isinstance(piece, Data):
            at = said.find(piece.data, at)
            if at < 0:
                return False
            at += len(piece.data)
    return True


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("seed", range(6))
def test_lost_segments(name: str, seed: int) -> None:
    """Every record that is wholly in the capture is read, whatever is missing around it; nothing else is told."""
    chance = random.Random(seed)
    script = messages(chance)
    recording = PAIRS[name].talk(script)
    wire: Wire = []
    lost: tuple[list[tuple[int, int]], ...] = ([], [])
    passed = [0, 0]
    for side, data, turn in segments(recording, chance.choice([100, 700, 1448])):
        gone = turn >= HANDSHAKE and chance.random() < 0.1
        wire.append((side, len(data) if gone else data))
        if gone:
            lost[side].append((passed[side], passed[side] + len(data)))
        passed[side] += len(data)
    tls, found = read(wire, recording.log)
    for side in (0, 1):
        said = [text for sender, text in script if sender == side]
        whole = untouched(recording, side, lost[side])
        # TLS 1.3 hides its handshake and its end among the data.
        whole = whole[-len(said) - 1 : -1] if name == "1.3" else whole
        assert len(whole) == len(said)
        told = texts(found)[side]
        assert [text in told for text in said] == whole
        assert is_told_in_order(b"".join(said), found, side)
        assert bool(holes(found)[side]) == any(not one for one in whole) or name == "1.3"
    assert {odd.code for odd in tls.take_oddities()} <= {"tls_gap"}


@pytest.mark.parametrize("name", PAIRS)
def test_a_hole_within_a_record(name: str) -> None:
    """Behind a hole within a record the next record follows at once; where its size tells, so does that of the hole."""
    script = [(1, b"before"), (1, b"x" * 3000), (1, b"behind")]
    recording = PAIRS[name].talk(script)
    at = next(i for i, (_, data) in enumerate(recording.wire) if isinstance(data, bytes) and 3000 < len(data) < 3100)
    long = recording.wire[at][1]
    assert isinstance(long, bytes)
    recording.wire[at : at + 1] = [(1, long[:100]), (1, 1000), (1, long[1100:])]
    tls, found = read(recording.wire, recording.log)
    assert texts(found) == (b"", b"beforebehind")
    assert holes(found)[1] == [3000 if name in ("1.2 GCM", "1.2 ChaCha20", "1.2 CCM8") else -1]
    (odd,) = tls.take_oddities()
    assert (odd.code, odd.side) == ("tls_gap", 1)
    assert "1000 bytes" in odd.detail


@pytest.mark.parametrize("name", PAIRS)
def test_many_lost_records(name: str) -> None:
    """Hundreds of records may be lost: the number of the next is found nevertheless."""
    script = [(1, b"%d" % i) for i in range(700)]
    recording = PAIRS[name].talk(script)
    wire = recording.wire
    kept, gone, rest = wire[:100], wire[100:650], wire[650:]
    size = sum(len(data) for side, data in gone if side == 1 and isinstance(data, bytes))
    tls, found = read([*kept, (1, size), *rest], recording.log)
    told = texts(found)[1]
    assert told.startswith(b"012")
    assert told.endswith(b"698699")
    (odd,) = tls.take_oddities()
    assert odd.detail == f"{len(gone)} records are lost with {size} bytes that are missing"


def damaged(recording: Recording, chance: random.Random) -> Wire:
    """The recording with bits turned, pieces repeated and missing, and perhaps cut off."""
    wire: Wire = []
    for side, data, _ in segments(recording, chance.choice([50, 700, 1448])):
        part = bytearray(data)
        if chance.random() < 0.05:
            part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.02:
            part += part[: chance.randrange(len(part))]
        wire.append((side, len(part) if chance.random() < 0.05 else bytes(part)))
    return wire[: chance.randrange(len(wire))] if chance.random() < 0.3 else wire


def torn(log: bytes, chance: random.Random) -> bytes:
    """The key log with lines missing, in another order, other line ends, garbage between, cut off."""
    lines = log.splitlines()
    chance.shuffle(lines)
    text = b"\r\n\r\n# comment\nCLIENT_RANDOM 00\n".join(lines[: chance.randint(0, len(lines))])
    return text[: len(text) - chance.choice([0, 0, 1, 30])]


def outcome(wire: Wire, log: bytes, size: int) -> tuple[object, ...]:
    """All there is to say about a connection, with the moment of every byte."""
    tls, found = read(wire, log, size)
    told = [
        [
            (piece.data[start:end], time)
            for piece in side
            if isinstance(piece, Data)
            for (start, end), time in zip(pairwise([0, *piece.marks.ends]), piece.marks.times, strict=True)
        ]
        for side in found
    ]
    times = [[piece.marks.times[-1] if isinstance(piece, Data) else piece.time for piece in side] for side in found]
    assert all(list(accumulate(side, max)) == side for side in times)
    return told, holes(found), tls.take_oddities(), tls.facts, tls.passed_over


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("seed", range(8))
def test_damage(name: str, seed: int) -> None:
    """Damaged bytes and key logs: only what was said is told, in order; any division of the bytes gives the same."""
    chance = random.Random(seed)
    script = messages(chance, 20)
    recording = PAIRS[name].talk(script)
    wire, log = damaged(recording, chance), recording.log
    log = torn(log, chance) if chance.random() < 0.4 else log
    for side in (0, 1):
        said = b"".join(text for sender, text in script if sender == side)
        assert is_told_in_order(said, read(wire, log)[1], side)
    assert outcome(wire, log, 7) == outcome(wire, log, 1 << 20)


@pytest.mark.parametrize("name", PAIRS)
def test_secrets_of_another_connection(name: str) -> None:
    """Secrets that do not fit open nothing, and that is said."""
    recording, other = PAIRS[name].talk(messages(random.Random(1))), PAIRS[name].talk()
    # An RSA line names the encrypted premaster secret instead of a client random.
    own, swapped = (
        [line.split() for line in one.log.splitlines() if line[:1] not in b"#R"] for one in (recording, other)
    )
    random_bytes = own[0][1]
    log = b"\n".join(b" ".join([label, random_bytes, secret]) for label, _, secret in swapped)
    tls, found = read(recording.wire, log)
    assert texts(found) == (b"", b"")
    assert (tls.passed_over, tls.facts.secret) == ("wrong_secret", False)
    assert {odd.code for odd in tls.take_oddities()} == {"tls_bad_record"}


def test_without_the_handshake_secrets() -> None:
    """Traffic secrets alone are enough for the data."""
    script = messages(random.Random(2))
    recording = PAIRS["1.3"].talk(script)
    log = b"\n".join(line for line in recording.log.splitlines() if b"HANDSHAKE" not in line)
    tls, found = read(recording.wire, log)
    assert texts(found)[0] == b"".join(text for side, text in script if side == 0)
    assert texts(found)[1] == b"".join(text for side, text in script if side == 1)
    assert (tls.facts.alpn, tls.take_oddities()) == (None, [])


def test_one_sides_secret() -> None:
    """With the secret of one side that side is read, and of the other it is said what is missing."""
    script = messages(random.Random(3))
    recording = PAIRS["1.3"].talk(script)
    log = b"\n".join(line for line in recording.log.splitlines() if not line.startswith(b"CLIENT_TRAFFIC"))
    tls, found = read(recording.wire, log)
    assert texts(found) == (b"", b"".join(text for side, text in script if side == 1))
    assert holes(found) == ([-1], [])
    (odd,) = tls.take_oddities()
    assert (odd.code, odd.side) == ("tls_no_secret", 0)
    assert "CLIENT_TRAFFIC_SECRET_0" in odd.detail


@pytest.mark.parametrize("name", PAIRS)
def test_start_in_mid_connection(name: str) -> None:
    """Without the handshake nothing can be read, which is said once."""
    recording = PAIRS[name].talk(messages(random.Random(4)))
    keys = KeyLog(growing=True)
    keys.add(recording.log)
    tls, found = read(recording.wire[HANDSHAKE:], keys)
    assert texts(found) == (b"", b"")
    assert tls.passed_over == "no_hello"
    assert [odd.code for odd in tls.take_oddities()] == ["tls_no_secret"]
