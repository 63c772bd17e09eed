"""Files that people give a command by mistake, and captures made to order."""

import gzip
import struct
from pathlib import Path

from tests.analyzer.pipeline.blocks import answer, open_packet, poll
from tests.builders import START, Conversation, Packet, interface, pcap, section
from tests.recorded import CAPTURES
from tests.streams import KEY, frame

CAPTURE = CAPTURES / "v4-upgrade" / "capture.pcap"
OTHER = CAPTURES / "v2-upgrade" / "capture.pcap"
USB = 189
_WHOLE = CAPTURE.read_bytes()

BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty; give a capture"),
    "notes.txt": (b"hello there\n", "looks like a text file; give a capture"),
    "short.pcap": (_WHOLE[:10], r"ends within its header \(10 bytes\); capture it again"),
    "short.pcapng": (section()[:20], "ends within its header"),
    "usb.pcap": (pcap([Packet(bytes(64))], link=USB), r"link type 189 \(USB_LINUX\), which is not read; capture on"),
    "usb.pcapng": (section() + interface(link=USB), "link type 189"),
    "page.html": (b"<!doctype html>\n<p>Sign in", "looks like an HTML page; give"),
    "numbers.csv": (b"a,b\n1,2\n", "looks like a text file; give"),
    "config.json": (b'{"a": 1}', "looks like JSON; of JSON, HAR files are read"),
    "archive.zip": (b"PK\x03\x04" + bytes(40), "looks like a zip archive; unpack it first"),
    "program.bin": (b"\x7fELF" + bytes(60), "looks like a program; give a capture"),
    "empty.gz": (gzip.compress(b""), "is empty once unpacked; give"),
    "text.gz": (gzip.compress(b"hello there\n"), "looks like a text file; give"),
    "keys.log": (b"CLIENT_RANDOM " + b"0" * 64 + b" " + b"1" * 96 + b"\n", "looks like a TLS key log"),
    "broken.jsonl": (b'{"schema":1,"time":"yesterday"}\n{"schema":1}\n', "broken.jsonl"),
    "future.jsonl": (b'{"schema":99,"time":"2024-05-06T07:08:09.000000001Z"}\n' * 2, "future.jsonl"),
    "broken.parquet": (b"PAR1" + bytes(60) + b"PAR1", "broken.parquet"),
}
"""Name, content, and what the line says about it."""


def bad(folder: Path, name: str) -> Path:
    """One of them as a file."""
    path = folder / name
    path.write_bytes(BAD[name][0])
    return path


def page(port: int = 5000) -> list[Packet]:
    """A connection that has nothing to do with Socket.IO."""
    wire = Conversation(("10.0.0.9", port))
    wire.open()
    wire.send(0, b"GET /index.html HTTP/1.1\r\nHost: h\r\n\r\n")
    wire.send(1, answer("page"))
    wire.close()
    return wire.packets


def session(
    port: int, sid: str, *, start: int = START, body: str | None = None, posted: str | None = None
) -> list[Packet]:
    """A connection that opens a session by polling, gets ``body``, POSTs ``posted``, and stays open."""
    wire = Conversation(("10.0.0.1", port), time=start)
    wire.open()
    wire.send(0, poll())
    wire.send(1, answer(open_packet(sid)))
    if body is not None:
        wire.send(0, poll(sid))
        wire.send(1, answer(body))
    if posted is not None:
        head = f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nContent-Length: {len(posted)}\r\n\r\n"
        wire.send(0, head.encode() + posted.encode())
        wire.send(1, answer("ok"))
    return wire.packets


def websocket(port: int, sid: str, texts: list[tuple[int, str]]) -> list[Packet]:
    """A connection whose WebSocket opens a session and carries messages of the client (0) and the server (1)."""
    wire = Conversation(("10.0.0.1", port))
    wire.open()
    upgrade = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    wire.send(0, upgrade.encode())
    wire.send(1, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    for side, text in [(1, open_packet(sid)), *texts]:
        wire.send(side, frame(text.encode(), key=b"" if side else KEY))
    return wire.packets


def capture(path: Path, *parts: list[Packet]) -> Path:
    """A capture file with all these packets in the order of their times."""
    packets = sorted((packet for part in parts for packet in part), key=lambda packet: packet.time)
    path.write_bytes(pcap(packets, nanoseconds=True))
    return path


def pcap_header() -> bytes:
    """The header of a capture that is being written."""
    return pcap([])


def record(packet: Packet) -> bytes:
    """One more packet of it."""
    seconds, rest = divmod(packet.time, 1_000_000_000)
    return struct.pack("<IIII", seconds, rest // 1000, len(packet.data), len(packet.data)) + packet.data
