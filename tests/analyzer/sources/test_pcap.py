"""pcap files of every flavour, cut and damaged ones too."""

import random
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.sources.pcap import FILE_HEADER, PcapWalker, flavour, link_type
from analyzer.sources.pcap_damage import LARGEST
from analyzer.sources.summary import Summary
from tests import builders as build

PACKETS = [build.Packet(build.frame(bytes(50), 50 * i), build.START + i * 1_000_001_000) for i in range(12)]


def walk(data: bytes, pieces: list[int] | None = None) -> tuple[list[tuple[int, int, bytes, int]], Summary]:
    """Number, time, bytes and length on the wire of the packets in a file whose body comes in pieces of these sizes."""
    kind = flavour(data)
    assert kind is not None
    summary = Summary()
    walker = PcapWalker(kind, link_type(data, kind.order), summary)
    body, found, rest = data[FILE_HEADER:], [], b""
    for size in [*(pieces or []), len(body)]:
        rest, body = rest + body[:size], body[size:]
        block, consumed = walker.walk(rest, at_end=False)
        found += _rows(block)
        rest = rest[consumed:]
    block, consumed = walker.walk(rest, at_end=True)
    assert consumed == len(rest)
    return found + _rows(block), summary


def _rows(block: object) -> list[tuple[int, int, bytes, int]]:
    columns = (getattr(block, name).tolist() for name in ("number", "time", "start", "captured", "original"))
    buffer: bytes = getattr(block, "buffer")  # noqa: B009
    return [
        (number, time, buffer[start : start + size], wire)
        for number, time, start, size, wire in zip(*columns, strict=True)
    ]


def expected(packets: list[build.Packet], unit: int = 1000, first: int = 1) -> list[tuple[int, int, bytes, int]]:
    """What `walk` should give."""
    return [
        (i, packet.time // unit * unit, packet.data, packet.original or len(packet.data))
        for i, packet in enumerate(packets, first)
    ]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_every_flavour_is_read(order: str, nanoseconds: bool) -> None:
    """Both byte orders, micro- and nanoseconds; a time keeps its last digit."""
    packets = [packet._replace(time=packet.time + 7) for packet in PACKETS]
    found, summary = walk(build.pcap(packets, order, nanoseconds))
    assert found == expected(packets, 1 if nanoseconds else 1000)
    assert (summary.cut, summary.damaged) == (False, 0)


def test_the_modified_flavour_has_longer_record_headers() -> None:
    """Eight bytes more, with the interface's number."""
    plain = build.pcap(PACKETS)
    records = [build.pcap_record(packet) for packet in PACKETS]
    data = pack("<I", 0xA1B2CD34) + plain[4:24] + b"".join(r[:16] + bytes(8) + r[16:] for r in records)
    assert walk(data)[0] == expected(PACKETS)


def test_the_link_type_is_in_the_lower_half() -> None:
    """The upper bits say how long frame check sequences are."""
    data = bytearray(build.pcap([], link=0))
    data[20:24] = pack("<I", 0x2400_0001)
    assert link_type(bytes(data), "<") == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), max_size=30), st.lists(st.integers(0, 99), max_size=8))
def test_any_pieces_give_the_same_packets(pieces: list[int], sizes: list[int]) -> None:
    """Records of any length, also none; the numbers go on from piece to piece."""
    packets = [build.Packet(bytes([i]) * size, original=size + i) for i, size in enumerate(sizes, 1)]
    found, summary = walk(build.pcap(packets), pieces)
    assert found == expected(packets)
    assert (summary.cut, summary.damaged) == (False, 0)


@pytest.mark.parametrize("lost", [1, 50, 103, 104, 119])
def test_a_file_cut_in_its_last_packet_keeps_the_others(lost: int) -> None:
    """Within the packet and within its header."""
    found, summary = walk(build.pcap(PACKETS)[:-lost])
    assert found == expected(PACKETS[:-1])
    assert (summary.cut, summary.damaged) == (True, 0)


@pytest.mark.parametrize("length", [LARGEST + 1, 200_000_000, 0xFFFF_FFFF])
def test_an_absurd_length_is_stepped_over(length: int) -> None:
    """The next sound record is found, the place is noted, and the numbers go on."""
    records = [build.pcap_record(packet) for packet in PACKETS]
    records[4] = records[4][:8] + pack("<I", length) + records[4][12:]
    data = build.pcap([]) + b"".join(records)
    for pieces in ([], [100] * 10, [7] * 300):
        found, summary = walk(data, pieces)
        assert found == expected(PACKETS[:4]) + expected(PACKETS[5:], first=5)
        assert [tuple(place) for place in summary.damage] == [(24 + 4 * len(records[0]), len(records[0]))]
        assert not summary.cut


def test_damage_in_the_first_record_is_stepped_over() -> None:
    """Without a time to go by."""
    data = bytearray(build.pcap(PACKETS))
    data[24:40] = b"\xff" * 16
    assert walk(bytes(data))[0] == expected(PACKETS[1:], first=1)


def test_a_length_that_reaches_beyond_the_file_is_damage_not_a_cut() -> None:
    """Sound records follow, so the file goes on."""
    records = [build.pcap_record(packet) for packet in PACKETS]
    records[4] = records[4][:8] + pack("<I", 100_000) + records[4][12:]
    found, summary = walk(build.pcap([]) + b"".join(records))
    assert found == expected(PACKETS[:4]) + expected(PACKETS[5:], first=5)
    assert (summary.damaged, summary.cut) == (1, False)


def test_garbage_at_the_end_is_one_place() -> None:
    """To the end of the file."""
    garbage = b"\xfe" * 300_000
    found, summary = walk(build.pcap(PACKETS) + garbage, [100_000])
    assert found == expected(PACKETS)
    assert (summary.damaged, summary.damage[0].size) == (1, len(garbage))


def test_garbage_between_costs_what_it_covers() -> None:
    """Longer than the windows the search looks through."""
    head, tail = PACKETS[:6], PACKETS[6:]
    garbage = random.Random(1).randbytes(400_000).replace(b"\x65", b"\xff")
    data = build.pcap(head) + b"\xff" * 16 + garbage + build.pcap(tail)[24:]
    found, summary = walk(data, [70_000] * 5)
    assert [row[2] for row in found] == [packet.data for packet in PACKETS]
    assert summary.damaged == 1


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damaged_bytes_never_raise_and_never_hang(data: st.DataObject) -> None:
    """Some bytes changed anywhere: what is found are bytes of the file, and numbers count up."""
    file = bytearray(build.pcap(PACKETS))
    for _ in range(data.draw(st.integers(1, 20))):
        file[data.draw(st.integers(FILE_HEADER, len(file) - 1))] = data.draw(st.integers(0, 255))
    found, _ = walk(bytes(file), data.draw(st.lists(st.integers(0, 300), max_size=10)))
    assert [row[0] for row in found] == list(range(1, len(found) + 1))
    assert all(row[2] in file for row in found)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=500), st.lists(st.integers(0, 100), max_size=10))
def test_any_bytes_are_taken(body: bytes, pieces: list[int]) -> None:
    """A header and then anything."""
    walk(build.pcap([]) + body, pieces)


def test_times_are_those_of_the_file_whatever_the_zone() -> None:
    """The greatest second a pcap file can say does not overflow."""
    packet = build.Packet(b"x" * 20, 0xFFFF_FFFF * 1_000_000_000)
    assert np.array(walk(build.pcap([packet]))[0][0][1]) == packet.time
