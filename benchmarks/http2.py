"""Measures `sioscope records` against tshark on a polling load over HTTP/2, in one run, and checks the counts.

    python benchmarks/http2.py [--repeat N] [--force]

The capture (40 real clients that poll on one connection, prior knowledge) is made first unless it is there. tshark
prints for every frame what the log holds of it: stream, kind, header fields, content, without a look into that.
Exit status 1: sioscope found another number of messages than the peers sent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import measure
from load import CLIENTS, DATA, Load, make
from records import Result, sioscope, table, verdict

CAPTURE = DATA / "http2.pcap"
FACTS = DATA / "http2.json"
EXCHANGES = 125_000  # an event and its answer each; with the acks some 315,000 messages
ENDING = 2  # packets that the server does not count: the client's close, and what lets its open poll go
OPTIONS = ["-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.analyze_sequence_numbers:FALSE", "-Y", "http2"]
FIELDS = ["tcp.stream", "http2.streamid", "http2.type", "http2.header.name", "http2.header.value", "http2.data.data"]


def tshark(capture: Path, result: Result, scratch: Path) -> None:
    """A line for each packet with frames."""
    fields: list[str] = [word for name in ("frame.number", *FIELDS) for word in ("-e", name)]
    port = f"tcp.port=={result.load.port},http2"
    command: list[str | Path] = ["tshark", "-n", "-r", capture, "-d", port, *OPTIONS, "-T", "fields", *fields]
    result.runs.append(measure.run(command, scratch / "tshark.txt"))


def ensure(force: bool = False) -> tuple[Path, Load]:
    """The capture, made now unless it is there."""
    if force or not (CAPTURE.exists() and FACTS.exists()):
        DATA.mkdir(parents=True, exist_ok=True)
        FACTS.unlink(missing_ok=True)
        make(CAPTURE, CLIENTS, EXCHANGES, "http2").write(FACTS)
    return CAPTURE, Load.read(FACTS)


def main() -> int:
    """Measure, print the table and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--force", action="store_true", help="make the capture anew even if it is there")
    wish = parser.parse_args()
    capture, load = ensure(wish.force)
    load = replace(load, messages=load.messages + ENDING * load.clients)
    results = [Result("sioscope", load), Result("tshark", load)]
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(wish.repeat):
            for tool, result in zip((sioscope, tshark), results, strict=True):
                tool(capture, result, Path(scratch))
    print(f"{load.messages:,} messages, {load.bytes / 1e6:.0f} MB")
    print(table(results))
    print()
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
