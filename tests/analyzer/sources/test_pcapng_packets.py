"""Packet blocks of one section as columns."""

import numpy as np

from analyzer.sources.interfaces import Interfaces
from analyzer.sources.pcapng_packets import Before, Section, columns, joined
from analyzer.sources.summary import Summary
from tests import builders as build


def test_kinds_of_packet_blocks_are_read_together() -> None:
    """A simple one takes the time of the packet before it, or of the last one of the data before."""
    packets = [build.Packet(bytes([i]) * 20, build.START + i * 1000) for i in range(4)]
    blocks = [
        build.simple(packets[0]),
        build.enhanced(packets[1]),
        build.simple(packets[2]),
        build.old_packet(packets[3]),
    ]
    description = build.interface()
    data = description + b"".join(blocks)
    summary = Summary()
    interfaces = Interfaces(summary, "<")
    interfaces.describe(data, 8, len(description) - 4)
    at = len(description) + np.cumsum([0, *map(len, blocks[:-1])])
    found = columns(data, at, Section("<", interfaces, summary), Before(0, 7, 5))
    assert found.number.tolist() == [7, 8, 9, 10]
    assert found.time.tolist() == [5, packets[1].time, packets[1].time, packets[3].time]
    assert [data[start : start + 20] for start in found.start.tolist()] == [packet.data for packet in packets]
    assert found.captured.tolist() == found.original.tolist() == [20] * 4
    block = joined(data, [found, found])
    assert block.number.tolist() == [7, 8, 9, 10] * 2
    assert len(joined(data, [])) == 0
