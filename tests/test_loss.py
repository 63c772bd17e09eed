"""Captures with packets missing or cut short: what is told was said, and what is missing has a row."""

import random
from collections import Counter
from pathlib import Path

import pytest

from analyzer.log import Log
from analyzer.records import Row
from tests.builders import Packet, pcap
from tests.recorded import CAPTURES, SCENARIOS, packet, pieces, rows

DEFLATED = "v4-deflate"
"""Here most messages refer to earlier ones: behind a hole they are rows with an issue."""


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
