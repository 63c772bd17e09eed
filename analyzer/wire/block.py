"""What goes from the capture readers to the TCP code: packets, and TCP segments, a block at a time as numpy arrays.

A block is some megabytes of a capture. Every array has one element per packet (or segment); offsets count from
the start of ``buffer``; times are ns since 1970 UTC.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Uint64s = NDArray[np.uint64]
Uint32s = NDArray[np.uint32]
Uint16s = NDArray[np.uint16]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10


@dataclass(frozen=True, slots=True)
class PacketBlock:
    """Captured packets of one source, in file order. ``original`` is never below ``captured``."""

    buffer: bytes
    start: Int64s
    """Offset of each packet's first byte in ``buffer``."""
    captured: Int64s
    """Bytes captured."""
    original: Int64s
    """Bytes on the wire."""
    time: Int64s
    number: Int64s
    """Number of the packet in its source, from 1."""
    link: Uint32s
    """LINKTYPE_ value of the interface each packet came from (tcpdump.org/linktypes.html)."""

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Segments:
    """TCP segments in the order of their block; addresses are 128 bits, IPv4 as ``::ffff:a.b.c.d``.

    ``a`` sent it to ``b``. The payload captured is ``buffer[start:start + length]``, without the link layer's padding;
    ``missing`` more bytes of it were on the wire and were cut off by the snapshot length.
    """

    buffer: bytes
    """The block's buffer, with the bytes of reassembled or unwrapped datagrams behind it."""
    time: Int64s
    number: Int64s
    a_hi: Uint64s
    a_lo: Uint64s
    b_hi: Uint64s
    b_lo: Uint64s
    a_port: Uint16s
    b_port: Uint16s
    seq: Uint32s
    ack: Uint32s
    flags: Bytes
    """FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128."""
    start: Int64s
    length: Int64s
    missing: Int64s
    source: int = 0
    """Which source of the run; set by the pipeline."""

    def __len__(self) -> int:
        return len(self.start)


@dataclass(slots=True)
class Counters:
    """What became of the packets decoded so far.

    Each is one of tcp, not_tcp, undecoded, or a fragment that waits (the fragment that completes a datagram counts as
    what it completed, too).
    """

    packets: int = 0
    bytes: int = 0
    """Bytes on the wire."""
    truncated: int = 0
    """Packets of which fewer bytes were captured than were on the wire."""
    tcp: int = 0
    """TCP segments handed on."""
    not_tcp: int = 0
    """Packets that hold no TCP (another protocol, or encrypted)."""
    udp443: int = 0
    """Of ``not_tcp``: UDP on port 443, which may be QUIC and so WebTransport."""
    undecoded: int = 0
    """Packets whose headers are cut off or broken."""
    scapy: int = 0
    """Packets left to scapy (tunnels, odd link types)."""
    fragments: int = 0
    """IP fragments that could hold TCP."""
    fragments_lost: int = 0
    """Of ``fragments``: those of datagrams that never became whole; complete once decoding is finished."""

    def add(self, other: "Counters") -> None:
        """Adds ``other``'s counts to these."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
