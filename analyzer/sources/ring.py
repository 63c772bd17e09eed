"""Packets out of the ring that Linux shares with a packet socket (TPACKET_V3): blocks of them, without a call a packet.

The system fills a block, and hands it over when it is full or some milliseconds old; packets for which no block is
free are counted as lost. Layouts are those of linux/if_packet.h; see Documentation/networking/packet_mmap.rst.
"""

import mmap
import os
import select
import socket
import struct
from contextlib import suppress
from typing import Any, Final

import numpy as np

from analyzer.wire import links
from analyzer.wire.block import Int64s, PacketBlock, Uint32s
from analyzer.wire.gather import Records, records

_SOL_PACKET: Final = 263
_RX_RING, _STATISTICS, _VERSION, _IGNORE_OUTGOING = 5, 6, 10, 23
_TPACKET_V3: Final = 2
_BLOCK: Final = 1 << 20
_FRAME: Final = 1 << 11
"""Needed by the interface of older versions; blocks hold packets of any size up to their own."""
_BLOCKS: Final = (128, 64, 32, 8, 2)
"""How many blocks to ask for; fewer where there is no memory for more."""
_RETIRE: Final = 50
"""Milliseconds after which a block that holds anything is handed over."""
_STATUS, _HEADS = 8, 12
"""Where a block says whose it is, and how many packets it holds from where on."""
_USER: Final = 1
_ADDRESS: Final = 48
"""Where a packet's link address (sockaddr_ll) is, from its header."""
_HEAD: Final = np.dtype([("next", "u4"), ("second", "u4"), ("nano", "u4"), ("captured", "u4"), ("length", "u4"),
    ("status", "u4"), ("mac", "u2"), ("net", "u2")])  # fmt: skip
_LINK: Final = np.dtype([("family", "u2"), ("protocol", ">u2"), ("index", "i4"), ("hardware", "u2"), ("kind", "u1")])
_OUTGOING: Final = 4
_LOOPBACK: Final = 772
_HARDWARE: Final = {1: 1, _LOOPBACK: 1, 801: 105, 802: 119, 803: 127}
"""ARPHRD_ values to LINKTYPE_ values; of all others only the IP packets are looked at, without their link header."""
_RAW: Final = 101


class Ring:
    """The packets of a scapy socket on Linux."""

    link = links.ETHERNET

    def __init__(self, sock: Any, *, loopback: bool) -> None:
        """Raises OSError or AttributeError where the system has no such rings; the socket is as it was then."""
        self._owner = sock
        self._lost = 0
        self._socket: socket.socket = sock.ins
        self._count = _share(self._socket)
        if loopback:
            _ignore_outgoing(self._socket)
        self._memory = _mapped(self._socket, self._count * _BLOCK)
        self._poll = select.poll()
        self._poll.register(self._socket.fileno(), select.POLLIN | select.POLLERR)
        self._next = 0
        self._number = 1
        self.dropped()
        self._lost = 0  # what came before there was a filter and a ring is no loss

    def read(self, wait: float) -> PacketBlock | None:
        """The next block handed over, waiting so many seconds for it. Raises OSError when the interface is down."""
        if not self._ready():
            for _, state in self._poll.poll(wait * 1000):
                if state & ~select.POLLIN:
                    self._fail()
            if not self._ready():
                return None
        return self._take()

    def dropped(self) -> int | None:
        """Packets lost so far for want of a free block."""
        counters = self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 12)
        self._lost += struct.unpack_from("=II", counters)[1]  # reading sets them to zero
        return self._lost

    def close(self) -> None:
        """Gives the memory back and closes the socket."""
        self._memory.close()
        self._owner.close()

    def _ready(self) -> bool:
        (status,) = struct.unpack_from("=I", self._memory, self._next * _BLOCK + _STATUS)
        return bool(status & _USER)

    def _fail(self) -> None:
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error))

    def _take(self) -> PacketBlock:
        begin = self._next * _BLOCK
        count, first, length = struct.unpack_from("=III", self._memory, begin + _HEADS)
        data = self._memory[begin : begin + length]
        struct.pack_into("=I", self._memory, begin + _STATUS, 0)
        self._next = (self._next + 1) % self._count
        block = packets(data, _places(data, count, first), self._number)
        self._number += len(block)
        return block


def _places(data: bytes, count: int, first: int) -> Int64s:
    """Where each packet's header begins."""
    places, at, head = [], first, struct.Struct("=I").unpack_from
    for _ in range(count):
        places.append(at)
        at += head(data, at)[0]
    return np.array(places, np.int64)


def packets(data: bytes, places: Int64s, number: int) -> PacketBlock:
    """The packets whose headers are at these places; what a loopback interface shows twice comes once.

    ``number`` is that of the first one.
    """
    link = records(data, places + _ADDRESS, _LINK)
    once = (link["kind"] != _OUTGOING) | (link["hardware"] != _LOOPBACK)
    places, link = places[once], link[once]
    head = records(data, places, _HEAD)
    kinds = _kinds(link)
    bare = kinds == _RAW
    skipped = np.where(bare, head["net"], head["mac"]).astype(np.int64)
    before = skipped - head["mac"]
    captured = np.maximum(head["captured"].astype(np.int64) - before, 0)
    original = np.maximum(head["length"].astype(np.int64) - before, captured)
    time = head["second"].astype(np.int64) * 1_000_000_000 + head["nano"]
    return PacketBlock(data, places + skipped, captured, original, time, np.arange(number, number + len(places)), kinds)


def _kinds(link: Records) -> Uint32s:
    """What each packet begins with, as a LINKTYPE_ value."""
    kinds = np.full(len(link), _RAW, np.uint32)
    for hardware, kind in _HARDWARE.items():
        kinds[link["hardware"] == hardware] = kind
    return kinds


def _share(sock: socket.socket) -> int:
    """Has the system make the ring; how many blocks it has."""
    sock.setsockopt(_SOL_PACKET, _VERSION, struct.pack("=i", _TPACKET_V3))
    for count in _BLOCKS:
        wish = struct.pack("=7I", _BLOCK, count, _FRAME, _BLOCK // _FRAME * count, _RETIRE, 0, 0)
        with suppress(OSError):
            sock.setsockopt(_SOL_PACKET, _RX_RING, wish)
            return count
    raise OSError("no memory for a ring of packets")


def _mapped(sock: socket.socket, size: int) -> mmap.mmap:
    """The ring's memory; where it cannot be had, the socket has no ring any more."""
    try:
        return mmap.mmap(sock.fileno(), size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
    except (OSError, ValueError):
        sock.setsockopt(_SOL_PACKET, _RX_RING, bytes(28))
        raise


def _ignore_outgoing(sock: socket.socket) -> None:
    """On the loopback interface every packet goes out and comes in: once is enough (Linux 4.20 and newer)."""
    with suppress(OSError):  # where it cannot be asked for both come, and `packets` leaves one out
        sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, struct.pack("=i", 1))
