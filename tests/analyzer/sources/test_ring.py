"""Rings of packets: their layout, which packets count, and which system calls they take."""

import mmap
import os
import select
import socket
import struct
import sys
from typing import Any

import numpy as np
import pytest

from analyzer.sources import ring
from analyzer.wire.packets import PacketDecoder
from tests.builders import START, Ipv4, ethernet, tcp

ETHERNET, LOOPBACK, TUNNEL = 1, 772, 65534
IN, OUT = 0, 4
FRAME = ethernet(Ipv4().build(tcp((5, 80), b"hello")))
BARE = Ipv4().build(tcp((5, 80), b"hello"))


def entry(
    packet: bytes, hardware: int = ETHERNET, kind: int = IN, *, header: int = 14, length: int | None = None
) -> bytes:
    """A packet as the system puts it into a block, its link header of ``header`` bytes (linux/if_packet.h)."""
    mac, second, nano = 82, START // 10**9, 123_456_789
    size = len(packet) if length is None else length
    head = struct.pack("=6I2H4I8x", 0, second, nano, len(packet), size, 1, mac, mac + header, 0, 0, 0, 0)[:48]
    link = struct.pack("=H", 17) + struct.pack(">H", 0x0800) + struct.pack("=iHBB8x", 1, hardware, kind, 6)
    body = (head + link).ljust(mac, b"\0") + packet
    return body + bytes(-len(body) % 16)


def block(*entries: bytes) -> bytes:
    """A block that the system hands over."""
    body = b""
    for i, each in enumerate(entries):
        body += struct.pack("=I", len(each) if i + 1 < len(entries) else 0) + each[4:]
    return struct.pack("=7I", 2, 48, 1, len(entries), 48, 48 + len(body), 0).ljust(48, b"\0") + body


class Socket:
    """A packet socket whose blocks are made here."""

    def __init__(self, *blocks: bytes, refused: tuple[int, ...] = (), error: int = 0) -> None:
        self.reader, self.writer = os.pipe()
        self.blocks, self.refused, self.error = list(blocks), refused, error
        self.asked: list[tuple[int, int]] = []
        self.drops = 3
        self.ins = self
        self.closed = False
        if blocks:
            os.write(self.writer, b"x")

    def fileno(self) -> int:
        return self.reader

    def setsockopt(self, level: int, option: int, value: bytes) -> None:
        self.asked.append((option, len(value)))
        if option in self.refused:
            raise OSError(92, "Protocol not available")

    def getsockopt(self, level: int, option: int, size: int = 0) -> Any:
        if option == socket.SO_ERROR and level == socket.SOL_SOCKET:
            return self.error
        drops, self.drops = self.drops, 0
        return struct.pack("=III", 9, drops, 0)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A ring over memory of ours."""

    def open_ring(sock: Socket, *, loopback: bool = False) -> ring.Ring:
        memory = mmap.mmap(-1, 128 << 20)
        for i, data in enumerate(sock.blocks):
            memory[i << 20 : (i << 20) + len(data)] = data
        monkeypatch.setattr(ring.mmap, "mmap", lambda *_: memory)
        return ring.Ring(sock, loopback=loopback)

    return open_ring


pytestmark = pytest.mark.skipif(
    not hasattr(select, "poll") or sys.platform == "win32", reason="needs a system with poll"
)


def test_a_block_of_packets(opened: Any) -> None:
    """Bytes, times, lengths and numbers are those of the headers; what they hold decodes."""
    with_data = opened(Socket(block(entry(FRAME), entry(FRAME[:60], length=900)), block(entry(FRAME))))
    first = with_data.read(0)
    assert [first.buffer[s : s + c] for s, c in zip(first.start, first.captured, strict=True)] == [FRAME, FRAME[:60]]
    assert first.original.tolist() == [len(FRAME), 900]
    assert first.time.tolist() == [START // 10**9 * 10**9 + 123_456_789] * 2
    assert first.link.tolist() == [1, 1]
    second = with_data.read(0)
    assert (first.number.tolist(), second.number.tolist()) == ([1, 2], [3])
    segments = PacketDecoder().decode(second)
    assert segments.buffer[segments.start[0] : segments.start[0] + segments.length[0]] == b"hello"


def test_a_block_is_given_back(opened: Any) -> None:
    """Once it was read it is the system's again; nothing is read twice."""
    feed = opened(Socket(block(entry(FRAME))))
    assert feed.read(0) is not None
    assert feed.read(0) is None


def test_without_packets_the_wait_is_over_in_time(opened: Any) -> None:
    """Nothing came: None."""
    assert opened(Socket()).read(0.01) is None


def test_loopback_shows_each_packet_once() -> None:
    """There what goes out comes in as well; on other interfaces both directions count."""
    data = block(entry(FRAME, LOOPBACK, OUT), entry(FRAME, LOOPBACK, IN), entry(FRAME, ETHERNET, OUT))
    places = np.array([48, 48 + len(entry(FRAME)), 48 + 2 * len(entry(FRAME))])
    found = ring.packets(data, places, 7)
    assert found.number.tolist() == [7, 8]
    assert found.start.tolist() == (places[1:] + 82).tolist()


def test_other_hardware_is_read_from_its_ip_header() -> None:
    """Tunnels without a link header, and links whose header is not known."""
    for header in (0, 4):
        data = block(entry(bytes(header) + BARE, TUNNEL, header=header))
        found = ring.packets(data, np.array([48]), 1)
        assert found.link.tolist() == [101]
        assert (found.captured.tolist(), found.original.tolist()) == ([len(BARE)], [len(BARE)])
        assert len(PacketDecoder().decode(found)) == 1


def test_losses_add_up(opened: Any) -> None:
    """The system starts anew whenever it is asked; what came before the ring was there does not count."""
    sock = Socket()
    feed = opened(sock)
    assert feed.dropped() == 0
    sock.drops = 3
    assert feed.dropped() == 3
    assert feed.dropped() == 3
    sock.drops = 2
    assert feed.dropped() == 5


def test_an_interface_that_goes_down(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is an error; a wakeup without one is none."""
    sock = Socket(error=100)
    feed = opened(sock)
    os.close(sock.writer)  # the pipe hangs up, as a socket with an error does
    with pytest.raises(OSError, match="down"):
        feed.read(0.5)
    sock.error = 0
    assert feed.read(0.01) is None


def test_a_system_without_rings() -> None:
    """Says so, after smaller ones were asked for as well."""
    sock = Socket(refused=(5,))
    with pytest.raises(OSError, match="no memory"):
        ring.Ring(sock, loopback=False)
    assert [option for option, _ in sock.asked] == [10, 5, 5, 5, 5, 5]
    with pytest.raises(OSError, match="not available"):
        ring.Ring(Socket(refused=(10,)), loopback=False)


def test_a_ring_whose_memory_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is taken down again, so that the socket can be read without."""

    def failing(*_: Any) -> Any:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(ring.mmap, "mmap", failing)
    sock = Socket()
    with pytest.raises(OSError, match="allocate"):
        ring.Ring(sock, loopback=False)
    assert [option for option, _ in sock.asked] == [10, 5, 5]


def test_loopback_asks_for_one_direction(opened: Any) -> None:
    """Where that is refused, it goes on."""
    sock = Socket(block(entry(FRAME)), refused=(23,))
    assert opened(sock, loopback=True).read(0) is not None
    assert 23 in [option for option, _ in sock.asked]


def test_closing(opened: Any) -> None:
    """Closes the socket, too."""
    sock = Socket()
    opened(sock).close()
    assert sock.closed
