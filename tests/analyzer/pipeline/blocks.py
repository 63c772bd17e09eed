"""Blocks of segments made to order."""

import numpy as np

from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.connections import Connections
from analyzer.pipeline.run import Run
from analyzer.wire.block import Segments

HOSTS = (0xFFFF_0A00_0001, 0xFFFF_0A00_0002)
"""Low halves of 10.0.0.1, the client's, and 10.0.0.2, where the server listens on port 80."""

Sent = tuple[int, int, int, int, int, bytes]
"""Time in ns, client's port, sender (0: the client), sequence number, flags, payload."""


def block(rows: list[Sent], first: int = 1) -> Segments:
    """Segments of a client and a server; frames are numbered from ``first``."""
    count = len(rows)
    times, ports, senders, seqs, flags, payloads = zip(*rows, strict=True) if rows else ([], [], [], [], [], [])
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    sender, port = np.array(senders, np.int64), np.array(ports, np.uint16)
    hosts, zero, server = np.array(HOSTS, np.uint64), np.zeros(count, np.uint64), np.full(count, 80, np.uint16)
    return Segments(
        b"".join(payloads), np.array(times, np.int64), np.arange(first, first + count), zero, hosts[sender],
        zero, hosts[1 - sender], np.where(sender, server, port), np.where(sender, port, server),
        np.array(seqs, np.uint32), np.zeros(count, np.uint32), np.array(flags, np.uint8),
        np.cumsum(lengths) - lengths, lengths, np.zeros(count, np.int64),
    )  # fmt: skip


def connections(limits: Limits = DEFAULT) -> Connections:
    """An empty table, as a run makes it."""
    return Run(limits, ["x.pcap"]).connections


def open_packet(sid: str) -> str:
    """An Engine.IO open packet."""
    return f'0{{"sid":"{sid}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}}'


def poll(sid: str | None = None) -> bytes:
    """A polling request: the handshake, or of a session."""
    query = "EIO=4&transport=polling" + (f"&sid={sid}" if sid else "")
    return f"GET /socket.io/?{query} HTTP/1.1\r\nHost: h\r\n\r\n".encode()


def answer(text: str, status: int = 200) -> bytes:
    """Its answer."""
    body = text.encode()
    return b"HTTP/1.1 %d X\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def handshake(time: int, port: int, sid: str) -> list[Sent]:
    """A connection that opens a session by polling and stays open."""
    ask, told = poll(), answer(open_packet(sid))
    return [
        (time, port, 0, 99, 2, b""),
        (time + 1, port, 1, 499, 18, b""),
        (time + 2, port, 0, 100, 24, ask),
        (time + 3, port, 1, 500, 24, told),
    ]
