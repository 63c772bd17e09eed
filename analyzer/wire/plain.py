"""One packet's headers, read one after the other: the reference that the block-at-a-time path is tested against.

It also takes what that path leaves: IPv6 extension headers, fragments, odd lengths. Sources: IEEE 802.3 and 802.1Q,
RFC 791, RFC 8200, RFC 4302 (AH), RFC 9293; for lengths of 0 see `dissect`.
"""

from enum import Enum, auto
from struct import Struct
from typing import Final, NamedTuple

from analyzer.wire import links
from analyzer.wire.endpoints import MAPPED

TCP: Final = 6
UDP: Final = 17
AH: Final = 51
FRAGMENT: Final = 44
TUNNELS: Final = frozenset({4, 41, 47, 97, 137})
"""IP protocols that may hold an IP packet: IPv4, IPv6, GRE, EtherIP, MPLS."""
TUNNEL_PORTS: Final = frozenset({2152, 4789, 4790, 6081, 6635, 8472})
"""UDP destination ports of GTP-U, VXLAN (and its GPE and Linux's older port), GENEVE and MPLS-in-UDP."""
EXTENSIONS: Final = frozenset({0, 43, FRAGMENT, AH, 60, 135, 139, 140})
"""IPv6 extension headers: hop-by-hop, routing, fragment, AH, destination options, mobility, HIP, Shim6."""
QUIC_PORT: Final = 443
MAX_EXTENSIONS: Final = 16

_U16 = Struct(">H").unpack_from
_IPV4 = Struct(">BxHxxHxBxxII").unpack_from
_IPV6 = Struct(">BxxxHBxQQQQ").unpack_from
_TCP = Struct(">HHIIBB").unpack_from


class Other(Enum):
    """A packet that gives no TCP segment here."""

    NOT_TCP = auto()
    UDP443 = auto()
    """Not TCP, but UDP on port 443."""
    TUNNEL = auto()
    """May hold TCP inside something this module does not read."""
    UNDECODED = auto()
    """Headers cut off or broken."""


class Segment(NamedTuple):
    """A TCP segment; the fields of `analyzer.wire.block.Segments`, ``start`` counted from the packet's first byte."""

    a_hi: int
    a_lo: int
    b_hi: int
    b_lo: int
    a_port: int
    b_port: int
    seq: int
    ack: int
    flags: int
    start: int
    length: int
    missing: int


class Fragment(NamedTuple):
    """Part of an IP datagram: its payload belongs at ``offset``, and ``more`` follows."""

    key: tuple[int, ...]
    """Equal for the fragments of one datagram."""
    header: bytes
    """IP header (20 or 40 bytes) to put before the whole payload; lengths and fragment fields are stale."""
    protocol: int
    offset: int
    more: bool
    payload: bytes
    cut: bool
    """The snapshot length cut bytes of this fragment off."""


Piece = Segment | Fragment | Other
Addresses = tuple[int, int, int, int]


def dissect(packet: bytes, link: int, wire: int) -> Piece:
    """What ``packet`` holds; ``wire`` is its length on the wire, never below ``len(packet)``.

    An IPv4 total length or IPv6 payload length of 0 is a large packet that the network card was to cut up (TSO, BIG
    TCP): it reaches to the end of the packet.
    """
    if link in links.SCAPY:
        return Other.TUNNEL
    found = network(packet, link)
    if found is None:
        return Other.UNDECODED
    at, ethertype = found
    if ethertype == links.IPV4:
        return _ipv4(packet, at, wire)
    if ethertype == links.IPV6:
        return _ipv6(packet, at, wire)
    bridged = ethertype in links.TUNNEL_ETHERTYPES or (
        ethertype < links.LLC_LIMIT and packet[at : at + 2] == b"\xaa\xaa"
    )
    return Other.TUNNEL if bridged else Other.NOT_TCP


def network(packet: bytes, link: int) -> tuple[int, int] | None:
    """Offset of the network header, past any VLAN tags, and its EtherType; None where they are cut off."""
    if link in links.RAW:
        return _by_version(packet, 0)
    if link in links.FAMILY:
        return (links.FAMILY_LENGTH, _family(packet)) if len(packet) >= links.FAMILY_LENGTH else None
    shape = links.SHAPES.get(link)
    if shape is None or len(packet) < shape.length:
        return None
    at, ethertype = shape.length, _U16(packet, shape.ethertype)[0]
    for _ in range(links.MAX_TAGS):
        if ethertype not in links.TAGS:
            break
        if len(packet) < at + 4:
            return None
        at, ethertype = at + 4, _U16(packet, at + 2)[0]
    return at, ethertype


def _by_version(packet: bytes, at: int) -> tuple[int, int] | None:
    version = packet[at] >> 4 if len(packet) > at else 0
    return {4: (at, links.IPV4), 6: (at, links.IPV6)}.get(version)


def _family(packet: bytes) -> int:
    number = int.from_bytes(packet[:4], "little")
    if number > 0xFFFF:
        number = int.from_bytes(packet[:4], "big")
    return links.FAMILIES.get(number, 0xFFFF)


def _ipv4(packet: bytes, at: int, wire: int) -> Piece:
    if len(packet) < at + 20:
        return Other.UNDECODED
    first, total, position, protocol, source, destination = _IPV4(packet, at)
    length = (first & 15) * 4
    if first >> 4 != 4 or length < 20:
        return Other.UNDECODED
    end = min(at + total, wire) if total else wire
    if position & 0x3FFF:
        if not may_hold_tcp(protocol):
            return Other.NOT_TCP
        if len(packet) < at + length:
            return Other.UNDECODED
        key = (4, source, destination, _U16(packet, at + 4)[0], protocol)
        place = (position & 0x1FFF) * 8, bool(position & 0x2000)
        return _fragment(packet, (key, packet[at : at + 20], protocol), place, (at + length, end))
    addresses = 0, MAPPED | source, 0, MAPPED | destination
    if protocol == AH:
        return _extended(packet, (at + length, end), AH, addresses, b"")
    return _transport(packet, (at + length, end), protocol, addresses)


def _ipv6(packet: bytes, at: int, wire: int) -> Piece:
    if len(packet) < at + 40:
        return Other.UNDECODED
    first, length, protocol, *halves = _IPV6(packet, at)
    if first >> 4 != 6:
        return Other.UNDECODED
    end = min(at + 40 + length, wire) if length else wire
    a_hi, a_lo, b_hi, b_lo = halves
    return _extended(packet, (at + 40, end), protocol, (a_hi, a_lo, b_hi, b_lo), packet[at : at + 40])


def _extended(packet: bytes, span: tuple[int, int], protocol: int, addresses: Addresses, header: bytes) -> Piece:
    """The packet behind its extension headers; ``header`` is the IPv6 header (empty for IPv4, which has only AH)."""
    at, end = span
    for _ in range(MAX_EXTENSIONS):
        if protocol not in EXTENSIONS or (not header and protocol != AH):
            return _transport(packet, (at, end), protocol, addresses)
        if min(len(packet), end) < at + 8:
            return Other.UNDECODED
        upper, units = packet[at], packet[at + 1]
        if protocol == FRAGMENT:
            position = _U16(packet, at + 2)[0]
            if position & 0xFFF9:
                if not may_hold_tcp(upper):
                    return Other.NOT_TCP
                key = (6, *addresses, int.from_bytes(packet[at + 4 : at + 8], "big"))
                return _fragment(packet, (key, header, upper), (position & 0xFFF8, bool(position & 1)), (at + 8, end))
            at += 8
        else:
            at += (units + 2) * 4 if protocol == AH else (units + 1) * 8
        protocol = upper
    return Other.UNDECODED


def _fragment(
    packet: bytes,
    datagram: tuple[tuple[int, ...], bytes, int],
    place: tuple[int, bool],
    span: tuple[int, int],
) -> Fragment:
    start, end = span
    payload = packet[start : max(start, end)]
    return Fragment(*datagram, *place, payload, cut=len(payload) < end - start)


def may_hold_tcp(protocol: int) -> bool:
    """Whether behind this IP protocol number (or IPv6 extension header) there may be TCP that is not encrypted."""
    return protocol in (TCP, UDP) or protocol in TUNNELS or protocol in EXTENSIONS


def _transport(packet: bytes, span: tuple[int, int], protocol: int, addresses: Addresses) -> Piece:
    at, end = span
    if protocol == TCP:
        return _tcp(packet, at, end, addresses)
    if protocol == UDP and len(packet) >= at + 4:
        return udp_kind(_U16(packet, at)[0], _U16(packet, at + 2)[0])
    return Other.TUNNEL if protocol in TUNNELS else Other.NOT_TCP


def udp_kind(source: int, destination: int) -> Other:
    """What a UDP packet between these ports is here."""
    if destination in TUNNEL_PORTS:
        return Other.TUNNEL
    return Other.UDP443 if QUIC_PORT in (source, destination) else Other.NOT_TCP


def _tcp(packet: bytes, at: int, end: int, addresses: Addresses) -> Segment | Other:
    if len(packet) < at + 20:
        return Other.UNDECODED
    a_port, b_port, seq, ack, words, flags = _TCP(packet, at)
    header = (words >> 4) * 4
    start = at + header
    if header < 20 or start > end:
        return Other.UNDECODED
    length = max(0, min(len(packet), end) - start)
    return Segment(*addresses, a_port, b_port, seq, ack, flags, start, length, end - start - length)
