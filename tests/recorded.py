"""Recorded captures taken apart into TCP segments, to be put together again in other ways."""

from itertools import pairwise
from pathlib import Path

from analyzer.limits import DEFAULT, Limits
from analyzer.log import Log
from analyzer.records import Row
from analyzer.sources.reader import open_capture
from analyzer.wire.endpoints import format_address
from analyzer.wire.halfstream import ACK, SYN
from analyzer.wire.packets import PacketDecoder
from tests.builders import Ipv4, Packet, ethernet, tcp

CAPTURES = Path(__file__).parent.parent / "captures"
SCENARIOS = sorted(path.parent.name for path in CAPTURES.glob("*/capture.pcap"))

Piece = tuple[int, str, str, tuple[int, int], int, int, int, bytes]
"""A segment: time in ns, addresses, ports, sequence and acknowledgement number, flags, payload."""


def pieces(scenario: str) -> list[Piece]:
    """The TCP segments of a capture of ours."""
    found: list[Piece] = []
    with open_capture(CAPTURES / scenario / "capture.pcap") as reader:
        decoder = PacketDecoder()
        for block in reader:
            s = decoder.decode(block)
            for i in range(len(s)):
                a, b = (format_address(int(hi[i]), int(lo[i])) for hi, lo in ((s.a_hi, s.a_lo), (s.b_hi, s.b_lo)))
                payload = s.buffer[s.start[i] : s.start[i] + s.length[i]]
                ports = int(s.a_port[i]), int(s.b_port[i])
                found.append((int(s.time[i]), a, b, ports, int(s.seq[i]), int(s.ack[i]), int(s.flags[i]), payload))
    return found


def divided(piece: Piece, cuts: list[int]) -> list[Piece]:
    """The segment as several, cut at these offsets; flags that end something go to the last of them."""
    time, a, b, ports, seq, ack, flags, payload = piece
    bounds = sorted({0, len(payload), *(c for c in cuts if 0 < c < len(payload))})
    if len(bounds) < 3:
        return [piece]
    found = []
    for start, end in pairwise(bounds):
        now = flags if end == len(payload) else flags & (ACK | SYN)
        found.append((time, a, b, ports, (seq + start) & 0xFFFFFFFF, ack, now, payload[start:end]))
    return found


def packet(piece: Piece) -> Packet:
    """The segment as a captured Ethernet packet."""
    time, a, b, ports, seq, ack, flags, payload = piece
    return Packet(ethernet(Ipv4(a, b).build(tcp(ports, payload, seq, ack, flags))), time)


def rows(*paths: Path | str, limits: Limits = DEFAULT) -> list[Row]:
    """All rows of captures read as one run, without those about the captures."""
    return [row for block in Log([str(p) for p in paths], limits) for row in block if row.layer != "capture"]


def content(found: list[Row]) -> dict[tuple[str | None, str | None], list[tuple[object, ...]]]:
    """Packets of each session and direction, without when and by which frame they came."""
    told: dict[tuple[str | None, str | None], list[tuple[object, ...]]] = {}
    for row in found:
        if row.layer in ("engine.io", "socket.io"):
            told.setdefault((row.session, row.direction), []).append(row._replace(time=0, frame=0, source=None))
    return told
