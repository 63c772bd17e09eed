"""Sources that are live: blocks, quiet moments, and their end."""

import errno
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from analyzer.issues import CaptureError
from analyzer.sources import live, network
from analyzer.sources.live import Listening, Piped, Quiet, open_source
from analyzer.wire.block import PacketBlock
from tests.analyzer.cli.inputs import CAPTURE, pcap_header, record
from tests.builders import START, Packet, ethernet


class Feed:
    """Blocks made to order; None is a moment without any."""

    link = 1

    def __init__(self, *blocks: PacketBlock | OSError | None) -> None:
        self.blocks = list(blocks)
        self.closed = False
        self.lost: int | None = None

    def read(self, wait: float) -> PacketBlock | None:
        block = self.blocks.pop(0) if self.blocks else None
        if isinstance(block, OSError):
            raise block
        return block

    def dropped(self) -> int | None:
        return self.lost

    def close(self) -> None:
        self.closed = True


def packets(*times: int) -> PacketBlock:
    """A block of packets."""
    data, count = ethernet(bytes(40)), len(times)
    size = np.full(count, len(data), np.int64)
    start, number = np.arange(count) * len(data), np.arange(1, count + 1)
    return PacketBlock(data * count, start, size, size, np.array(times, np.int64), number, np.ones(count, np.uint32))


def empty() -> PacketBlock:
    """A block without packets."""
    return packets()


def test_blocks_and_quiet_moments() -> None:
    """A moment is quiet when nothing came; until a packet came, no time is known."""
    listening = Listening("eth0", Feed(None, packets(START, START + 5), None, empty()))
    found = iter(listening)
    assert next(found) == Quiet(None)
    block = next(found)
    assert isinstance(block, PacketBlock)
    quiet = next(found)
    assert isinstance(quiet, Quiet)
    assert quiet.now is not None
    assert quiet.now > START - 2 * 10**9
    assert isinstance(next(found), Quiet)
    assert (listening.summary.packets, listening.summary.interfaces[0].name) == (2, "eth0")


def test_time_goes_on_while_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """By as much as passed since the last packet, less what a packet may be late."""
    clock = iter([0, 7 * 10**9])
    monkeypatch.setattr(live.time, "monotonic_ns", lambda: next(clock))
    found = iter(Listening("eth0", Feed(packets(START), None)))
    next(found)
    assert next(found) == Quiet(START + 6 * 10**9)


def test_stopping_takes_what_is_on_its_way() -> None:
    """Then it is over, without another quiet moment."""
    listening = Listening("eth0", Feed(None, packets(START), packets(START + 1)))
    found = iter(listening)
    next(found)
    listening.stop()
    assert [type(block) for block in found] == [PacketBlock, PacketBlock]


def test_stopping_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is waiting; that some of it was left is told."""
    listening = Listening("eth0", Feed(*[packets(START)] * 5))
    clock = iter([0.0, 59.0, 61.0])
    monkeypatch.setattr(live.time, "monotonic", lambda: next(clock))
    listening.stop()
    assert len(list(listening)) == 1
    assert listening.summary.trouble == "packets of eth0 that came before the end were left unread"


def test_stopping_takes_no_more_than_has_come() -> None:
    """What came before is read however long that takes; with the first packet from after it, it is over."""
    listening = Listening("eth0", Feed(packets(START), packets(START + 1), packets(time.time_ns() + 10**9), packets(1)))
    listening.stop()
    assert len(list(listening)) == 3
    assert listening.summary.trouble is None


def test_losses_are_in_the_summary() -> None:
    """As the system counts them."""
    feed = Feed(packets(START))
    feed.lost = 7
    listening = Listening("eth0", feed)
    next(iter(listening))
    assert listening.summary.dropped == 7


def test_an_interface_that_goes_down_ends_it() -> None:
    """The summary says why; what came before is kept."""
    feed = Feed(packets(START), OSError(errno.ENETDOWN, "Network is down"))
    listening = Listening("eth0", feed)
    assert len(list(listening)) == 1
    assert listening.summary.trouble == "eth0 could not be listened to any longer (Network is down)"
    listening.close()
    assert feed.closed


class Fifo:
    """A named pipe that somebody writes a capture into."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fifo"
        os.mkfifo(self.path)
        opener = threading.Thread(target=self._open)
        opener.start()
        self.piped = Piped(str(self.path))
        opener.join()

    def _open(self) -> None:
        self.file = self.path.open("wb", buffering=0)
        self.file.write(pcap_header())


needs_fifos = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@needs_fifos
def test_a_pipe(tmp_path: Path) -> None:
    """Packets come as they are written, with quiet moments between; its end is the end."""
    fifo = Fifo(tmp_path)
    found = iter(fifo.piped)
    assert next(found) == Quiet()
    fifo.file.write(record(Packet(ethernet(bytes(40)), START)))
    block = next(found)
    assert isinstance(block, PacketBlock)
    assert next(found) == Quiet()
    fifo.file.write(record(Packet(ethernet(bytes(40)), START)))
    fifo.file.close()
    assert [len(block) for block in found if isinstance(block, PacketBlock)] == [1]
    assert (fifo.piped.summary.packets, fifo.piped.name) == (2, "fifo")
    fifo.piped.close()


@needs_fifos
def test_stopping_a_pipe(tmp_path: Path) -> None:
    """What is in it is still read; its writer need not end."""
    fifo = Fifo(tmp_path)
    fifo.file.write(record(Packet(ethernet(bytes(40)), START)))
    fifo.piped.stop()
    assert [type(block) for block in fifo.piped] == [PacketBlock]
    fifo.file.close()
    fifo.piped.close()


def test_a_file_is_read_to_its_end() -> None:
    """Without a quiet moment."""
    piped = open_source(str(CAPTURE), None, None)
    assert all(isinstance(block, PacketBlock) for block in piped)
    assert piped.summary.packets > 50


def test_what_to_watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Exactly one thing; a filter is for an interface only; what is no capture is refused."""
    monkeypatch.setattr(network, "names", lambda **_: ["lo", "eth0"])
    with pytest.raises(CaptureError, match=r"nothing to watch: name an interface with -i .lo, eth0., or -"):
        open_source(None, None, None)
    with pytest.raises(CaptureError, match="either -i or a capture, not both"):
        open_source("-", "lo", None)
    with pytest.raises(CaptureError, match="--filter is for an interface"):
        open_source(str(CAPTURE), None, "tcp")
    notes = tmp_path / "notes.txt"
    notes.write_text("hello there\n")
    with pytest.raises(CaptureError, match="looks like a text file"):
        open_source(str(notes), None, None)


def test_an_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is opened with its filter."""
    asked: list[tuple[str, str | None]] = []
    monkeypatch.setattr(network, "open_feed", lambda *how: asked.append(how) or Feed())
    assert isinstance(open_source(None, "lo", "tcp"), Listening)
    assert asked == [("lo", "tcp")]
