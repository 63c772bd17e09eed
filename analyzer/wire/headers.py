"""Headers of all packets of a block at once, for the shapes that make up nearly all traffic.

Ethernet with or without VLAN tags, Linux cooked, raw IP and BSD loopback; IPv4 with any options, IPv6 without
extension headers; TCP. What is surely no TCP is counted; all else is named in ``rest`` for `analyzer.wire.plain` to
judge. On what it decodes, this module gives what `plain` gives.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analyzer.wire import links, plain
from analyzer.wire.block import Bytes, Int64s, Mask, PacketBlock, Uint16s, Uint32s, Uint64s
from analyzer.wire.endpoints import MAPPED
from analyzer.wire.gather import records

_U16 = np.dtype([("value", ">u2")])
_U32 = np.dtype([("value", ">u4")])
_BYTE = np.dtype([("value", "u1")])
_IPV4 = np.dtype(
    [
        ("first", "u1"), ("tos", "u1"), ("total", ">u2"), ("id", ">u2"), ("position", ">u2"), ("ttl", "u1"),
        ("protocol", "u1"), ("checksum", ">u2"), ("source", ">u4"), ("destination", ">u4"),
    ]
)  # fmt: skip
_IPV6 = np.dtype(
    [
        ("first", "u1"), ("flow", "V3"), ("length", ">u2"), ("protocol", "u1"), ("hops", "u1"),
        ("a_hi", ">u8"), ("a_lo", ">u8"), ("b_hi", ">u8"), ("b_lo", ">u8"),
    ]
)  # fmt: skip
_PORTS = np.dtype([("a", ">u2"), ("b", ">u2")])
_TCP = np.dtype(
    [("a", ">u2"), ("b", ">u2"), ("seq", ">u4"), ("ack", ">u4"), ("words", "u1"), ("flags", "u1"), ("rest", "V6")]
)

_MAY_HOLD_TCP: Mask = np.array([plain.may_hold_tcp(protocol) for protocol in range(256)])
_UNKNOWN = 0xFFFF


class Part(NamedTuple):
    """Segments of some packets of a block: ``place`` is where in the block, rising; the others as in `Segments`."""

    place: Int64s
    a_hi: Uint64s
    a_lo: Uint64s
    b_hi: Uint64s
    b_lo: Uint64s
    a_port: Uint16s
    b_port: Uint16s
    seq: Uint32s
    ack: Uint32s
    flags: Bytes
    start: Int64s
    length: Int64s
    missing: Int64s


@dataclass(slots=True)
class Sorting:
    """What became of a block's packets. Every packet is in one of the parts, counted, or in one of ``rest``."""

    parts: list[Part] = field(default_factory=list)
    rest: list[Int64s] = field(default_factory=list)
    not_tcp: int = 0
    udp443: int = 0


class _Internet(NamedTuple):
    """IP packets of one version; offsets count from the start of the buffer."""

    place: Int64s
    """Positions in the block."""
    whole: Mask
    """The IP header is all there, sound, and not of a fragment."""
    protocol: Bytes
    transport: Int64s
    captured: Int64s
    """Where the captured bytes end."""
    end: Int64s
    """Where the IP packet ended on the wire."""
    a_hi: Uint64s
    a_lo: Uint64s
    b_hi: Uint64s
    b_lo: Uint64s

    def where(self, mask: Mask) -> "_Internet":
        """Those of them; no copy where it is all."""
        if mask.all():
            return self
        offsets = (self.transport[mask], self.captured[mask], self.end[mask])
        halves = (self.a_hi[mask], self.a_lo[mask], self.b_hi[mask], self.b_lo[mask])
        return _Internet(self.place[mask], self.whole[mask], self.protocol[mask], *offsets, *halves)


def sort_out(block: PacketBlock) -> Sorting:
    """Decodes what it can of ``block``."""
    out = Sorting()
    at, ethertype = _network(block)
    for version, read in ((links.IPV4, _ipv4), (links.IPV6, _ipv6)):
        index = np.flatnonzero(ethertype == version)
        if len(index):
            _sort(block.buffer, read(block, index, at[index]), out)
    _others(ethertype, out)
    return out


def _others(ethertype: Uint16s, out: Sorting) -> None:
    index = np.flatnonzero((ethertype != links.IPV4) & (ethertype != links.IPV6))
    if len(index):
        kind = ethertype[index]
        perhaps = (kind < links.LLC_LIMIT) | (kind == _UNKNOWN) | np.isin(kind, list(links.TUNNEL_ETHERTYPES))
        out.rest.append(index[perhaps])
        out.not_tcp += len(index) - int(np.count_nonzero(perhaps))


def _network(block: PacketBlock) -> tuple[Int64s, Uint16s]:
    """Offset of each packet's network header in the buffer, and its EtherType (`_UNKNOWN`: `plain` has to look)."""
    kinds = np.unique(block.link)
    if len(kinds) == 1:
        return _network_of(block, np.arange(len(block)), int(kinds[0]))
    at, ethertype = block.start.copy(), np.full(len(block), _UNKNOWN, np.uint16)
    for link in kinds.tolist():
        index = np.flatnonzero(block.link == link)
        at[index], ethertype[index] = _network_of(block, index, link)
    return at, ethertype


def _network_of(block: PacketBlock, index: Int64s, link: int) -> tuple[Int64s, Uint16s]:
    start = block.start[index]
    end = start + block.captured[index]
    if link in links.RAW:
        return start, _by_version(block.buffer, start, end)
    if link in links.FAMILY:
        return start + links.FAMILY_LENGTH, _by_family(block.buffer, start, end)
    shape = links.SHAPES.get(link)
    if shape is None:
        return start, np.full(len(start), _UNKNOWN, np.uint16)
    at = start + shape.length
    ethertype = records(block.buffer, start + shape.ethertype, _U16)["value"].astype(np.uint16)
    ethertype[at > end] = _UNKNOWN
    return _past_tags(block.buffer, at, ethertype, end)


def _past_tags(buffer: bytes, at: Int64s, ethertype: Uint16s, end: Int64s) -> tuple[Int64s, Uint16s]:
    for _ in range(links.MAX_TAGS):
        tagged = np.flatnonzero(np.isin(ethertype, list(links.TAGS)))
        if not len(tagged):
            break
        inner = records(buffer, at[tagged] + 2, _U16)["value"].astype(np.uint16)
        at[tagged] += 4
        inner[at[tagged] > end[tagged]] = _UNKNOWN
        ethertype[tagged] = inner
    return at, ethertype


def _by_version(buffer: bytes, at: Int64s, end: Int64s) -> Uint16s:
    version = records(buffer, at, _BYTE)["value"] >> 4
    version[at >= end] = 0
    return np.where(version == 4, links.IPV4, np.where(version == 6, links.IPV6, _UNKNOWN)).astype(np.uint16)


def _by_family(buffer: bytes, at: Int64s, end: Int64s) -> Uint16s:
    number = records(buffer, at, _U32)["value"].astype(np.uint32)
    number = np.where(number > 0xFFFF, number.byteswap(), number)
    ethertype = np.full(len(at), _UNKNOWN, np.uint16)
    for family, kind in links.FAMILIES.items():
        ethertype[number == family] = kind
    ethertype[at + links.FAMILY_LENGTH > end] = _UNKNOWN
    return ethertype


def _ipv4(block: PacketBlock, index: Int64s, at: Int64s) -> _Internet:
    head = records(block.buffer, at, _IPV4)
    captured = (block.start + block.captured)[index]
    wire = (block.start + block.original)[index]
    first, total = head["first"], head["total"].astype(np.int64)
    whole = (first >= 0x45) & (first <= 0x4F) & (head["position"] & 0x3FFF == 0) & (captured - at >= 20)
    transport = at + (first & 15).astype(np.int64) * 4
    end = np.where(total == 0, wire, np.minimum(at + total, wire))
    high = np.zeros(len(at), np.uint64)
    low = (head[side].astype(np.uint64) | np.uint64(MAPPED) for side in ("source", "destination"))
    return _Internet(index, whole, head["protocol"], transport, captured, end, high, next(low), high, next(low))


def _ipv6(block: PacketBlock, index: Int64s, at: Int64s) -> _Internet:
    head = records(block.buffer, at, _IPV6)
    captured = (block.start + block.captured)[index]
    wire = (block.start + block.original)[index]
    length = head["length"].astype(np.int64)
    whole = (head["first"] >> 4 == 6) & (captured - at >= 40)
    end = np.where(length == 0, wire, np.minimum(at + 40 + length, wire))
    sides = (head[side].astype(np.uint64) for side in ("a_hi", "a_lo", "b_hi", "b_lo"))
    return _Internet(index, whole, head["protocol"], at + 40, captured, end, *sides)


def _sort(buffer: bytes, found: _Internet, out: Sorting) -> None:
    tcp = found.whole & (found.protocol == plain.TCP)
    if tcp.any():
        _tcp(buffer, found.where(tcp), out)
    if tcp.all():
        return
    udp = found.whole & (found.protocol == plain.UDP) & (found.transport + 4 <= found.captured)
    if udp.any():
        _udp(buffer, found.where(udp), out)
    never = found.whole & ~_MAY_HOLD_TCP[found.protocol]
    out.not_tcp += int(np.count_nonzero(never))
    out.rest.append(found.place[~(tcp | udp | never)])


def _udp(buffer: bytes, found: _Internet, out: Sorting) -> None:
    ports = records(buffer, found.transport, _PORTS)
    tunnel = np.isin(ports["b"], list(plain.TUNNEL_PORTS))
    quic = ((ports["a"] == plain.QUIC_PORT) | (ports["b"] == plain.QUIC_PORT)) & ~tunnel
    out.rest.append(found.place[tunnel])
    out.not_tcp += int(np.count_nonzero(~tunnel))
    out.udp443 += int(np.count_nonzero(quic))


def _tcp(buffer: bytes, found: _Internet, out: Sorting) -> None:
    head = records(buffer, found.transport, _TCP)
    header = (head["words"] >> 4).astype(np.int64) * 4
    sound = (found.transport + 20 <= found.captured) & (header >= 20) & (found.transport + header <= found.end)
    if not sound.all():
        out.rest.append(found.place[~sound])
        found, head, header = found.where(sound), head[sound], header[sound]
    start = found.transport + header
    length = np.maximum(np.minimum(found.captured, found.end) - start, 0)
    ports = head["a"].astype(np.uint16), head["b"].astype(np.uint16)
    numbers = head["seq"].astype(np.uint32), head["ack"].astype(np.uint32)
    addresses = found.a_hi, found.a_lo, found.b_hi, found.b_lo
    missing = found.end - start - length
    out.parts.append(Part(found.place, *addresses, *ports, *numbers, head["flags"], start, length, missing))
