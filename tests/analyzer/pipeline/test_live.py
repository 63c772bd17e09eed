"""A capture as it happens: the same rows as from a file, and those that need not wait."""

import json
from collections.abc import Iterator
from pathlib import Path

from analyzer.pipeline.captures import Captures
from analyzer.pipeline.live import LiveCapture
from analyzer.records import Row
from analyzer.sources.keylogs import KeyLogs
from analyzer.sources.live import Quiet
from analyzer.sources.reader import open_capture
from analyzer.sources.summary import Summary
from analyzer.wire.block import PacketBlock
from tests.analyzer.pipeline.blocks import answer, open_packet, poll
from tests.builders import Conversation, pcap
from tests.recorded import CAPTURES
from tests.tlspeers import Pair

CAPTURE = CAPTURES / "v4-upgrade" / "capture.pcap"


class Source:
    """A live source that gives the blocks of a capture, with a quiet moment before each and behind the last."""

    name = "lo"

    def __init__(self, path: Path, size: int) -> None:
        self._reader = open_capture(str(path), size)
        self.summary: Summary = self._reader.summary

    def __iter__(self) -> Iterator[PacketBlock | Quiet]:
        last = None
        for block in self._reader:
            yield Quiet(last)
            last = int(block.time[-1])
            yield block
        yield Quiet(None)

    def stop(self) -> None:
        """Not needed here."""

    def close(self) -> None:
        self._reader.close()


def rows(live: LiveCapture) -> list[Row]:
    """All of them."""
    return [row for block in live for row in block]


def as_file(found: list[Row]) -> list[Row]:
    """The rows as those of the file."""
    return [row._replace(source="capture.pcap") for row in found]


def test_the_same_rows_as_from_the_file() -> None:
    """Whatever the blocks, and with moments between them."""
    expected = [row for block in Captures([str(CAPTURE)]) for row in block]
    assert as_file(rows(LiveCapture(Source(CAPTURE, 4 << 20), KeyLogs([], growing=True)))) == expected


def test_a_list_for_every_moment() -> None:
    """Also where nothing came, so that a caller can look around."""
    live = LiveCapture(Source(CAPTURE, 4 << 20), KeyLogs([], growing=True))
    counts = [len(block) for block in live]
    assert len(counts) >= 5
    assert counts[0] == 0


def test_losses() -> None:
    """Are told meanwhile, and in a row in the end."""
    source = Source(CAPTURE, 4 << 20)
    live = LiveCapture(source, KeyLogs([], growing=True))
    assert live.lost == 0
    source.summary.packet_drops = 12
    assert live.lost == 12
    *_, dropped, summary = rows(live)
    assert (dropped.issue, "12 packets" in (dropped.detail or "")) == ("capture_dropped", True)
    assert json.loads(summary.data or "")["dropped"] == 12


def test_a_key_log_that_grows(tmp_path: Path) -> None:
    """Is looked at with every block, and once more in the end."""
    path = tmp_path / "keys.log"
    keys = KeyLogs([str(path)], growing=True)
    live = iter(LiveCapture(Source(CAPTURE, 4 << 20), keys))
    next(live)
    path.write_text(f"CLIENT_RANDOM {1:064x} {1:096x}\n")
    next(live)
    assert len(keys.keys) == 1
    with path.open("a") as file:
        file.write(f"CLIENT_RANDOM {2:064x} {2:096x}")
    list(live)
    assert len(keys.keys) == 2


def test_secrets_that_come_late(tmp_path: Path) -> None:
    """What was captured before them is read as soon as they are there, though no packet comes any more."""
    recording = Pair().talk([(0, poll()), (1, answer(open_packet("LATE")))])
    wire = Conversation()
    wire.open()
    for side, data in recording.wire[:-2]:  # without the end of the connection
        assert isinstance(data, bytes)
        wire.send(side, data)
    capture, path = tmp_path / "x.pcap", tmp_path / "keys.log"
    capture.write_bytes(pcap(wire.packets))
    live = iter(LiveCapture(Source(capture, 4 << 20), KeyLogs([str(path)], growing=True)))
    assert [next(live), next(live)] == [[], []]
    path.write_bytes(recording.log)
    assert [(row.layer, row.type, row.session) for row in next(live)] == [
        ("http", "GET", "LATE"),
        ("engine.io", "open", "LATE"),
    ]
