"""Measures `sioscope records` against tshark on a polling load over HTTP/2, in one run, and checks the counts.

    python benchmarks/http2.py [--tls] [--repeat N] [--force]

The capture (40 real clients that poll on one connection, with prior knowledge or inside TLS) is made first unless it is
there. tshark prints for every frame what the log holds of it: stream, kind, header fields, content, without a look
into that; inside TLS both have the key log that node wrote. Exit status 1: sioscope found another number of messages
than the peers sent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import measure
import tls
from load import CLIENTS, DATA, Load, make
from records import Result, sioscope, table, verdict

EXCHANGES = 125_000  # an event and its answer each; with the acks some 312,000 messages
ENDING = 2  # packets that the server does not count: the client's close, and what lets its open poll go
OPTIONS = ["-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.analyze_sequence_numbers:FALSE", "-Y", "http2"]
FIELDS = ["tcp.stream", "http2.streamid", "http2.type", "http2.header.name", "http2.header.value", "http2.data.data"]


def tshark(capture: Path, result: Result, scratch: Path) -> None:
    """A line for each packet with frames."""
    fields: list[str] = [word for name in ("frame.number", *FIELDS) for word in ("-e", name)]
    port = f"port=={result.load.port},"
    what: list[str | Path] = ["-d", f"tcp.{port}http2"]
    if result.keylog:
        what = ["-d", f"tcp.{port}tls", "-o", f"tls.keylog_file:{result.keylog}"]
    command: list[str | Path] = ["tshark", "-n", "-r", capture, *what, *OPTIONS, "-T", "fields", *fields]
    result.runs.append(measure.run(command, scratch / "tshark.txt"))


def ensure(inside: bool = False, force: bool = False) -> tuple[Path, Load]:
    """The capture (`inside` TLS, with its key log beside it), made now unless it is there."""
    capture = DATA / ("http2-tls.pcap" if inside else "http2.pcap")
    facts = capture.with_suffix(".json")
    if force or not (capture.exists() and facts.exists()):
        DATA.mkdir(parents=True, exist_ok=True)
        facts.unlink(missing_ok=True)
        made = (
            tls.record(capture, CLIENTS, EXCHANGES, (), "http2")
            if inside
            else make(capture, CLIENTS, EXCHANGES, "http2")
        )
        made.write(facts)
    return capture, Load.read(facts)


def main() -> int:
    """Measure, print the table and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", action="store_true", help="the load inside TLS, with its key log")
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--force", action="store_true", help="make the capture anew even if it is there")
    wish = parser.parse_args()
    capture, load = ensure(wish.tls, wish.force)
    load = replace(load, messages=load.messages + ENDING * load.clients)
    keylog = capture.with_suffix(".keys") if wish.tls else None
    results = [Result(name, load, keylog) for name in ("sioscope", "tshark")]
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
