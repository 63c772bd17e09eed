"""Packets one by one, from sockets of every system."""

import os
import socket
import struct
import sys
from typing import Any

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether

from analyzer.sources.packet_queue import Queue
from analyzer.wire import links
from tests.builders import START, Ipv4, ethernet, tcp

FRAME = ethernet(Ipv4().build(tcp((5, 80), b"hello")))
BARE = Ipv4().build(tcp((5, 80), b"bye"))


class Sock:
    """A scapy socket of a system other than Linux."""

    LL = Ether

    def __init__(self, *taken: tuple[Any, bytes | None, float | None]) -> None:
        self.taken = list(taken)
        self.closed = False

    @staticmethod
    def select(sockets: "list[Sock]", remain: float) -> "list[Sock]":
        return [sock for sock in sockets if sock.taken]

    def recv_raw(self) -> tuple[Any, bytes | None, float | None]:
        return self.taken.pop(0)

    def close(self) -> None:
        self.closed = True


def test_what_is_there_is_a_block() -> None:
    """With each packet's time and link type, numbered on and on."""
    sock = Sock((Ether, FRAME, START / 1e9), (IP, BARE, START / 1e9 + 1))
    queue = Queue(sock, loopback=False)
    block = queue.read(0.1)
    assert block is not None
    assert [block.buffer[s : s + c] for s, c in zip(block.start, block.captured, strict=True)] == [FRAME, BARE]
    assert block.time.tolist() == [START, START + 10**9]
    assert block.link[0] == 1
    assert int(block.link[1]) in links.RAW
    sock.taken.append((Ether, FRAME, 5.0))
    again = queue.read(0.1)
    assert again is not None
    assert (block.number.tolist(), again.number.tolist()) == ([1, 2], [3])


def test_nothing() -> None:
    """No packet, or a wakeup without one."""
    assert Queue(Sock(), loopback=False).read(0.0) is None
    assert Queue(Sock((None, None, None)), loopback=False).read(0.1) is None


def test_a_time_that_the_system_does_not_tell() -> None:
    """Is that of taking it."""
    block = Queue(Sock((Ether, FRAME, None)), loopback=False).read(0.1)
    assert block is not None
    assert block.time[0] > START


def test_losses_are_what_the_system_says() -> None:
    """If it does."""
    sock = Sock()
    assert Queue(sock, loopback=False).dropped() is None
    sock.get_stats = lambda: (10, 4)  # type: ignore[attr-defined]
    assert Queue(sock, loopback=False).dropped() == 4


def test_an_unknown_link_is_ethernet() -> None:
    """scapy has no number for some of its classes."""
    assert Queue(Sock(), loopback=False).link == 1
    sock = Sock()
    sock.LL = int  # type: ignore[assignment]
    assert Queue(sock, loopback=False).link == 1


def test_closing() -> None:
    """Closes the socket."""
    sock = Sock()
    Queue(sock, loopback=False).close()
    assert sock.closed


class LinuxSock(Sock):
    """One of Linux."""

    def __init__(self, *taken: tuple[Any, bytes | None, float | None]) -> None:
        super().__init__(*taken)
        self.ins = Counting()

    def recv_raw(self, size: int = 0) -> tuple[Any, bytes | None, float | None]:
        assert size > 65_550
        return self.taken.pop(0)


class Counting(socket.socket):
    """A socket that counts losses as a packet socket does."""

    def getsockopt(self, level: int, option: int, size: int = 0) -> Any:  # type: ignore[override]
        return struct.pack("=II", 5, 2) if level == 263 else super().getsockopt(level, option)


@pytest.mark.skipif(sys.platform != "linux", reason="concerns Linux")
def test_on_linux() -> None:
    """Large packets are asked for, the buffer is widened, losses add up."""
    sock = LinuxSock((Ether, FRAME, 1.0))
    before = sock.ins.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    queue = Queue(sock, loopback=True)
    assert sock.ins.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > before or os.geteuid() != 0
    assert queue.read(0.1) is not None
    assert (queue.dropped(), queue.dropped()) == (2, 4)
    sock.ins.close()
