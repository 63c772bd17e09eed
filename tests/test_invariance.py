"""The same traffic is the same log, however the network and the capture cut it up and put it in order."""

import random
from collections import Counter
from pathlib import Path

import pytest

from analyzer.records import Row
from analyzer.wire.halfstream import ACK, FIN, SYN
from tests.builders import pcap, pcapng
from tests.recorded import CAPTURES, SCENARIOS, Piece, content, divided, packet, pieces, rows


def without_frames(found: list[Row]) -> list[Row]:
    """Rows but for the numbers and names that say by which packet of which file they came."""
    return [row._replace(frame=None, source=None) for row in found]


def written(tmp_path: Path, name: str, found: list[Piece]) -> Path:
    """A capture file with these segments."""
    path = tmp_path / name
    path.write_bytes(pcap([packet(piece) for piece in found], nanoseconds=True))
    return path


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", range(3))
def test_any_split_of_the_bytes(scenario: str, seed: int, tmp_path: Path) -> None:
    """Segments cut into smaller ones, down to single bytes, give the same rows."""
    chance = random.Random(seed)
    cut = []
    for piece in pieces(scenario):
        size = len(piece[7])
        every = chance.choice([1, 7, 64, 1448]) if size < 4000 else 1448
        cut += divided(piece, list(range(chance.randint(1, every), size, every)))
    whole = rows(CAPTURES / scenario / "capture.pcap")
    assert without_frames(rows(written(tmp_path, "cut.pcap", cut))) == without_frames(whole)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", range(3))
def test_any_order_a_network_can_make(scenario: str, seed: int, tmp_path: Path) -> None:
    """Segments swapped with near ones, some repeated: each session's packets stay the same, in their order."""
    chance = random.Random(seed)
    found = [part for piece in pieces(scenario) for part in divided(piece, [len(piece[7]) // 3, len(piece[7]) // 2])]
    found += [piece for piece in found if piece[7] and chance.random() < 0.05]
    moved = sorted(range(len(found)), key=lambda i: (found[i][0] // 1000, i))
    times = [found[i][0] for i in moved]
    order = sorted(moved, key=lambda i: found[i][0] + chance.randint(0, 40_000) * bool(found[i][7]))
    shuffled = [(times[k], *found[i][1:]) for k, i in enumerate(order)]
    assert content(rows(written(tmp_path, "moved.pcap", shuffled))) == content(
        rows(CAPTURES / scenario / "capture.pcap")
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_one_file_or_several(scenario: str, tmp_path: Path) -> None:
    """A capture rotated into several files, given in any order, is one run; connections span the files."""
    found = pieces(scenario)
    third = len(found) // 3
    parts = [found[:third], found[third : 2 * third], found[2 * third :]]
    paths = [written(tmp_path, f"part{i}.pcap", part) for i, part in enumerate(parts)]
    whole = rows(CAPTURES / scenario / "capture.pcap")
    assert without_frames(rows(*paths)) == without_frames(whole)
    assert without_frames(rows(*reversed(paths))) == without_frames(whole)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_interleaved_files(scenario: str, tmp_path: Path) -> None:
    """Each direction captured into a file of its own, read together, is the whole again."""
    found = pieces(scenario)
    up = [piece for piece in found if piece[3][0] > piece[3][1]]
    down = [piece for piece in found if piece[3][0] <= piece[3][1]]
    paths = written(tmp_path, "up.pcap", up), written(tmp_path, "down.pcap", down)
    assert content(rows(*paths)) == content(rows(CAPTURES / scenario / "capture.pcap"))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_any_size_of_block(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How much of a capture is read at a time changes nothing."""
    whole = rows(CAPTURES / scenario / "capture.pcap")
    monkeypatch.setattr("analyzer.sources.reader.BLOCK", 3000)
    monkeypatch.setattr("analyzer.sources.reader._LEAST", 3000)
    monkeypatch.setattr("analyzer.sources.reader.CaptureReader.__init__.__defaults__", (3000,))
    assert rows(CAPTURES / scenario / "capture.pcap") == whole


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_pcap_or_pcapng(scenario: str, tmp_path: Path) -> None:
    """The file format changes nothing."""
    path = tmp_path / "capture.pcapng"
    path.write_bytes(pcapng([packet(piece) for piece in pieces(scenario)]))
    assert without_frames(rows(path)) == without_frames(rows(CAPTURES / scenario / "capture.pcap"))


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("direction", ["c2s", "s2c"])
def test_one_direction_only(scenario: str, direction: str, tmp_path: Path) -> None:
    """Captured alone, a direction tells the packets that it tells together with the other; none are made up."""
    found = pieces(scenario)
    servers = {piece[3][1] for piece in found if piece[6] & (SYN | ACK) == SYN}
    half = [piece for piece in found if (piece[3][1] in servers) == (direction == "c2s")]
    alone = told(rows(written(tmp_path, "half.pcap", half)), direction)
    whole = told(rows(CAPTURES / scenario / "capture.pcap"), direction)
    assert not alone - whole
    assert alone.total() >= whole.total() * 0.5, whole - alone


def told(found: list[Row], direction: str) -> Counter[tuple[object, ...]]:
    """A direction's packets without oddities, whatever session they were put down to.

    Of polling without its requests the sids are unknown, so attachments on another connection than their header's are
    odd.
    """
    clean = (row for row in found if row.issue is None and row.direction == direction)
    packets = (row for row in clean if row.layer in ("engine.io", "socket.io"))
    return Counter((row.layer, row.type, row.namespace, row.event, row.data) for row in packets)


@pytest.mark.parametrize("size", [3000, 1 << 22])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_answers_captured_a_little_before_their_requests(
    scenario: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As captures on several queues, or one a direction, show them: exchanges and packets stay the same."""
    early, last = list[Piece](), dict[frozenset[int], Piece]()
    for piece in pieces(scenario):
        before = last.get(frozenset(piece[3]))
        answers = piece[7] and before is not None and before[3] != piece[3] and b" HTTP/1.1\r\n" in before[7]
        early.append((before[0] - 1, *piece[1:]) if answers and before else piece)
        if piece[7]:
            last[frozenset(piece[3])] = piece
    path = written(tmp_path, "early.pcap", sorted(early, key=lambda piece: piece[0]))
    monkeypatch.setattr("analyzer.sources.reader.CaptureReader.__init__.__defaults__", (size,))
    whole, told = rows(CAPTURES / scenario / "capture.pcap"), rows(path)
    assert exchanges(told) == exchanges(whole)
    assert {row.session for row in told} == {row.session for row in whole}
    assert all((row.duration or 0) >= 0 for row in told)


def exchanges(found: list[Row]) -> Counter[tuple[object, ...]]:
    """What was asked, and how it was answered."""
    return Counter((r.stream, r.session, r.type, r.url, r.status, r.issue) for r in found if r.layer == "http")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_an_end_that_overtakes_the_last_bytes(scenario: str, tmp_path: Path) -> None:
    """A FIN that comes before what it follows ends nothing yet."""
    found, last = pieces(scenario), dict[tuple[int, int], int]()
    for i, piece in enumerate(found):
        if piece[7]:
            last[piece[3]] = i
        elif piece[6] & FIN and (before := last.get(piece[3])) is not None:
            found[before], found[i] = (
                (found[before][0], *piece[1:]),
                (found[before][0] + 1, *found[before][1:]),
            )
    path = written(tmp_path, "fin.pcap", sorted(found, key=lambda piece: piece[0]))
    whole, told = rows(CAPTURES / scenario / "capture.pcap"), rows(path)
    assert exchanges(told) == exchanges(whole)
    assert content(told) == content(whole)
