"""Packets and capture files made to order, byte by byte, so that a test says what it reads."""

import gzip
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from struct import pack
from typing import NamedTuple

ETHERNET, RAW, SLL, SLL2, NULL, LOOP = 1, 101, 113, 276, 0, 108
IPV4, IPV6 = 0x0800, 0x86DD
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START = 1_700_000_000_000_000_000
"""A time to begin with, ns since 1970."""


class Packet(NamedTuple):
    """A captured packet: ``time`` in ns, ``original`` its length on the wire where the capture cut it."""

    data: bytes
    time: int = START
    original: int | None = None


# ---- headers ---------------------------------------------------------------------------------------------------------


def tcp(ports: tuple[int, int], payload: bytes = b"", seq: int = 0, ack: int = 0, flags: int = PSH | ACK) -> bytes:
    """A TCP segment without options."""
    return tcp_with(ports, payload, b"", seq, ack, flags)


def tcp_with(
    ports: tuple[int, int], payload: bytes, options: bytes, seq: int = 0, ack: int = 0, flags: int = PSH | ACK
) -> bytes:
    """A TCP segment with options (a multiple of 4 bytes)."""
    words = (20 + len(options)) // 4
    return pack(">HHIIBBHHH", *ports, seq, ack, words << 4, flags, 65535, 0, 0) + options + payload


def udp(ports: tuple[int, int], payload: bytes = b"") -> bytes:
    """A UDP datagram."""
    return pack(">HHHH", *ports, 8 + len(payload), 0) + payload


@dataclass(frozen=True)
class Ipv4:
    """An IPv4 header; `build` puts it before a payload."""

    source: str = "10.0.0.1"
    destination: str = "10.0.0.2"
    protocol: int = 6
    options: bytes = b""
    identification: int = 1
    position: int = 0
    """Flags and fragment offset as in the header: 0x2000 is "more fragments"."""
    total: int | None = None
    """Total length to claim; None is the true one."""

    def build(self, payload: bytes) -> bytes:
        """The packet."""
        length = 20 + len(self.options)
        total = length + len(payload) if self.total is None else self.total
        first = 0x40 | length // 4
        addresses = ipaddress.IPv4Address(self.source).packed + ipaddress.IPv4Address(self.destination).packed
        before = pack(">BBHHHBB", first, 0, total, self.identification, self.position, 64, self.protocol)
        checksum = _checksum(before + b"\0\0" + addresses + self.options)
        return before + pack(">H", checksum) + addresses + self.options + payload


@dataclass(frozen=True)
class Ipv6:
    """An IPv6 header with extension headers: pairs of type and body (its first two bytes are filled in)."""

    source: str = "2001:db8::1"
    destination: str = "2001:db8::2"
    protocol: int = 6
    extensions: Sequence[tuple[int, bytes]] = ()
    length: int | None = None
    """Payload length to claim; None is the true one."""

    def build(self, payload: bytes) -> bytes:
        """The packet."""
        kinds = [kind for kind, _ in self.extensions] + [self.protocol]
        body = b"".join(_extension(pair, kinds[i + 1]) for i, pair in enumerate(self.extensions)) + payload
        length = len(body) if self.length is None else self.length
        addresses = ipaddress.IPv6Address(self.source).packed + ipaddress.IPv6Address(self.destination).packed
        return pack(">IHBB", 0x6000_0000, length, kinds[0], 64) + addresses + body


def _extension(extension: tuple[int, bytes], following: int) -> bytes:
    kind, body = extension
    size = 0 if kind == 44 else len(body) // 4 - 2 if kind == 51 else len(body) // 8 - 1
    return bytes([following, size]) + body[2:]


def fragment6(offset: int, more: bool, identification: int = 1) -> tuple[int, bytes]:
    """An IPv6 fragment header for `Ipv6.extensions`; ``offset`` in bytes."""
    return 44, b"\0\0" + pack(">HI", offset | more, identification)


def _checksum(data: bytes) -> int:
    total = sum(int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(payload: bytes, ethertype: int = IPV4, tags: Iterable[int] = ()) -> bytes:
    """An Ethernet frame; ``tags`` are the EtherTypes of VLAN tags, outermost first (0x8100, 0x88A8)."""
    kinds = [*tags, ethertype]
    inside = b"".join(pack(">HH", 100, kind) for kind in kinds[1:])
    return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + pack(">H", kinds[0]) + inside + payload


def cooked(payload: bytes, ethertype: int = IPV4) -> bytes:
    """A Linux cooked packet (version 1)."""
    return pack(">HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\x01", ethertype) + payload


def cooked2(payload: bytes, ethertype: int = IPV4) -> bytes:
    """A Linux cooked packet (version 2)."""
    return pack(">HHIHBB8s", ethertype, 0, 1, 1, 0, 6, b"\x02\0\0\0\0\x01") + payload


def loopback(payload: bytes, family: int = 2, order: str = "<") -> bytes:
    """A BSD loopback packet."""
    return pack(order + "I", family) + payload


def frame(payload: bytes, seq: int = 0, ports: tuple[int, int] = (40000, 3000)) -> bytes:
    """The ordinary case: Ethernet, IPv4, TCP."""
    return ethernet(Ipv4().build(tcp(ports, payload, seq)))


# ---- a conversation --------------------------------------------------------------------------------------------------


@dataclass
class Conversation:
    """Both sides of a TCP connection as Ethernet packets, in order; ``step`` ns apart."""

    client: tuple[str, int] = ("10.0.0.1", 40000)
    server: tuple[str, int] = ("10.0.0.2", 3000)
    time: int = START
    step: int = 1_000_000
    seqs: list[int] = field(default_factory=lambda: [1000, 5000])
    packets: list[Packet] = field(default_factory=list)

    def segment(self, side: int, payload: bytes = b"", flags: int = ACK) -> None:
        """One segment; ``side`` 0 is the client's. SYN and FIN take a sequence number."""
        a, b = (self.client, self.server) if side == 0 else (self.server, self.client)
        body = tcp((a[1], b[1]), payload, self.seqs[side], self.seqs[1 - side] if flags & ACK else 0, flags)
        version: Ipv4 | Ipv6 = Ipv6(a[0], b[0]) if ":" in a[0] else Ipv4(a[0], b[0])
        ethertype = IPV6 if ":" in a[0] else IPV4
        self.packets.append(Packet(ethernet(version.build(body), ethertype), self.time))
        self.seqs[side] = self.seqs[side] + len(payload) + bool(flags & (SYN | FIN)) & 0xFFFF_FFFF
        self.time += self.step

    def open(self) -> None:
        """The handshake."""
        self.segment(0, flags=SYN)
        self.segment(1, flags=SYN | ACK)
        self.segment(0)

    def send(self, side: int, data: bytes, size: int = 1448) -> None:
        """Data in segments of at most ``size`` bytes, acknowledged at the end."""
        for start in range(0, len(data), size):
            self.segment(side, data[start : start + size], PSH | ACK)
        self.segment(1 - side)

    def close(self, side: int = 0) -> None:
        """FIN from one side, then from the other."""
        self.segment(side, flags=FIN | ACK)
        self.segment(1 - side, flags=FIN | ACK)
        self.segment(side)


# ---- capture files ---------------------------------------------------------------------------------------------------


def pcap(packets: Iterable[Packet], order: str = "<", nanoseconds: bool = False, link: int = ETHERNET) -> bytes:
    """A pcap file."""
    magic, unit = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    parts = [pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    parts += [pcap_record(packet, order, unit) for packet in packets]
    return b"".join(parts)


def pcap_record(packet: Packet, order: str = "<", unit: int = 1000) -> bytes:
    """One record of a pcap file whose fractions count ``unit`` ns."""
    seconds, fraction = divmod(packet.time, 1_000_000_000)
    original = len(packet.data) if packet.original is None else packet.original
    return pack(order + "IIII", seconds, fraction // unit, len(packet.data), original) + packet.data


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """A pcapng option."""
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


END_OF_OPTIONS = bytes(4)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    return pack(order + "II", kind, len(body) + 12) + body + pack(order + "I", len(body) + 12)


def section(order: str = "<", options: bytes = b"") -> bytes:
    """A Section Header Block."""
    return block(0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options, order)


def interface(order: str = "<", link: int = ETHERNET, snaplen: int = 262144, options: bytes = b"") -> bytes:
    """An Interface Description Block."""
    return block(1, pack(order + "HHI", link, 0, snaplen) + options, order)


def enhanced(
    packet: Packet, order: str = "<", number: int = 0, stamp: int | None = None, options: bytes = b""
) -> bytes:
    """An Enhanced Packet Block of interface ``number``; its time stamp, where not given, counts microseconds."""
    stamp = packet.time // 1000 if stamp is None else stamp
    original = len(packet.data) if packet.original is None else packet.original
    head = pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFF_FFFF, len(packet.data), original)
    return block(6, head + packet.data + bytes(-len(packet.data) % 4) + options, order)


def simple(packet: Packet, order: str = "<") -> bytes:
    """A Simple Packet Block."""
    original = len(packet.data) if packet.original is None else packet.original
    return block(3, pack(order + "I", original) + packet.data, order)


def old_packet(packet: Packet, order: str = "<", number: int = 0, drops: int = 0xFFFF) -> bytes:
    """A Packet Block, which Enhanced Packet Blocks replaced."""
    stamp = packet.time // 1000
    original = len(packet.data) if packet.original is None else packet.original
    head = pack(order + "HHIIII", number, drops, stamp >> 32, stamp & 0xFFFF_FFFF, len(packet.data), original)
    return block(2, head + packet.data, order)


def statistics(number: int, options: bytes, order: str = "<") -> bytes:
    """An Interface Statistics Block."""
    return block(5, pack(order + "III", number, 0, 0) + options, order)


def secrets(data: bytes, order: str = "<", kind: int = 0x544C534B) -> bytes:
    """A Decryption Secrets Block; the kind is that of TLS key logs."""
    return block(10, pack(order + "II", kind, len(data)) + data, order)


def pcapng(packets: Iterable[Packet], order: str = "<", link: int = ETHERNET) -> bytes:
    """A pcapng file of one section and one interface, times in microseconds."""
    return section(order) + interface(order, link) + b"".join(enhanced(packet, order) for packet in packets)


def gzipped(data: bytes) -> bytes:
    """The same bytes every time."""
    return gzip.compress(data, mtime=0)
