"""Makes the load capture: one real Socket.IO 4 server, many real clients over WebSocket, recorded by tcpdump.

Run it as `python benchmarks/load.py [--force]`; the capture and its counts are kept in benchmarks/data and used again.
"""

from __future__ import annotations

import argparse
import json
import mmap
import struct
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "peers"))

import launch

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
CAPTURE = DATA / "load.pcap"
FACTS = DATA / "load.json"
CLIENTS = 40
EXCHANGES = 420_000  # an event and its answer each; with the acks some 1,030,000 messages
BUFFER = 512 * 1024  # KiB between kernel and tcpdump: no packet is dropped while tcpdump waits for its turn
TIME_LIMIT = 170.0  # seconds
HEADERS = struct.Struct(">H16xIIxxxxB")  # of IPv4 and TCP: total length, both ports, sequence number, data offset


@dataclass(frozen=True, slots=True)
class Tls:
    """What a load capture inside TLS takes: a file with certificate and key, the key log that the clients write, and
    options of node for them.
    """

    pem: str
    keylog: Path
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """Facts of a load capture: messages are Engine.IO packets (one WebSocket frame each), as counted by the server.

    Each client also sends and gets one close frame. `again`: segments that TCP sent twice, as two busy processes
    on two cores make it do now and then: what reads packets one by one counts their frames twice.
    """

    port: int
    clients: int
    packets: int
    messages: int
    again: int
    bytes: int

    @classmethod
    def read(cls, path: Path) -> Self:
        """The facts that `write` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Keep the facts beside their capture, as JSON."""
        path.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")


def make(path: Path, clients: int = CLIENTS, exchanges: int = EXCHANGES, *kind: str, tls: Tls | None = None) -> Load:
    """Record a run to `path`, of WebSockets or of a `kind` that the scripts know, with `tls` inside TLS;
    launch.StuckError if it takes too long or if tcpdump lost packets.
    """
    port = launch.free_port()
    ours, theirs = ([*kind, tls.pem], [*kind, "tls"]) if tls else ([*kind], [*kind])
    keys = [f"--tls-keylog={tls.keylog}", *tls.options] if tls else []
    wish = [str(port), str(clients), str(exchanges), *theirs]
    launch.need("node")
    with launch.Recorder(path, [port], BUFFER) as recorder:
        with launch.node(HERE / "load_server.js", str(port), *ours, ready="listening") as server:
            with launch.Process(["node", *keys, HERE / "load_client.js", *wish]) as client:
                client.wait(TIME_LIMIT)
            server.stop()
            counts = json.loads(server.output().splitlines()[-1])
        recorded = recorder.finish()
    if recorded.dropped:
        raise launch.StuckError(f"tcpdump lost {recorded.dropped} packets")
    return Load(port, clients, recorded.packets, sum(counts.values()), sent_again(path), path.stat().st_size)


def sent_again(path: Path) -> int:
    """How many TCP segments with data of a capture on Ethernet and IPv4 begin before the furthest byte already sent."""
    count = 0
    furthest: dict[int, int] = {}
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position, size = 24, len(data)
        while position < size:
            captured = int.from_bytes(data[position + 8 : position + 12], "little")
            total, ports, sequence, offset = HEADERS.unpack_from(data, position + 16 + 16)
            end = sequence + total - 20 - (offset >> 4) * 4
            if end > sequence:
                before = furthest.get(ports, sequence)
                count += (sequence - before) & 0xFFFFFFFF >= 0x80000000
                if (end - before) & 0xFFFFFFFF < 0x80000000:
                    furthest[ports] = end
            position += 16 + captured
    return count


def ensure(force: bool = False) -> tuple[Path, Load]:
    """The load capture, made now unless it is there."""
    if force or not (CAPTURE.exists() and FACTS.exists()):
        DATA.mkdir(parents=True, exist_ok=True)
        FACTS.unlink(missing_ok=True)
        make(CAPTURE).write(FACTS)
    return CAPTURE, Load.read(FACTS)


def main() -> None:
    """Make the capture and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--force", action="store_true", help="make it anew even if it is there")
    begun = time.monotonic()
    path, load = ensure(parser.parse_args().force)
    print(f"{path.name}: {load} in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
