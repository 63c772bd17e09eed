"""Measures `sioscope records` against tshark and scapy on the load capture, all in one run, and checks the counts.

    python benchmarks/records.py [--repeat N] [--long] [--only sioscope,tshark]

The capture is made first unless it is there (benchmarks/load.py). tshark splits the same WebSocket frames and prints a
line for each, without a look at what is in them. scapy dissects the first packets; the time of that, without its start,
is scaled to all packets. Seconds are those of whole processes otherwise, medians over the repeats, which take turns.
Exit status 1: sioscope found another number of messages than the peers sent.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import measure
from load import HERE, Load, ensure

SCAPY_PACKETS = 20_000
SCAPY = """
import sys, time
from itertools import islice
import scapy.layers.inet, scapy.layers.l2
from scapy.utils import PcapReader
begun = time.perf_counter()
with PcapReader(sys.argv[1]) as packets:
    for packet in islice(packets, int(sys.argv[2])):
        packet["TCP"].payload
print(time.perf_counter() - begun)
"""
COUNT = """
import sys
import pyarrow.parquet as pq
found = 0
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(columns=["layer", "type"]):
    rows = zip(batch["layer"].to_pylist(), batch["type"].to_pylist())
    found += sum(layer in ("engine.io", "socket.io") and type is not None for layer, type in rows)
print(found)
"""
OPTIONS = ["-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.analyze_sequence_numbers:FALSE", "-Y", "websocket"]
FIELDS = ["-T", "fields", "-e", "frame.number", "-e", "tcp.stream", "-e", "websocket.opcode", "-e", "websocket.payload"]


@dataclass(slots=True)
class Result:
    """What one tool did with a capture: its runs, and how many messages it found (None: it did not say)."""

    name: str
    load: Load
    keylog: Path | None = None
    runs: list[measure.Run] = field(default_factory=list)
    found: int | None = None

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return max(run.peak_mb for run in self.runs)


def sioscope(capture: Path, result: Result, scratch: Path) -> None:
    """The whole command, to Parquet; counts the rows that are Engine.IO or Socket.IO packets."""
    out = scratch / "log.parquet"
    out.unlink(missing_ok=True)
    keys: list[str | Path] = ["--keylog", result.keylog] if result.keylog else []
    result.runs.append(measure.run([sys.executable, "-m", "analyzer", "records", *keys, "-o", out, capture]))
    if result.found is None:
        said = subprocess.run([sys.executable, "-c", COUNT, out], check=True, capture_output=True, text=True)
        result.found = int(said.stdout)


def tshark(capture: Path, result: Result, scratch: Path) -> None:
    """A line for each packet with frames; counts the frames of data, less those of segments that TCP sent twice."""
    port = f"port=={result.load.port},http"
    what: list[str | Path] = ["-d", f"tcp.{port}"]
    if result.keylog:
        what = ["-d", f"tls.{port}", "-d", f"tcp.port=={result.load.port},tls"]
        what += ["-o", f"tls.keylog_file:{result.keylog}"]
    out = scratch / "tshark.txt"
    result.runs.append(measure.run(["tshark", "-n", "-r", capture, *what, *OPTIONS, *FIELDS], out))
    if result.found is None:
        with out.open(encoding="utf-8") as lines:
            opcodes = (opcode for line in lines for opcode in line.split("\t")[2].split(","))
            found = sum(opcode in ("0", "1", "2") for opcode in opcodes)
        result.found = found if result.keylog else found - result.load.again  # nothing decrypts twice


def scapy(capture: Path, result: Result, scratch: Path) -> None:
    """Dissects the first packets; its seconds are scaled to all of them, its memory is not."""
    out = scratch / "scapy.txt"
    run = measure.run([sys.executable, "-c", SCAPY, capture, str(SCAPY_PACKETS)], out)
    seconds = float(out.read_text(encoding="ascii"))
    result.runs.append(measure.Run(seconds * result.load.packets / SCAPY_PACKETS, run.peak_mb))


TOOLS: dict[str, Callable[[Path, Result, Path], None]] = {"sioscope": sioscope, "tshark": tshark, "scapy": scapy}


def ten_times() -> tuple[Path, Load]:
    """The long capture, made in a process of its own: this one must stay small (see measure.run)."""
    code = "import stretch; stretch.ensure_long()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE)
    facts = HERE / "data" / "load-x10.json"
    return facts.with_suffix(".pcap"), Load.read(facts)


def table(results: list[Result]) -> str:
    """The results as a table in Markdown, under a line that says when and where."""
    lines = [machine(), "", "| tool | seconds | messages/s | times sioscope's seconds | peak memory, MB |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    ours = next((each.seconds for each in results if each.name == "sioscope"), None)
    for each in results:
        ratio = f"{each.seconds / ours:.1f}" if ours and "times" not in each.name else ""
        rate = f"{each.load.messages / each.seconds:,.0f}"
        lines.append(f"| {each.name} | {each.seconds:.1f} | {rate} | {ratio} | {each.peak_mb:.0f} |")
    return "\n".join(lines)


def machine() -> str:
    """Date, size of the machine and versions, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    said = subprocess.run(["tshark", "--version"], capture_output=True, text=True) if shutil.which("tshark") else None
    version = said.stdout.split()[2].rstrip(".") if said else "not installed"
    return f"{date.today()}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}, tshark {version}"


def verdict(results: list[Result]) -> int:
    """Say for each tool whether its count is that of the peers; 1 if sioscope's is not."""
    for each in results:
        if each.found is not None:
            agrees = "as many as" if each.found == each.load.messages else "NOT as many as"
            print(f"{each.name}: {each.found:,} messages, {agrees} the peers sent ({each.load.messages:,})")
    return int(any(each.found != each.load.messages for each in results if each.name.startswith("sioscope")))


def main() -> int:
    """Measure, print the table and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--long", action="store_true", help="also sioscope on a capture ten times as long")
    parser.add_argument("--only", default=",".join(TOOLS), metavar="TOOLS", help="some of sioscope,tshark,scapy")
    wish = parser.parse_args()
    capture, load = ensure()
    jobs = [(TOOLS[name], capture, Result(name, load)) for name in TOOLS if name in wish.only.split(",")]
    if wish.long:
        capture, load = ten_times()
        jobs.append((sioscope, capture, Result("sioscope, ten times as long", load)))
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(wish.repeat):
            for tool, path, result in jobs:
                tool(path, result, Path(scratch))
    results = [result for _, _, result in jobs]
    print(table(results))
    print()
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
