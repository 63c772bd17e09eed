"""Packet blocks of a pcapng section, all at once: offsets in, columns out."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analyzer.sources.interfaces import Interfaces
from analyzer.sources.options import PacketNotes
from analyzer.sources.summary import Summary
from analyzer.wire.block import Int64s, Mask, PacketBlock, Uint32s
from analyzer.wire.gather import Records, records

OLD_PACKET: Final = 2
SIMPLE_PACKET: Final = 3
_FIELDS: Final = ("kind", "total", "interface", "high", "low", "captured", "original")
_HEAD: Final = 28
_SIMPLE_HEAD: Final = 12
_TRAILER: Final = 4
_UNKNOWN_DROPS: Final = 0xFFFF


class PacketColumns(NamedTuple):
    """As in `PacketBlock`."""

    start: Int64s
    captured: Int64s
    original: Int64s
    time: Int64s
    number: Int64s
    link: Uint32s


@dataclass(frozen=True, slots=True)
class Section:
    """What the packets of a section are read with."""

    order: str
    interfaces: Interfaces
    summary: Summary


class Before(NamedTuple):
    """What went before: where in the file the data begin, the next packet's number, the last one's time."""

    offset: int
    number: int
    time: int


def columns(data: bytes, at: Int64s, section: Section, before: Before) -> PacketColumns:
    """The packets whose blocks begin at ``at``.

    Simple Packet Blocks have no time: theirs is that of the packet before. A packet of an interface nobody described
    is left out and noted as damage, as is what a packet claims beyond its block.
    """
    number = np.arange(before.number, before.number + len(at))
    head = records(data, at, np.dtype([(name, section.order + "u4") for name in _FIELDS]))
    interface = _interfaces(data, at, head, section)
    known = interface < len(section.interfaces)
    if not known.all():
        _note(at[~known], head[~known], section.summary, before)
        at, number, head, interface = at[known], number[known], head[known], interface[known]
    return _columns(data, (at, number, interface), head, section, before)


def _interfaces(data: bytes, at: Int64s, head: Records, section: Section) -> Int64s:
    interface = head["interface"].astype(np.int64)
    interface[head["kind"] == SIMPLE_PACKET] = 0
    old = head["kind"] == OLD_PACKET
    if old.any():
        shape = np.dtype([("interface", section.order + "u2"), ("drops", section.order + "u2")])
        pair = records(data, at[old] + 8, shape)
        interface[old] = pair["interface"]
        drops = pair["drops"]
        section.summary.packet_drops += int(drops[drops != _UNKNOWN_DROPS].sum())
    return interface


def _columns(
    data: bytes, packets: tuple[Int64s, Int64s, Int64s], head: Records, section: Section, before: Before
) -> PacketColumns:
    at, number, interface = packets
    total, claimed = head["total"].astype(np.int64), head["captured"].astype(np.int64)
    captured = np.minimum(claimed, total - _HEAD - _TRAILER)
    original = np.maximum(head["original"].astype(np.int64), captured)
    stamps = head["high"].astype(np.uint64) << np.uint64(32) | head["low"].astype(np.uint64)
    time = section.interfaces.times(interface, stamps)
    start = at + _HEAD
    simple = head["kind"] == SIMPLE_PACKET
    broken = ~simple & (claimed > captured)
    if broken.any():
        _note(at[broken], head[broken], section.summary, before)
    PacketNotes(section.order, section.summary).read(
        data, (start + (captured + 3 & ~3))[~simple], (at + total - _TRAILER)[~simple], number[~simple]
    )
    found = PacketColumns(start, captured, original, time, number, section.interfaces.links(interface))
    if simple.any():
        _simple(head, found, simple, section, before.time)
    return found


def _simple(head: Records, found: PacketColumns, simple: Mask, section: Section, time: int) -> None:
    """Puts the Simple Packet Blocks right: their length on the wire stands where others have the interface."""
    original = head["interface"][simple].astype(np.int64)
    snaplen = section.interfaces.snaplens(np.zeros(1, np.int64))[0]
    room = head["total"][simple].astype(np.int64) - _SIMPLE_HEAD - _TRAILER
    found.start[simple] -= _HEAD - _SIMPLE_HEAD
    found.captured[simple] = np.minimum(np.minimum(original, room), snaplen or room)
    found.original[simple] = original
    source = np.maximum.accumulate(np.where(simple, -1, np.arange(len(simple))))
    found.time[simple] = np.where(source < 0, time, found.time[source])[simple]


def _note(at: Int64s, head: Records, summary: Summary, before: Before) -> None:
    for offset, size in zip(at.tolist(), head["total"].tolist(), strict=True):
        summary.add_damage(before.offset + offset, size)


def joined(data: bytes, found: list[PacketColumns]) -> PacketBlock:
    """The block made of the packets of several sections."""
    if not found:
        none = np.empty(0, np.int64)
        return PacketBlock(data, none, none, none, none, none, none.astype(np.uint32))
    if len(found) == 1:
        return PacketBlock(data, *found[0])
    starts, captured, original, time, number, link = (np.concatenate(column) for column in zip(*found, strict=True))
    return PacketBlock(data, starts, captured, original, time, number, link)
