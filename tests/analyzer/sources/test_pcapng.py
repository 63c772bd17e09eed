"""pcapng files: sections, interfaces, kinds of packet blocks, notes, damage."""

import random
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.sources.pcapng import PcapngWalker
from analyzer.sources.summary import Comment, Summary
from tests import builders as build
from tests.builders import (
    END_OF_OPTIONS,
    block,
    enhanced,
    interface,
    old_packet,
    option,
    secrets,
    section,
    simple,
    statistics,
)

PACKETS = [build.Packet(build.frame(bytes(51), 51 * i), build.START + i * 1_000_001_000) for i in range(8)]
Row = tuple[int, int, bytes, int, int]


def walk(data: bytes, pieces: list[int] | None = None) -> tuple[list[Row], Summary]:
    """Number, time, bytes, length on the wire and link type of the packets in a file that comes in pieces."""
    summary = Summary()
    walker = PcapngWalker(summary)
    found: list[Row] = []
    rest = b""
    for size in [*(pieces or []), len(data)]:
        rest, data = rest + data[:size], data[size:]
        block_, consumed = walker.walk(rest, at_end=False)
        found += _rows(block_)
        rest = rest[consumed:]
    block_, consumed = walker.walk(rest, at_end=True)
    assert consumed == len(rest)
    return found + _rows(block_), summary


def _rows(found: object) -> list[Row]:
    columns = (getattr(found, name).tolist() for name in ("number", "time", "start", "captured", "original", "link"))
    buffer: bytes = getattr(found, "buffer")  # noqa: B009
    return [
        (n, time, buffer[start : start + size], wire, link)
        for n, time, start, size, wire, link in zip(*columns, strict=True)
    ]


def expected(packets: list[build.Packet], first: int = 1) -> list[Row]:
    """What `walk` should give."""
    return [(i, p.time, p.data, p.original or len(p.data), 1) for i, p in enumerate(packets, first)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_packets_of_either_byte_order(order: str) -> None:
    """Times count microseconds where nothing else is said."""
    found, summary = walk(build.pcapng(PACKETS, order))
    assert found == expected(PACKETS)
    assert (summary.sections, len(summary.interfaces), summary.cut, summary.damaged) == (1, 1, False, 0)


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), max_size=20))
def test_any_pieces_give_the_same_packets(pieces: list[int]) -> None:
    """Blocks of all kinds, in two sections of different byte order."""
    file = b"".join(
        [
            section(),
            interface(),
            enhanced(PACKETS[0]),
            simple(PACKETS[1]._replace(time=PACKETS[0].time)),
            old_packet(PACKETS[2]),
            section(">"),
            interface(">", 113),
            interface(">"),
            enhanced(PACKETS[3], ">", 1),
            old_packet(PACKETS[4], ">", 1),
        ]
    )
    found, summary = walk(file, pieces)
    assert found == expected([PACKETS[0], PACKETS[1]._replace(time=PACKETS[0].time), *PACKETS[2:5]])
    assert (summary.sections, summary.damaged, summary.cut) == (2, 0, False)


@pytest.mark.parametrize(
    ("resolution", "stamp", "nanoseconds"),
    [
        (6, 1_700_000_000_123_456, 1_700_000_000_123_456_000),
        (9, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
        (3, 1_700_000_000_123, 1_700_000_000_123_000_000),
        (0, 1_700_000_000, 1_700_000_000_000_000_000),
        (10, 17_000_000_001_234_567_899, 1_700_000_000_123_456_789),
        (0x80 | 20, 1_700_000_000 << 20 | 1 << 19, 1_700_000_000_500_000_000),
        (0x80 | 32, 1_700_000_000 << 32 | 1, 1_700_000_000_000_000_000),
        (0x80 | 33, 1_700_000_000 << 33 | (1 << 33) - 1, 1_700_000_000_999_999_999),
        (0x80 | 63, (1 << 63) | (1 << 62), 1_500_000_000),
        (0x80 | 0, 1_700_000_000, 1_700_000_000_000_000_000),
        (6, 2**64 - 1, 9_223_372_035_709_551_615),
        (0, 2**64 - 1, 9_223_372_035_000_000_000),
        (127, 2**64 - 1, 0),
        (0xFF, 2**64 - 1, 0),
    ],
)
def test_resolutions_of_time(resolution: int, stamp: int, nanoseconds: int) -> None:
    """Powers of ten and of two, finer than nanoseconds, and beyond what 64 bits can say."""
    options = option(9, bytes([resolution])) + END_OF_OPTIONS
    file = section() + interface(options=options) + enhanced(PACKETS[0], stamp=stamp)
    time = walk(file)[0][0][1]
    assert time == nanoseconds if resolution != 6 or stamp < 2**63 else time <= 9_223_372_036_000_000_000


@pytest.mark.parametrize(
    ("offset", "time"), [(1000, 1_700_001_000), (-1000, 1_699_999_000), (-(2**63), 0), (2**63 - 1, 9_223_372_035)]
)
def test_an_offset_of_time_is_added(offset: int, time: int) -> None:
    """In seconds, kept within what 64 bits can say."""
    options = option(9, b"\0") + option(14, pack("<q", offset)) + END_OF_OPTIONS
    file = section() + interface(options=options) + enhanced(PACKETS[0], stamp=1_700_000_000)
    assert walk(file)[0][0][1] == time * 1_000_000_000


def test_every_interface_has_its_own_link_type_and_clock() -> None:
    """Packets refer to interfaces by number, and a section begins to count anew."""
    nano = option(9, b"\x09") + END_OF_OPTIONS
    file = b"".join(
        [
            section(),
            interface(link=113),
            interface(link=276, options=nano),
            enhanced(PACKETS[0], number=1, stamp=PACKETS[0].time + 5),
            enhanced(PACKETS[1]),
            section(),
            interface(link=101),
            enhanced(PACKETS[2]),
        ]
    )
    found, _ = walk(file)
    assert [(row[1], row[4]) for row in found] == [
        (PACKETS[0].time + 5, 276),
        (PACKETS[1].time, 113),
        (PACKETS[2].time, 101),
    ]


@pytest.mark.parametrize(("snaplen", "kept"), [(0, 105), (60, 60), (1000, 105)])
def test_simple_packets_are_as_long_as_their_block_and_the_snapshot_length_allow(snaplen: int, kept: int) -> None:
    """A snapshot length of 0 is none."""
    data = PACKETS[0].data
    file = section() + interface(snaplen=snaplen) + simple(build.Packet(data[:kept], original=105))
    assert [(row[2], row[3]) for row in walk(file)[0]] == [(data[:kept], 105)]


def test_comments_names_and_drop_counts_are_kept() -> None:
    """Of the section, of interfaces, of packets; statistics are totals, so the last ones stand."""
    file = b"".join(
        [
            section(options=option(1, b"captured in \xc3\xb6") + option(2, b"hw") + END_OF_OPTIONS),
            interface(options=option(1, b"uplink") + option(2, b"eth0") + END_OF_OPTIONS),
            interface(),
            enhanced(PACKETS[0]),
            enhanced(PACKETS[1], options=option(2, bytes(4)) + option(1, b"look") + option(1, b"here")),
            enhanced(PACKETS[2], options=option(4, pack("<Q", 3)) + END_OF_OPTIONS),
            statistics(0, option(5, pack("<Q", 2))),
            statistics(0, option(5, pack("<Q", 7)) + option(7, pack("<Q", 4))),
            statistics(1, option(5, pack("<Q", 1)) + END_OF_OPTIONS),
            statistics(9, option(5, pack("<Q", 100))),
        ]
    )
    _, summary = walk(file)
    assert summary.comments == [
        Comment("section", "captured in ö"),
        Comment("interface 0", "uplink"),
        Comment("packet 2", "look"),
        Comment("packet 2", "here"),
    ]
    assert [(i.name, i.dropped) for i in summary.interfaces] == [("eth0", 11), (None, 1)]
    assert (summary.packet_drops, summary.dropped) == (3, 12)


def test_old_packet_blocks_count_drops() -> None:
    """Unless they say that they do not know."""
    file = section() + interface() + old_packet(PACKETS[0], drops=5) + old_packet(PACKETS[1], drops=0xFFFF)
    found, summary = walk(file)
    assert found == expected(PACKETS[:2])
    assert summary.dropped == 5


def test_secrets_are_collected() -> None:
    """From every section, in order."""
    file = (
        section()
        + secrets(b"CLIENT_RANDOM a b\n")
        + interface()
        + enhanced(PACKETS[0])
        + section(">")
        + secrets(b"more", ">")
    )
    assert walk(file)[1].secrets == [(0x544C534B, b"CLIENT_RANDOM a b\n"), (0x544C534B, b"more")]


def test_unknown_blocks_are_stepped_over() -> None:
    """Name resolution, custom blocks, and what is yet to be invented."""
    file = (
        section()
        + block(4, bytes(20))
        + interface()
        + block(0xBAD, bytes(40))
        + enhanced(PACKETS[0])
        + block(0x1234, b"")
    )
    found, summary = walk(file)
    assert found == expected(PACKETS[:1])
    assert summary.damaged == 0


@pytest.mark.parametrize("lost", [1, 4, 30, 130])
def test_a_file_cut_in_its_last_block_keeps_the_others(lost: int) -> None:
    """Within the packet, its trailer, its header."""
    found, summary = walk(build.pcapng(PACKETS)[:-lost])
    assert found == expected(PACKETS[:-1])
    assert (summary.cut, summary.damaged) == (True, 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("at", [0, 4, 7, -1, -4])
def test_a_broken_block_is_stepped_over(order: str, at: int) -> None:
    """Its type, its first or its last length spoilt; only that packet is lost."""
    blocks = [bytearray(enhanced(packet, order)) for packet in PACKETS]
    blocks[3][at] ^= 0x55
    file = section(order) + interface(order) + b"".join(map(bytes, blocks))
    for pieces in ([], [100] * 12, [7] * 200):
        found, summary = walk(file, pieces)
        lost = at != 0  # a type nobody knows is no damage
        assert [row[2] for row in found] == [packet.data for i, packet in enumerate(PACKETS) if i != 3]
        assert (summary.damaged, summary.cut) == (1 if lost else 0, False)


def test_garbage_between_sections_is_one_place() -> None:
    """The next section is found by its own mark, in its own byte order."""
    garbage = random.Random(1).randbytes(5000)
    found, summary = walk(build.pcapng(PACKETS[:2]) + garbage + build.pcapng(PACKETS[2:], ">"))
    assert found == expected(PACKETS)
    assert summary.damaged == 1


def test_a_packet_of_an_interface_nobody_described_is_damage() -> None:
    """It is left out; its number stays taken."""
    file = section() + interface() + enhanced(PACKETS[0], number=3) + enhanced(PACKETS[1])
    found, summary = walk(file)
    assert found == expected(PACKETS[1:2], 2)
    assert summary.damaged == 1


def test_a_packet_that_claims_more_than_its_block_keeps_what_is_there() -> None:
    """And is noted."""
    data = bytearray(enhanced(PACKETS[0]))
    data[20:24] = pack("<I", 5000)
    found, summary = walk(section() + interface() + bytes(data))
    assert found[0][2][: len(PACKETS[0].data)] == PACKETS[0].data
    assert len(found[0][2]) < len(data)
    assert summary.damaged == 1


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_damaged_bytes_never_raise_and_never_hang(data: st.DataObject) -> None:
    """Some bytes changed anywhere behind the first block's mark."""
    options = option(9, b"\x09") + option(14, bytes(8)) + option(1, b"c") + END_OF_OPTIONS
    packets = b"".join(enhanced(packet, options=options) for packet in PACKETS)
    head, tail = section(options=options) + interface(options=options), statistics(0, options) + secrets(b"s" * 20)
    file = bytearray(head + simple(PACKETS[0]) + packets + tail)
    for _ in range(data.draw(st.integers(1, 20))):
        file[data.draw(st.integers(4, len(file) - 1))] = data.draw(st.integers(0, 255))
    walk(bytes(file), data.draw(st.lists(st.integers(0, 300), max_size=10)))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=500), st.lists(st.integers(0, 100), max_size=10))
def test_any_bytes_are_taken(body: bytes, pieces: list[int]) -> None:
    """The mark of a section and then anything."""
    walk(b"\n\r\r\n" + body, pieces)
