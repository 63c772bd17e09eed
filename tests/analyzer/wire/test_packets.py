"""All packets of a block together give what each gives alone, and that is right."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.wire.packets import PacketDecoder
from tests import builders as build
from tests.segments import EXPECTED_V4, EXPECTED_V6, PLAIN, V4, V6, block_of, rows


def decoded(packets: list[tuple[bytes, int, int]]) -> tuple[list[tuple[object, ...]], PacketDecoder]:
    """What the decoder says of them, once it is checked that the plain path says the same."""
    fast, slow = PacketDecoder(), PacketDecoder(vectorised=False)
    block = block_of(packets)
    found, reference = rows(fast.decode(block)), rows(slow.decode(block))
    assert found == reference
    assert fast.counters == slow.counters
    counters = fast.counters
    settled = counters.tcp + counters.not_tcp + counters.undecoded
    assert settled <= counters.packets <= settled + counters.fragments
    return found, fast


OPTIONS = bytes.fromhex("0101080a0000000100000002")

SHAPES = {
    "ethernet": (build.ethernet(V4), build.ETHERNET, EXPECTED_V4),
    "ethernet 6": (build.ethernet(V6, build.IPV6), build.ETHERNET, EXPECTED_V6),
    "vlan": (build.ethernet(V4, tags=[0x8100]), build.ETHERNET, EXPECTED_V4),
    "qinq": (build.ethernet(V6, build.IPV6, tags=[0x88A8, 0x8100]), build.ETHERNET, EXPECTED_V6),
    "cooked": (build.cooked(V4), build.SLL, EXPECTED_V4),
    "cooked vlan": (build.cooked(b"\x00\x64\x08\x00" + V4, 0x8100), build.SLL, EXPECTED_V4),
    "cooked 2": (build.cooked2(V6, build.IPV6), build.SLL2, EXPECTED_V6),
    "raw": (V4, build.RAW, EXPECTED_V4),
    "raw 6": (V6, 229, EXPECTED_V6),
    "raw of OpenBSD": (V4, 14, EXPECTED_V4),
    "null": (build.loopback(V4), build.NULL, EXPECTED_V4),
    "null of macOS": (build.loopback(V6, 30), build.NULL, EXPECTED_V6),
    "null of a big-endian machine": (build.loopback(V6, 24, ">"), build.NULL, EXPECTED_V6),
    "loop": (build.loopback(V4, 2, ">"), build.LOOP, EXPECTED_V4),
    "ip options": (build.ethernet(build.Ipv4(options=b"\x01" * 8).build(PLAIN)), build.ETHERNET, EXPECTED_V4),
    "tcp options": (
        build.Ipv4().build(build.tcp_with((40000, 3000), b"hello", OPTIONS, 7, 9)), build.RAW, EXPECTED_V4,
    ),
    "ethernet padding": (build.ethernet(V4) + bytes(9), build.ETHERNET, EXPECTED_V4),
    "ethernet padding 6": (build.ethernet(V6, build.IPV6) + bytes(9), build.ETHERNET, EXPECTED_V6),
    "total length 0": (build.ethernet(build.Ipv4(total=0).build(PLAIN)), build.ETHERNET, EXPECTED_V4),
    "payload length 0": (build.ethernet(build.Ipv6(length=0).build(PLAIN), build.IPV6), build.ETHERNET, EXPECTED_V6),
    "total length beyond the packet": (build.Ipv4(total=9000).build(PLAIN), build.RAW, EXPECTED_V4),
    "extension headers": (
        build.Ipv6(extensions=[(0, bytes(8)), (43, bytes(24)), (60, bytes(16))]).build(PLAIN), build.RAW, EXPECTED_V6,
    ),
    "jumbo hop-by-hop": (
        build.Ipv6(extensions=[(0, bytes.fromhex("0000c20400011000"))], length=0).build(PLAIN), build.RAW, EXPECTED_V6,
    ),
    "atomic fragment": (
        build.Ipv6(extensions=[build.fragment6(0, False)]).build(PLAIN), build.RAW, EXPECTED_V6,
    ),
    "authentication header": (build.Ipv6(extensions=[(51, bytes(24))]).build(PLAIN), build.RAW, EXPECTED_V6),
    "authentication header 4": (
        build.Ipv4(protocol=51).build(b"\x06\x04" + bytes(22) + PLAIN), build.RAW, EXPECTED_V4,
    ),
    "do not fragment": (build.Ipv4(position=0x4000).build(PLAIN), build.RAW, EXPECTED_V4),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_segment_is_found_in_every_shape_of_packet(name: str) -> None:
    """Link layers, tags, options, extension headers and odd lengths all give the same segment."""
    data, link, expected = SHAPES[name]
    assert decoded([(data, len(data), link)])[0] == [expected]


NOT_TCP = {
    "arp": build.ethernet(bytes(28), 0x0806),
    "udp": build.ethernet(build.Ipv4(protocol=17).build(build.udp((5353, 5353), b"x"))),
    "icmp": build.ethernet(build.Ipv4(protocol=1).build(bytes(16))),
    "icmp 6": build.ethernet(build.Ipv6(protocol=58).build(bytes(16)), build.IPV6),
    "esp": build.ethernet(build.Ipv4(protocol=50).build(bytes(64))),
    "spanning tree": build.ethernet(b"\x42\x42\x03" + bytes(35), 38),
    "udp with its header cut off": build.ethernet(build.Ipv4(protocol=17).build(b"\x01")),
    "fragment of icmp": build.ethernet(build.Ipv4(protocol=1, position=0x2000).build(bytes(16))),
    "a fifth tag": build.ethernet(V4, tags=[0x8100] * 5),
    "behind destination options: udp": build.ethernet(
        build.Ipv6(protocol=17, extensions=[(60, bytes(8))]).build(build.udp((1, 2))), build.IPV6
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_TCP)
def test_what_is_no_tcp_is_counted_without_scapy(name: str) -> None:
    """Other protocols are passed over."""
    data = NOT_TCP[name]
    found, decoder = decoded([(data, len(data), build.ETHERNET)])
    assert (found, decoder.counters.not_tcp, decoder.counters.scapy) == ([], 1, 0)


@pytest.mark.parametrize("ports", [(50000, 443), (443, 50000)])
def test_udp_on_port_443_is_counted_apart(ports: tuple[int, int]) -> None:
    """It may be QUIC."""
    data = build.ethernet(build.Ipv4(protocol=17).build(build.udp(ports, bytes(100))))
    _, decoder = decoded([(data, len(data), build.ETHERNET)])
    assert (decoder.counters.not_tcp, decoder.counters.udp443) == (1, 1)


BROKEN = {
    "nothing": b"",
    "half an ethernet header": build.ethernet(V4)[:13],
    "half an ip header": build.ethernet(V4)[:30],
    "half a tcp header": build.ethernet(V4)[:53],
    "half a vlan tag": build.ethernet(V4, tags=[0x8100])[:16],
    "wrong version": build.ethernet(b"\x95" + V4[1:]),
    "ip header of 16 bytes": build.ethernet(b"\x44" + V4[1:]),
    "tcp header of 16 bytes": build.ethernet(V4[:32] + b"\x40" + V4[33:]),
    "tcp header beyond the packet": build.ethernet(V4[:32] + b"\xf0" + V4[33:]),
    "total length of 19": build.ethernet(build.Ipv4(total=19).build(PLAIN)),
    "extension header beyond the packet": build.ethernet(
        build.Ipv6(extensions=[(60, bytes(8))]).build(b"")[:41] + b"\xff" + bytes(6), build.IPV6
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_headers_are_counted(name: str) -> None:
    """A packet whose headers are cut off or cannot be is undecoded."""
    data = BROKEN[name]
    found, decoder = decoded([(data, len(data), build.ETHERNET)])
    assert (found, decoder.counters.undecoded) == ([], 1)


def test_bytes_beyond_the_snapshot_length_are_missing() -> None:
    """What the snapshot length cut off is counted, within the payload and within the TCP options."""
    whole = build.ethernet(build.Ipv4().build(build.tcp_with((1, 2), b"0123456789", OPTIONS)))
    found, decoder = decoded([(whole[: 66 + kept], len(whole), build.ETHERNET) for kept in (10, 4, 0, -5)])
    assert [row[6:] for row in found] == [(b"0123456789", 0), (b"0123", 6), (b"", 10), (b"", 10)]
    assert decoder.counters.truncated == 3


def test_a_large_packet_without_a_length_reaches_to_its_end() -> None:
    """Segmentation offload: 100 kB in one packet, of which 1000 were captured."""
    data = build.ethernet(build.Ipv4(total=0).build(build.tcp((1, 2), bytes(100_000))))
    found, _ = decoded([(data[:1054], len(data), build.ETHERNET), (data, len(data), build.ETHERNET)])
    assert [(len(row[6]), row[7]) for row in found] == [(1000, 99_000), (100_000, 0)]  # type: ignore[arg-type]


def test_link_types_may_be_mixed_in_one_block() -> None:
    """A pcapng file has several interfaces; the order of the packets stays."""
    packets = [(data, len(data), link) for data, link, _ in SHAPES.values()]
    found, _ = decoded(packets)
    assert [row[1:] for row in found] == [expected[1:] for _, _, expected in SHAPES.values()]
    assert [row[0] for row in found] == list(range(1, len(packets) + 1))


def test_an_empty_block_gives_no_segments() -> None:
    """Nothing in, nothing out."""
    assert decoded([])[0] == []


def fragments(position: int = 0) -> list[bytes]:
    """An IPv4 packet with 100 bytes of payload in three fragments."""
    body = build.tcp((40000, 3000), bytes(range(100)))
    cuts = [0, 40, 80, len(body)]
    return [
        build.ethernet(build.Ipv4(position=(a // 8) | (0x2000 if b < len(body) else 0)).build(body[a:b]))
        for a, b in pairwise(cuts)
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 1, 2), (0, 2, 1)])
def test_ip_fragments_are_put_together(order: tuple[int, ...]) -> None:
    """In any order, some twice; the segment stands where the last fragment was."""
    parts = fragments()
    found, decoder = decoded([(parts[i], len(parts[i]), build.ETHERNET) for i in order])
    assert [(row[0], row[6]) for row in found] == [(len(order), bytes(range(100)))]
    assert decoder.counters.fragments == len(order)


def test_fragments_may_lie_in_two_blocks() -> None:
    """The decoder keeps them from block to block."""
    parts = [(part, len(part), build.ETHERNET) for part in fragments()]
    decoder = PacketDecoder()
    assert len(decoder.decode(block_of(parts[:2]))) == 0
    assert rows(decoder.decode(block_of(parts[2:])))[0][6] == bytes(range(100))
    decoder.finish()
    assert decoder.counters.fragments_lost == 0


def test_fragments_that_stay_incomplete_are_lost() -> None:
    """`finish` counts them."""
    _, decoder = decoded([(part, len(part), build.ETHERNET) for part in fragments()[1:]])
    decoder.finish()
    assert decoder.counters.fragments_lost == 2


def test_ipv6_fragments_are_put_together() -> None:
    """Behind other extension headers, with further ones inside."""
    body = build.Ipv6(extensions=[(60, bytes(8))]).build(build.tcp((40000, 3000), bytes(200)))[40:]
    outer = [
        build.Ipv6(protocol=60, extensions=[(0, bytes(8)), build.fragment6(start, start < 200)]).build(part)
        for start, part in ((0, body[:104]), (104, body[104:200]), (200, body[200:]))
    ]
    found, _ = decoded([(data, len(data), build.RAW) for data in outer])
    assert [row[1:] for row in found] == [("[2001:db8::1]:40000", "[2001:db8::2]:3000", 0, 0, 24, bytes(200), 0)]


addresses4 = st.sampled_from(["10.0.0.1", "192.168.1.2", "0.0.0.0", "255.255.255.255"])
addresses6 = st.sampled_from(["2001:db8::1", "::1", "fe80::1", "::ffff:10.0.0.1"])
number16, number32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)
segments = st.builds(
    build.tcp_with, st.tuples(number16, number16), st.binary(max_size=40),
    st.integers(0, 10).map(lambda words: bytes(4 * words)), number32, number32, st.integers(0, 255),
)  # fmt: skip
ports17 = st.sampled_from([443, 53])
bodies = st.one_of(
    segments.map(lambda body: (6, body)),
    st.builds(lambda ports, body: (17, build.udp(ports, body)), st.tuples(ports17, ports17), st.binary(max_size=8)),
    st.tuples(st.sampled_from([1, 50, 58, 59, 132]), st.binary(max_size=20)),
)  # fmt: skip
extensions = st.lists(st.tuples(st.sampled_from([0, 43, 60, 51]), st.sampled_from([bytes(8), bytes(16)])), max_size=3)
packets4 = st.builds(
    lambda source, target, body, words, position, total: (
        build.IPV4, build.Ipv4(source, target, body[0], bytes(4 * words), 1, position, total).build(body[1]),
    ),
    addresses4, addresses4, bodies, st.integers(0, 10), st.sampled_from([0, 0, 0x4000, 0x2000, 5]),
    st.sampled_from([None, None, 0, 30, 60, 9000]),
)  # fmt: skip
packets6 = st.builds(
    lambda source, target, body, extra, length: (
        build.IPV6, build.Ipv6(source, target, body[0], extra, length).build(body[1]),
    ),
    addresses6, addresses6, bodies, extensions, st.sampled_from([None, None, 0, 10, 60, 9000]),
)  # fmt: skip


def _link(ip: tuple[int, bytes], link: int, tags: list[int]) -> tuple[bytes, int]:
    ethertype, data = ip
    family = 2 if ethertype == build.IPV4 else 30
    made = {
        build.ETHERNET: lambda: build.ethernet(data, ethertype, tags),
        build.SLL: lambda: build.cooked(data, ethertype),
        build.SLL2: lambda: build.cooked2(data, ethertype),
        build.NULL: lambda: build.loopback(data, family),
        build.RAW: lambda: data,
    }
    return made[link](), link


linked = st.builds(
    _link, packets4 | packets6, st.sampled_from([1, 1, 1, 113, 276, 0, 101]),
    st.lists(st.sampled_from([0x8100, 0x88A8]), max_size=2),
)  # fmt: skip


@st.composite
def captured(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """A packet, whole or cut, padded or with a byte changed."""
    data, link = draw(linked)
    data += bytes(draw(st.sampled_from([0, 0, 6])))
    wire = len(data)
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, wire))]
    if data and draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, min(len(data) - 1, 60)))
        data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
    return data, wire, link


@settings(max_examples=150, deadline=None)
@given(st.lists(captured(), max_size=12))
def test_a_block_gives_what_its_packets_give_alone(packets: list[tuple[bytes, int, int]]) -> None:
    """The block-at-a-time path agrees with the plain one on any mix of packets, whole, cut and broken."""
    decoded(packets)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.binary(max_size=80), st.integers(0, 200), st.sampled_from([0, 1, 12, 108, 113, 276])), max_size=8
    )
)
def test_any_bytes_are_taken(packets: list[tuple[bytes, int, int]]) -> None:
    """No bytes make the decoder raise."""
    decoded(packets)
