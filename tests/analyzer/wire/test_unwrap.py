"""scapy finds what tunnels and odd link types hold, quietly."""

import logging
import struct
import subprocess
import sys

import pytest

from analyzer.wire.packets import PacketDecoder
from analyzer.wire.unwrap import innermost
from tests import builders as build
from tests.segments import EXPECTED_V4, EXPECTED_V6, PLAIN, V4, V6, block_of, rows

OUTER = build.Ipv4("192.0.2.1", "192.0.2.2", 17)
INNER = build.ethernet(V4)


def over_udp(port: int, inside: bytes) -> bytes:
    """A tunnel over UDP."""
    return build.ethernet(OUTER.build(build.udp((12345, port), inside)))


def over_ip(protocol: int, inside: bytes) -> bytes:
    """A tunnel over IP."""
    return build.ethernet(build.Ipv4("192.0.2.1", "192.0.2.2", protocol).build(inside))


LLC = bytes.fromhex("aaaa030000000800")
DOT11 = bytes.fromhex("0801 0000 020000000001 020000000002 020000000003 0000")
MPLS = bytes.fromhex("0001013f")
TUNNELS = {
    "vxlan": (over_udp(4789, b"\x08" + bytes(7) + INNER), 1, EXPECTED_V4),
    "vxlan on the port Linux had": (over_udp(8472, b"\x08" + bytes(7) + INNER), 1, EXPECTED_V4),
    "geneve": (over_udp(6081, struct.pack(">BBHI", 0, 0, 0x6558, 0) + INNER), 1, EXPECTED_V4),
    "gre": (over_ip(47, struct.pack(">HH", 0, 0x0800) + V4), 1, EXPECTED_V4),
    "gre with ethernet": (over_ip(47, struct.pack(">HH", 0, 0x6558) + INNER), 1, EXPECTED_V4),
    "ip in ip": (over_ip(4, V4), 1, EXPECTED_V4),
    "ipv6 in ip": (over_ip(41, V6), 1, EXPECTED_V6),
    "mpls": (build.ethernet(MPLS + V4, 0x8847), 1, EXPECTED_V4),
    "pppoe": (build.ethernet(struct.pack(">BBHHH", 0x11, 0, 1, len(V4) + 2, 0x21) + V4, 0x8864), 1, EXPECTED_V4),
    "snap": (build.ethernet(LLC + V4, len(LLC + V4)), 1, EXPECTED_V4),
    "ppp": (b"\xff\x03\x00\x21" + V4, 9, EXPECTED_V4),
    "802.11": (DOT11 + LLC + V4, 105, EXPECTED_V4),
    "radiotap": (bytes.fromhex("0000080000000000") + DOT11 + LLC + V4, 127, EXPECTED_V4),
    "cisco hdlc": (b"\x0f\x00\x08\x00" + V4, 104, EXPECTED_V4),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_the_segment_inside_a_tunnel_is_found(name: str) -> None:
    """Whatever carries it, the innermost segment is the one without the tunnel."""
    data, link, expected = TUNNELS[name]
    decoder = PacketDecoder()
    found = rows(decoder.decode(block_of([(INNER, len(INNER), 1), (data, len(data), link), (INNER, len(INNER), 1)])))
    assert found == [EXPECTED_V4, (2, *expected[1:]), (3, *EXPECTED_V4[1:])]
    assert (decoder.counters.scapy, decoder.counters.tcp) == (1, 3)


def test_a_tunnel_cut_short_misses_bytes() -> None:
    """The snapshot length counts for what is inside."""
    data = over_udp(4789, b"\x08" + bytes(7) + INNER)
    found = rows(PacketDecoder().decode(block_of([(data[:-3], len(data), 1)])))
    assert [row[6:] for row in found] == [(b"he", 3)]


def test_a_fragmented_tunnel_is_put_together_first() -> None:
    """The outer datagram in two parts, neither of which holds a whole segment."""
    body = build.udp((12345, 4789), b"\x08" + bytes(7) + INNER)
    cut = 56
    parts = [
        build.Ipv4(protocol=17, position=0x2000).build(body[:cut]),
        build.Ipv4(protocol=17, position=cut // 8).build(body[cut:]),
    ]
    found = rows(PacketDecoder().decode(block_of([(part, len(part), build.RAW) for part in parts])))
    assert found == [(2, *EXPECTED_V4[1:])]


def test_fragments_inside_a_tunnel_are_put_together() -> None:
    """The inner datagram in two parts, each in a tunnel packet of its own."""
    parts = [
        build.Ipv4(position=0x2000).build(PLAIN[:24]),
        build.Ipv4(position=3).build(PLAIN[24:]),
    ]
    tunnels = [over_ip(47, struct.pack(">HH", 0, 0x0800) + part) for part in parts]
    found = rows(PacketDecoder().decode(block_of([(data, len(data), 1) for data in tunnels])))
    assert found == [(2, *EXPECTED_V4[1:])]


def test_a_tunnel_without_tcp_is_not_tcp() -> None:
    """scapy looked, and found nothing for us."""
    data = over_udp(4789, b"\x08" + bytes(7) + build.ethernet(bytes(28), 0x0806))
    decoder = PacketDecoder()
    assert len(decoder.decode(block_of([(data, len(data), 1)]))) == 0
    assert (decoder.counters.not_tcp, decoder.counters.scapy) == (1, 1)


def test_a_deep_nest_of_tunnels_ends() -> None:
    """Three thousand IP headers in each other neither raise nor take long."""
    data = V4
    for _ in range(3000):
        data = build.Ipv4(protocol=4, total=0).build(data)
    decoder = PacketDecoder()
    decoder.decode(block_of([(data, len(data), build.RAW)]))
    assert decoder.counters.packets == 1
    assert decoder.counters.tcp + decoder.counters.not_tcp + decoder.counters.undecoded == 1


def test_an_icmp_error_shows_no_segment() -> None:
    """It quotes the segment it is about; that is not sent again."""
    icmp = build.Ipv4(protocol=1).build(bytes.fromhex("0301000000000000") + V4)
    data = over_ip(4, icmp)
    assert rows(PacketDecoder().decode(block_of([(data, len(data), 1)]))) == []


def test_an_unknown_link_type_has_nothing_inside() -> None:
    """Nothing is guessed."""
    assert innermost(V4, 147) == b""


def test_scapy_keeps_quiet_and_its_logger_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    """A broken tunnel packet logs nothing, and the user's own scapy still logs as before."""
    logger = logging.getLogger("scapy.runtime")
    level, disabled = logger.level, logger.disabled
    for data, link, _ in TUNNELS.values():
        for size in range(0, len(data), 5):
            innermost(data[:size], link)
    assert (logger.level, logger.disabled) == (level, disabled)
    assert not caplog.records


def test_stderr_stays_empty() -> None:
    """Importing scapy and dissecting broken bytes writes nothing, in a process of its own."""
    code = "from analyzer.wire.unwrap import innermost\nfor link in (1, 9, 105, 127): innermost(bytes(range(99)), link)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_scapy_is_not_imported_for_ordinary_packets() -> None:
    """It takes half a second."""
    code = "import sys, analyzer.wire.packets; print('scapy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
