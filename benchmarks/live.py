"""Measures how many packets a second `sioscope live` keeps up with: a load capture is sent again over two interfaces.

    python benchmarks/live.py [--rate 20000] [--seconds 20]

Needs Linux and root: it makes a pair of virtual Ethernet interfaces and removes it again. One process sends the packets
of a real load capture (40 clients, WebSocket; made first unless it is there) at an even rate into one end; `sioscope
live` listens to the other one, prints every frame into a file and writes the log. The rate is what really was sent; CPU
is that of the command until it has read them all, without its start and its closing report. Exit status 1: packets were
lost, or other rows came out than `sioscope records` makes of the same packets.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from load import CLIENTS, DATA, make
from records import machine

CAPTURE = DATA / "live.pcap"
EXCHANGES = 160_000
NEAR, FAR = "sios0", "sios1"
TICK = 0.005  # seconds between two bursts of the sender
SETTLE = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """What was sent, what came, and what that took; CPU in seconds."""

    sent: int
    seconds: float
    packets: int
    lost: int
    rows: int
    cpu: float
    peak_mb: float


def packets(path: Path) -> Iterator[bytes]:
    """The packets of a little-endian pcap file."""
    with path.open("rb") as file:
        file.read(24)
        while head := file.read(16):
            yield file.read(int.from_bytes(head[8:12], "little"))


def cut(path: Path, count: int, to: Path) -> int:
    """Write the first so many packets of a capture to another one; how many there were."""
    with path.open("rb") as file, to.open("wb") as out:
        out.write(file.read(24))
        for done in range(count):
            head = file.read(16)
            if not head:
                return done
            out.write(head + file.read(int.from_bytes(head[8:12], "little")))
    return count


@contextlib.contextmanager
def pair() -> Iterator[None]:
    """Two virtual interfaces, what goes into one comes out of the other."""
    ip = ["ip", "link"]
    subprocess.run([*ip, "add", NEAR, "mtu", "65535", "type", "veth", "peer", "name", FAR, "mtu", "65535"], check=True)
    try:
        for name in (NEAR, FAR):
            Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text(
                "1", encoding="ascii"
            )  # no packets of its own
            subprocess.run([*ip, "set", name, "up"], check=True)
        yield
    finally:
        subprocess.run([*ip, "del", NEAR], check=True)


def send(path: Path, rate: float) -> tuple[int, float]:
    """Send all packets of a capture at an even rate: how many, and in how many seconds."""
    frames = packets(path)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((NEAR, 0))
        begun, sent = time.monotonic(), 0
        while burst := list(islice(frames, max(1, int((time.monotonic() - begun) * rate) - sent))):
            for frame in burst:
                out.send(frame)
            sent += len(burst)
            time.sleep(TICK)
        return sent, time.monotonic() - begun


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used so far (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settle(log: Path) -> None:
    """Wait until nothing is written to the log any more: on a busy machine its writer may be seconds behind."""
    size = -1
    while size != (size := log.stat().st_size):
        time.sleep(SETTLE)


def measure(path: Path, rate: float, folder: Path) -> Result:
    """Send a capture to `sioscope live`."""
    log = folder / "log.jsonl"
    command = [sys.executable, "-m", "analyzer", "live", "-i", FAR, "-o", str(log), "--quiet"]
    with (folder / "frames.txt").open("wb") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out)
    while not log.exists():
        time.sleep(0.05)
    time.sleep(SETTLE)
    before = cpu(child.pid)
    sent, seconds = send(path, rate)
    settle(log)
    used_for_it = cpu(child.pid) - before
    os.kill(child.pid, signal.SIGINT)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"sioscope live ended with {child.returncode}")
    rows = log.read_text(encoding="utf-8").splitlines()
    facts = json.loads(json.loads(rows[-1])["data"])
    peak = used.ru_maxrss * 1024 / 1e6
    return Result(sent, seconds, facts["packets"], facts["dropped"] or 0, len(rows), used_for_it, peak)


def main() -> int:
    """Measure, print a row of a table, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20_000, metavar="PACKETS", help="packets a second")
    parser.add_argument("--seconds", type=float, default=20, help="how long")
    wish = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)
    if not CAPTURE.exists():
        make(CAPTURE, CLIENTS, EXCHANGES)
    with tempfile.TemporaryDirectory() as scratch, pair():
        part = Path(scratch) / "part.pcap"
        cut(CAPTURE, int(wish.rate * wish.seconds), part)
        result = measure(part, wish.rate, Path(scratch))
        said = subprocess.run([sys.executable, "-m", "analyzer", "records", part], check=True, capture_output=True)
    expected = said.stdout.count(b"\n")
    print(machine(), "", "| packets/s | packets | lost | rows | CPU, share of a core | peak memory, MB |", sep="\n")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    rate, share = result.sent / result.seconds, result.cpu / result.seconds
    print(
        f"| {rate:,.0f} | {result.packets:,} | {result.lost:,} | {result.rows:,} | {share:.0%} | {result.peak_mb:.0f} |"
    )
    print(f"\n{expected:,} rows are in the capture that was sent")
    return int(result.lost > 0 or result.packets != result.sent or result.rows != expected)


if __name__ == "__main__":
    sys.exit(main())
