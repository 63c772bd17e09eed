"""Traffic inside TLS gives the log that it gives in the clear; what the capture or the key log lacks is said, not made
up. OpenSSL on both sides says what was recorded between real Socket.IO peers.
"""

import random
import tracemalloc
import zlib
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path
from ssl import TLSVersion

import pytest

from analyzer.limits import Limits
from analyzer.log import Log
from analyzer.records import Row
from analyzer.wire.halfstream import FIN
from analyzer.wire.tls_hello import RETRY
from tests.builders import Conversation, Packet, pcap
from tests.reading import ANSWER, POLL, SWITCH, UPGRADE
from tests.recorded import CAPTURES, SCENARIOS, Piece, content, divided, packet, rows
from tests.streams import frame
from tests.tlscaptures import secured
from tests.tlspeers import Pair, offered

TLS12 = TLSVersion.TLSv1_2
WAYS = {
    "1.3": (Pair(), False),
    "1.3, resumed": (Pair(), True),
    "1.3, retried": (Pair(retry=True), False),
    "1.2": (Pair(TLS12), False),
    "1.2, resumed by ticket": (Pair(TLS12), True),
    "1.2, resumed by id": (Pair(TLS12, tickets=False), True),
    "1.2, CBC": (Pair(TLS12, "ECDHE-ECDSA-AES128-SHA256"), False),
}
TALK = "v4-upgrade"
HTTP2 = "v4-http2"
TALKS = [*((TALK, way) for way in WAYS), *((HTTP2, way) for way in ("1.3", "1.2", "1.2, CBC"))]


@cache
def encrypted(scenario: str, way: str) -> tuple[list[Piece], bytes]:
    """Segments and key log."""
    pair, resume = WAYS[way]
    return secured(scenario, pair, resume=resume)


def read(folder: Path, found: list[Piece], *logs: bytes) -> list[Row]:
    """The rows of a capture of these segments, all but those about the capture as a whole."""
    return [row for row in all_rows(folder, [packet(piece) for piece in found], *logs) if row.layer != "capture"]


def all_rows(folder: Path, packets: list[Packet], *logs: bytes) -> list[Row]:
    """All rows of a capture of these packets."""
    path = folder / "capture.pcap"
    path.write_bytes(pcap(packets, nanoseconds=True))
    names = [folder / f"keys{i}.txt" for i in range(len(logs))]
    for name, text in zip(names, logs, strict=True):
        name.write_bytes(text)
    return [row for block in Log([str(path)], keylogs=[str(name) for name in names]) for row in block]


def plain(scenario: str) -> list[Row]:
    """The rows of the talk in the clear."""
    return without_frames(rows(CAPTURES / scenario / "capture.pcap"))


def without_frames(found: list[Row]) -> list[Row]:
    """Rows but for what says by which packet of which file they came."""
    return [row._replace(frame=None, source=None) for row in found]


def told(found: list[Row]) -> Counter[tuple[object, ...]]:
    """Packets without oddities, by direction and content."""
    clean = (r for r in found if r.layer in ("engine.io", "socket.io") and r.issue is None)
    return Counter((r.direction, r.layer, r.type, r.namespace, r.event, r.data) for r in clean)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_log(scenario: str, way: str, tmp_path: Path) -> None:
    """Row for row, at the same times."""
    found, log = encrypted(scenario, way)
    assert without_frames(read(tmp_path, found, log)) == plain(scenario)


def test_ways_are_what_they_say() -> None:
    """A HelloRetryRequest was sent; resumed sessions took fewer bytes than new ones."""
    assert any(RETRY in piece[7] for piece in encrypted(TALK, "1.3, retried")[0])
    sizes = {way: sum(len(piece[7]) for piece in encrypted(TALK, way)[0]) for way in WAYS}
    assert sizes["1.3, resumed"] < sizes["1.3"]
    assert sizes["1.2, resumed by ticket"] < sizes["1.2"]
    assert sizes["1.2, resumed by id"] < sizes["1.2"]


@pytest.mark.parametrize("suite", offered())
def test_every_suite(suite: str, tmp_path: Path) -> None:
    """Every suite of TLS 1.2 that OpenSSL has and that can be read."""
    found, log = secured(TALK, Pair(TLS12, suite))
    assert without_frames(read(tmp_path, found, log)) == plain(TALK)


@pytest.mark.parametrize(("scenario", "way"), TALKS)
@pytest.mark.parametrize("seed", range(3))
def test_any_split_of_the_bytes(scenario: str, way: str, seed: int, tmp_path: Path) -> None:
    """Records cut into segments anywhere, down to single bytes."""
    chance = random.Random(seed)
    cut: list[Piece] = []
    found, log = encrypted(scenario, way)
    for piece in found:
        every = chance.choice([1, 5, 64, 1448])
        cut += divided(piece, list(range(chance.randint(1, every), len(piece[7]), every)))
    assert without_frames(read(tmp_path, cut, log)) == plain(scenario)


@pytest.mark.parametrize(("scenario", "way"), TALKS)
@pytest.mark.parametrize("seed", range(3))
def test_any_order_a_network_can_make(scenario: str, way: str, seed: int, tmp_path: Path) -> None:
    """Segments that overtook others, and some that came twice."""
    found, log = encrypted(scenario, way)
    assert content(read(tmp_path, shuffled(found, seed), log)) == content(rows(CAPTURES / scenario / "capture.pcap"))


def shuffled(found: list[Piece], seed: int) -> list[Piece]:
    """What one side sends at a time comes in another order, some of it twice."""
    chance = random.Random(seed)
    parts: list[Piece] = []
    for _, flight in groupby(found, key=lambda piece: (piece[3], bool(piece[7]))):
        cut = [part for piece in flight for part in divided(piece, [7, len(piece[7]) // 3, len(piece[7]) // 2])]
        cut += [part for part in cut if part[7] and chance.random() < 0.05]
        last = [part for part in cut if not part[7] or part[6] & FIN]
        cut = [part for part in cut if part not in last]
        times = [part[0] for part in cut]
        chance.shuffle(cut)
        parts += [(time, *part[1:]) for time, part in zip(times, cut, strict=True)] + last
    return parts


def lossy(found: list[Piece], seed: int, share: float = 0.03) -> list[Piece]:
    """Some segments with data are not there."""
    chance = random.Random(seed)
    return [piece for piece in found if not (piece[7] and chance.random() < share)]


@pytest.mark.parametrize(("scenario", "way"), [*TALKS, *(("v2-upgrade", way) for way in WAYS)])
@pytest.mark.parametrize("seed", range(4))
def test_lost_packets(scenario: str, way: str, seed: int, tmp_path: Path) -> None:
    """Nothing is made up; what was lost is said in rows, and what follows it is read unless a handshake is lost."""
    found, log = encrypted(scenario, way)
    kept = lossy(found, seed)
    got = all_rows(tmp_path, [packet(piece) for piece in kept], log)
    assert not told(got) - told(plain(scenario))
    assert [row for row in got if row.issue] != []
    assert all(row.layer == "tls" for row in got if row.issue and row.issue.startswith("tls_"))


@pytest.mark.parametrize("way", ["1.3", "1.2", "1.2, CBC"])
@pytest.mark.parametrize("seed", range(8))
def test_one_lost_packet_of_the_talk(way: str, seed: int, tmp_path: Path) -> None:
    """Behind the handshakes, one lost segment costs its record alone, and a tls row says what was lost."""
    found, log = encrypted(TALK, way)
    late = [i for i, piece in enumerate(found) if piece[7][:1] == b"\x17" and i > len(found) // 2]
    lost = random.Random(seed).choice(late)
    got = read(tmp_path, found[:lost] + found[lost + 1 :], log)
    assert not told(got) - told(plain(TALK))
    assert (told(plain(TALK)) - told(got)).total() <= 2
    (gap,) = [row for row in got if row.layer == "tls"]
    size = len(found[lost][7])
    assert gap.issue == "tls_gap"
    assert gap.detail is not None
    assert f"lost with {size} bytes that are missing" in gap.detail


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_bits_that_were_changed(way: str, seed: int, tmp_path: Path) -> None:
    """Nothing that does not authenticate is told."""
    chance = random.Random(seed)
    found, log = encrypted(TALK, way)
    changed = []
    for piece in found:
        if piece[7] and chance.random() < 0.05:
            at = chance.randrange(len(piece[7]))
            piece = (*piece[:7], piece[7][:at] + bytes([piece[7][at] ^ 1 << chance.randrange(8)]) + piece[7][at + 1 :])
        changed.append(piece)
    got = read(tmp_path, changed, log)
    assert not told(got) - told(plain(TALK))
    assert any(row.issue in ("tls_bad_record", "tls_no_secret") for row in got) or told(got) == told(plain(TALK))


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_capture_that_began_late(share: float, tmp_path: Path) -> None:
    """Connections whose hellos are not in the capture cannot be read; that is said, and the others are read."""
    found, log = encrypted(TALK, "1.3")
    got = all_rows(tmp_path, [packet(piece) for piece in found[int(len(found) * share) :]], log)
    assert not told(got) - told(plain(TALK))
    odd = [row.issue for row in got if row.layer == "capture" and row.issue]
    assert odd == ["capture_midstream", "capture_encrypted"]


@pytest.mark.parametrize("way", ["1.3", "1.2", "1.2, CBC"])
@pytest.mark.parametrize("length", [90, 150, 400])
def test_packets_cut_short(way: str, length: int, tmp_path: Path) -> None:
    """Under a snapshot length records lose their ends: what is whole is told, the rest is said, nothing is made up."""
    found, log = encrypted(TALK, way)
    whole = [packet(piece) for piece in found]
    got = all_rows(tmp_path, [Packet(each.data[:length], each.time, len(each.data)) for each in whole], log)
    assert not told(got) - told(plain(TALK))
    assert "capture_truncated" in {row.issue for row in got}
    assert all((row.size or 0) > 0 for row in got if row.type == "gap")


@cache
def bomb(kind: str) -> list[tuple[int, bytes]]:
    """A talk with 64 MiB of zeros in few bytes: an answer to a poll, or a WebSocket message."""
    packer = zlib.compressobj(wbits=31 if kind == "gzip" else -15)
    packed = packer.compress(bytes(1 << 26)) + packer.flush(zlib.Z_FINISH if kind == "gzip" else zlib.Z_SYNC_FLUSH)
    if kind == "gzip":
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        return [(0, POLL), (1, head + packed), (0, POLL), (1, ANSWER)]
    switch = SWITCH.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
    return [(0, UPGRADE), (1, switch + frame(packed[:-4], first=0xC1) + frame(b"2"))]


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
@pytest.mark.parametrize("version", [TLSVersion.TLSv1_2, TLSVersion.TLSv1_3])
def test_decompression_bombs(kind: str, version: TLSVersion, tmp_path: Path) -> None:
    """64 MiB in 64 KiB: a row with an issue code, memory by the limit, and reading goes on behind it."""
    recording = Pair(version).talk(bomb(kind))
    wire = Conversation()
    wire.open()
    for side, data in recording.wire:
        assert isinstance(data, bytes)
        wire.send(side, data)
    path, keys = tmp_path / "bomb.pcap", tmp_path / "keys.txt"
    path.write_bytes(pcap(wire.packets))
    keys.write_bytes(recording.log)
    tracemalloc.start()
    try:
        limits = Limits(inflated=1 << 20)
        found = [row for block in Log([str(path)], limits, keylogs=[str(keys)]) for row in block]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1 << 25
    issues = [row.issue for row in found if row.issue and row.layer != "capture"]
    assert issues[0] == {"gzip": "http_body_limit", "deflate": "ws_message_limit"}[kind]
    assert [row.type for row in found if row.layer in ("engine.io", "socket.io")][-1] == {
        "gzip": "CONNECT",
        "deflate": "ping",
    }[kind]
