"""Packets out of scapy's sockets one by one: what every system has, where there is nothing quicker."""

import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any, Final

import numpy as np

from analyzer.wire import links
from analyzer.wire.block import PacketBlock

_MOST: Final = 4096
"""Packets of a block at most."""
_SECONDS: Final = 0.05
"""How long a block may be filled."""
_LARGEST: Final = 1 << 18
"""Bytes of a packet on Linux at most: the loopback interface's are larger than what scapy takes by itself."""
_BUFFER: Final = 64 << 20
_SOL_PACKET, _STATISTICS, _IGNORE_OUTGOING, _SO_RCVBUFFORCE = 263, 6, 23, 33
_SECOND: Final = 1_000_000_000
Taken = tuple[Any, bytes, float | None]
"""What scapy tells of a packet: the class of its outermost layer, its bytes, its time in seconds."""


class Queue:
    """The packets of a scapy socket on any system."""

    def __init__(self, sock: Any, *, loopback: bool) -> None:
        self._socket = sock
        self.link = _link(getattr(sock, "LL", None))
        self._number = 1
        self._lost = 0
        self._linux = sys.platform == "linux" and isinstance(getattr(sock, "ins", None), socket.socket)
        if self._linux:
            _widen(sock.ins, loopback)
            self.dropped()
            self._lost = 0  # what came before there was a filter is no loss

    def read(self, wait: float) -> PacketBlock | None:
        """The packets that are there, waiting so many seconds for the first. Raises OSError."""
        end = time.monotonic() + wait + _SECONDS
        taken: list[Taken] = []
        while len(taken) < _MOST and time.monotonic() < end and self._some(0.0 if taken else wait):
            packet = self._socket.recv_raw(_LARGEST) if self._linux else self._socket.recv_raw()
            if packet[0] is None or not packet[1]:
                break
            taken.append(packet)
        return self._block(taken) if taken else None

    def dropped(self) -> int | None:
        """Packets lost so far because they were not taken in time, where the system says so."""
        if self._linux:
            self._lost += struct.unpack_from("=II", self._socket.ins.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
            return self._lost
        stats = getattr(self._socket, "get_stats", None)
        return None if stats is None else stats()[1]

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()

    def _some(self, wait: float) -> bool:
        return bool(type(self._socket).select([self._socket], wait))

    def _block(self, taken: list[Taken]) -> PacketBlock:
        kinds, packets, times = zip(*taken, strict=True)
        now = time.time()
        size = np.array([len(packet) for packet in packets], np.int64)
        stamps = np.array([round(float(now if at is None else at) * _SECOND) for at in times], np.int64)
        link = np.array([_link(kind) for kind in kinds], np.uint32)
        number = np.arange(self._number, self._number + len(taken))
        self._number += len(taken)
        return PacketBlock(b"".join(packets), np.cumsum(size) - size, size, size, stamps, number, link)


def _link(kind: Any) -> int:
    """The LINKTYPE_ value of what scapy calls a class."""
    from scapy.config import conf

    found = conf.l2types.layer2num.get(kind)
    return links.ETHERNET if found is None else int(found)


def _widen(sock: socket.socket, loopback: bool) -> None:
    """Room for packets while nobody takes any, as much as the system grants; the loopback interface's only once."""
    for option in (socket.SO_RCVBUF, _SO_RCVBUFFORCE):
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
    if loopback:
        with suppress(OSError):
            sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, struct.pack("=i", 1))
