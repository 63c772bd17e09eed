"""What the block-at-a-time path takes on itself; that it is right is tested in `test_packets`."""

import numpy as np

from analyzer.wire.headers import sort_out
from tests import builders as build
from tests.segments import V4, V6, block_of


def test_ordinary_packets_leave_nothing_for_the_plain_path() -> None:
    """TCP of both versions, UDP, ICMP and ARP."""
    others = [
        build.ethernet(build.Ipv4(protocol=17).build(build.udp((53, 53)))),
        build.ethernet(build.Ipv4(protocol=1).build(bytes(8))),
        build.ethernet(bytes(28), 0x0806),
    ]
    packets = [build.ethernet(V4), build.ethernet(V6, build.IPV6), build.ethernet(V4, tags=[0x8100]), *others]
    found = sort_out(block_of([(data, len(data), build.ETHERNET) for data in packets]))
    assert sorted(np.concatenate([part.place for part in found.parts]).tolist()) == [0, 1, 2]
    assert (sum(map(len, found.rest)), found.not_tcp) == (0, 3)


def test_every_packet_is_in_one_place() -> None:
    """Found, counted, or left: each once."""
    packets = [build.ethernet(V4)[:size] for size in range(60)] + [V4, build.ethernet(V4, 0x8847)]
    block = block_of([(data, 60, build.ETHERNET) for data in packets])
    found = sort_out(block)
    places = [part.place for part in found.parts] + found.rest
    assert len(np.unique(np.concatenate(places))) == sum(map(len, places)) == len(block) - found.not_tcp
