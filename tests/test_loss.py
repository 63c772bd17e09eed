"""Captures with packets missing or cut short: what is told was said, and what is missing has a row."""

import random
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.limits import DEFAULT
from analyzer.log import Log
from analyzer.records import Row
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Message, Reader
from tests.builders import Packet, pcap
from tests.recorded import CAPTURES, SCENARIOS, packet, pieces, rows
from tests.streams import frame

DEFLATED = "v4-deflate"
"""Here most messages refer to earlier ones: behind a hole they are rows with an issue."""


EXCHANGES = {("http", "GET"), ("http", "POST"), ("websocket", "open")}


def passed_over(folder: Path) -> int:
    """Connections of the folder's capture of which nothing was recognised."""
    log = Log([str(folder / "capture.pcap")])
    assert list(log)
    return log.captures.passed_over.total() if log.captures else 0


def written(tmp_path: Path, packets: list[Packet]) -> Path:
    """A capture file with these packets."""
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(packets, nanoseconds=True))
    return path


def told(found: list[Row]) -> Counter[tuple[object, ...]]:
    """Packets without oddities, by direction and content."""
    clean = (r for r in found if r.layer in ("engine.io", "socket.io") and r.issue is None)
    return Counter((r.direction, r.layer, r.type, r.namespace, r.event, r.data) for r in clean)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", range(4))
def test_lost_packets(scenario: str, seed: int, tmp_path: Path) -> None:
    """With some packets gone nothing is made up, gaps are rows, and most of the rest is still told."""
    chance = random.Random(seed)
    kept = [packet(piece) for piece in pieces(scenario) if not (piece[7] and chance.random() < 0.03)]
    found = rows(written(tmp_path, kept))
    whole = told(rows(CAPTURES / scenario / "capture.pcap"))
    assert not told(found) - whole
    if scenario != DEFLATED:
        assert told(found).total() >= whole.total() * 0.75
    if len(kept) < len(pieces(scenario)):
        assert any(row.issue for row in found) or passed_over(tmp_path) > passed_over(CAPTURES / scenario)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("length", [90, 150, 400])
def test_packets_cut_short(scenario: str, length: int, tmp_path: Path) -> None:
    """Under a snapshot length every cut is a gap of exactly the bytes cut off, and nothing is made up."""
    cut = [Packet(p.data[:length], p.time, len(p.data)) for p in map(packet, pieces(scenario))]
    found = rows(written(tmp_path, cut))
    assert not told(found) - told(rows(CAPTURES / scenario / "capture.pcap"))
    assert all((row.size or 0) > 0 for row in found if row.type == "gap")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_capture_that_began_late(scenario: str, share: float, tmp_path: Path) -> None:
    """Without its beginning a capture tells what it holds, under the stream's name where the sid is not shown."""
    all_pieces = pieces(scenario)
    late = [packet(piece) for piece in all_pieces[int(len(all_pieces) * share) :]]
    found = rows(written(tmp_path, late))
    assert not told(found) - told(rows(CAPTURES / scenario / "capture.pcap"))
    assert scenario == DEFLATED or share > 0.8 or {row.session for row in found if row.layer == "socket.io"} - {None}


def sayings(chance: random.Random, masked: bool) -> list[tuple[bytes, bytes]]:
    """Texts, many of a length whose bytes look like the beginning of a frame, and how they are sent."""
    odd = (0x01, 0x02, 0x41, 0x42, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0xC2)
    found = []
    for _ in range(chance.randint(3, 12)):
        size = chance.choice(
            (
                1,
                20,
                chance.randint(10, 3000),
                chance.randint(0, 20) << 8 | chance.choice(odd),
                0x10000 | chance.choice(odd),
            )
        )
        words = chance.choice(("the quick Brown fox ABBA ", 'съешь же ещё [{"ж":1}] ', "2"))
        text = ("4" + words * (size // len(words) + 1)).encode()[:size].decode(errors="ignore").encode()
        found.append((text, frame(text, key=chance.randbytes(4) if masked else b"")))
    return found


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_lost_segments_of_any_messages(seed: int, masked: bool) -> None:
    """Whatever is lost: a text without an issue is one that was sent."""
    chance = random.Random(seed)
    said = sayings(chance, masked)
    stream, most = b"".join(wire for _, wire in said), chance.choice((100, 1448, 1448))
    bounds = sorted({0, len(stream), *range(chance.randint(1, most), len(stream), most)})
    if seed % 2:  # a segment or more for each message
        bounds, at = [0], 0
        for _, wire in said:
            bounds += [*range(at + 1448, at + len(wire), 1448), at + len(wire)]
            at += len(wire)
    reader, told, missing = Reader(masked, None, DEFAULT), list[Message](), 0
    for number, (start, end) in enumerate(pairwise(bounds), 1):
        if chance.random() < 0.15:
            missing += end - start
            continue
        told += reader.gap(missing, number, number)
        told += reader.feed(stream[start:end], Marks([end - start], [number], [number]))
        missing = 0
    told += reader.gap(missing, len(bounds), len(bounds)) + reader.end(len(bounds), len(bounds))
    clean = Counter(message.payload for message in told if message.issue is None and message.opcode == 1)
    assert not clean - Counter(text for text, _ in said)


@pytest.mark.parametrize("scenario", ["v2-upgrade", "v4-upgrade", "v4-mitmproxy"])
@pytest.mark.parametrize("length", [200, 260])
def test_heads_cut_short_are_exchanges_all_the_same(scenario: str, length: int, tmp_path: Path) -> None:
    """Each request line that is there whole is an exchange with its session."""
    cut = [Packet(p.data[:length], p.time, len(p.data)) for p in map(packet, pieces(scenario))]
    there = [line for p in cut if (line := re.search(rb" (/\S+sid=\S+) HTTP/1.1\r\n", p.data))]
    asked = Counter(line[1].decode() for line in there)
    found = rows(written(tmp_path, cut))
    told = Counter(r.url for r in found if (r.layer, r.type) in EXCHANGES and r.session)
    assert asked
    assert not asked - told
