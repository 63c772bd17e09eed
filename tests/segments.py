"""Blocks of packets made by hand, and segments as something to compare."""

import numpy as np

from analyzer.wire.block import PacketBlock, Segments
from analyzer.wire.endpoints import format_endpoint
from tests import builders as build

PLAIN = build.tcp((40000, 3000), b"hello", 7, 9)
V4 = build.Ipv4().build(PLAIN)
V6 = build.Ipv6().build(PLAIN)
EXPECTED_V4 = (1, "10.0.0.1:40000", "10.0.0.2:3000", 7, 9, 24, b"hello", 0)
EXPECTED_V6 = (1, "[2001:db8::1]:40000", "[2001:db8::2]:3000", 7, 9, 24, b"hello", 0)
"""The segment in `V4` and `V6`: number, sender, receiver, seq, ack, flags, payload, missing."""


def block_of(packets: list[tuple[bytes, int, int]]) -> PacketBlock:
    """A block of (bytes, bytes on the wire, link type)."""
    sizes = np.array([len(data) for data, _, _ in packets], np.int64)
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if packets else sizes
    original = np.array([max(wire, len(data)) for data, wire, _ in packets], np.int64)
    number = np.arange(1, len(packets) + 1)
    link = np.array([link for _, _, link in packets], np.uint32)
    return PacketBlock(b"".join(data for data, _, _ in packets), start, sizes, original, number * 1000, number, link)


def rows(segments: Segments) -> list[tuple[object, ...]]:
    """Segments as tuples: number, sender, receiver, seq, ack, flags, payload, missing."""
    out = []
    for i in range(len(segments)):
        start, length = int(segments.start[i]), int(segments.length[i])
        payload = segments.buffer[start : start + length]
        assert len(payload) == length
        a = format_endpoint(int(segments.a_hi[i]), int(segments.a_lo[i]), int(segments.a_port[i]))
        b = format_endpoint(int(segments.b_hi[i]), int(segments.b_lo[i]), int(segments.b_port[i]))
        numbers = (int(segments.seq[i]), int(segments.ack[i]), int(segments.flags[i]))
        out.append((int(segments.number[i]), a, b, *numbers, payload, int(segments.missing[i])))
    return out
