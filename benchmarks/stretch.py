"""Makes a capture many times as long as the load capture: copies of it, with later times, other client ports and sids.

Run it as `python benchmarks/stretch.py [TIMES]`; it is kept beside the load capture and used again.
Checksums are left as they are: on a loopback interface they are not filled in anyway.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from load import DATA, Load, ensure
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

FILE_HEADER, RECORD_HEADER = 24, 16
PORTS = RECORD_HEADER + 14 + 20  # of a record's source port, after Ethernet and IPv4 without options
CHUNK = 100_000  # records changed and written at once
STRIDE = 4_001  # from one copy's ports to the next one's
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # the n-th copy's sids begin with the n-th letter
SID = b'"sid":"'


def starts(data: Bytes) -> Places:
    """Where each packet's record begins, and last where the file ends."""
    view, position, found = data.data, FILE_HEADER, []
    while position < len(view):
        found.append(position)
        position += RECORD_HEADER + int.from_bytes(view[position + 8 : position + 12], "little")
    return np.array([*found, len(view)], dtype=np.int64)


def field(chunk: Bytes, places: Places, kind: str) -> NDArray[Any]:
    """The numbers at some places of the chunk, of one numpy type."""
    size = np.dtype(kind).itemsize
    wide: NDArray[Any] = chunk[places[:, None] + np.arange(size)].view(kind)
    return wide[:, 0]


def put(chunk: Bytes, places: Places, values: NDArray[Any]) -> None:
    """The inverse of `field`."""
    size = values.dtype.itemsize
    chunk[places[:, None] + np.arange(size)] = np.ascontiguousarray(values)[:, None].view(np.uint8)


def shift(chunk: Bytes, at: Places, server: int, copy: int, seconds: int) -> None:
    """Make one copy's times and ports out of the original's, in place."""
    put(chunk, at, (field(chunk, at, "<u4") + seconds).astype("<u4"))
    for place in (at + PORTS, at + PORTS + 2):
        port = field(chunk, place, ">u2").astype(np.int64)
        moved = 1024 + (port - 1024 + copy * STRIDE) % (65536 - 1024)
        moved[moved == server] = 1023  # one port at most, and one that no copy has
        put(chunk, place, np.where(port == server, port, moved).astype(">u2"))


def sids(data: Bytes) -> Iterator[int]:
    """Where a session's id begins."""
    text, position = data.tobytes(), 0
    while (position := text.find(SID, position)) >= 0:
        position += len(SID)
        yield position


def write_copy(out: BinaryIO, data: Bytes, at: Places, change: tuple[int, int, int, Places]) -> None:
    """Append one copy; change: the server's port, the copy's number, its seconds of delay, the places of sids."""
    server, copy, seconds, names = change
    edges = [*range(0, len(at) - 1, CHUNK), len(at) - 1]
    for first, last in pairwise(edges):
        begin, end = at[first], at[last]
        chunk = data[begin:end].copy()
        shift(chunk, at[first:last] - begin, server, copy, seconds)
        chunk[names[(names >= begin) & (names < end)] - begin] = ALPHABET[copy]
        out.write(chunk.data)


def stretch(path: Path, load: Load, out: Path, times: int) -> Load:
    """Write `times` copies of the capture one after the other; returns the facts of the result."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    at = starts(data)
    clock = field(data, at[:-1], "<u4")
    span = int(clock.max() - clock.min()) + 2
    names = np.fromiter(sids(data), dtype=np.int64)
    with out.open("wb") as file:
        file.write(data[:FILE_HEADER].data)
        for copy in range(times):
            write_copy(file, data, at, (load.port, copy, copy * span, names))
    facts = {name: getattr(load, name) * times for name in ("clients", "packets", "messages", "again")}
    return replace(load, **facts, bytes=out.stat().st_size)


def ensure_long(times: int = 10) -> tuple[Path, Load]:
    """The long capture, made now unless it is there and made of the present load capture."""
    path, load = ensure()
    out, facts = DATA / f"load-x{times}.pcap", DATA / f"load-x{times}.json"
    if not (out.exists() and facts.exists() and facts.stat().st_mtime >= path.stat().st_mtime):
        stretch(path, load, out, times).write(facts)
    return out, Load.read(facts)


def main() -> None:
    """Make the long capture and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("times", nargs="?", type=int, default=10, choices=range(2, len(ALPHABET) + 1), metavar="TIMES")
    begun = time.monotonic()
    path, load = ensure_long(parser.parse_args().times)
    print(f"{path.name}: {load} in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
