"""Measures `sioscope replay` against a python-socketio client and Artillery: the same messages to the same server.

    python benchmarks/replay.py [--artillery PATH] [--clients 50] [--messages 400] [--steady 100,1000] [--seconds 20]

Every client sends messages and each is acknowledged. `fast`: as fast as acks come. `steady`: one message a second each,
with live heartbeats. Processor seconds are those of the whole process, start and (of sioscope) report included;
sessions a core are clients divided by the share of a core that they took. PATH is Artillery's command, installed with
artillery-engine-socketio-v3 beside it (npm). Exit status 1: not all messages were acknowledged.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import launch

from analyzer.records import C2S, S2C, Row
from analyzer.store import open_writer

HERE = Path(__file__).resolve().parent
MS = 1_000_000
START = 1_700_000_000_000 * MS


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be done: ``gap`` is seconds between two messages of a client, 0 for none."""

    clients: int
    messages: int
    gap: float


@dataclass(frozen=True, slots=True)
class Used:
    """What a process used, wall clock and processor seconds, and what it printed."""

    seconds: float
    processor: float
    said: str


def rows(load: Load) -> Iterator[Row]:
    """The log of such a load: sessions over WebSocket, begun within a second."""
    for i in range(load.clients):
        begun, sid = START + i * 1000 * MS // load.clients, f"s{i}"

        def row(ms: float, way: str, layer: str, kind: str, begun: int = begun, sid: str = sid, **more: Any) -> Row:
            columns: Any = {"session": sid, "transport": "websocket", "engine": 4, "stream": 0} | more
            return Row(begun + int(ms * MS), layer=layer, type=kind, direction=way, **columns)

        opened = json.dumps({"sid": sid, "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000})
        packet: Any = {"namespace": "/", "parser": "json"}
        url = "/socket.io/?EIO=4&transport=websocket"
        yield row(1, C2S, "websocket", "open", status=101, url=url, duration=0.001)
        yield row(2, S2C, "engine.io", "open", data=opened)
        yield row(3, C2S, "socket.io", "CONNECT", **packet)
        yield row(4, S2C, "socket.io", "CONNECT", data='{"sid":"x"}', **packet)
        for k in range(load.messages):
            at, data = 10 + k * (load.gap * 1000 or 1), f'[{k},"hello world, hello world"]'
            yield row(at, C2S, "socket.io", "EVENT", event="message", ack_id=k, data=data, **packet)
            yield row(at + 0.5, S2C, "socket.io", "ACK", ack_id=k, data=f"[{k}]", **packet)
        yield row(20 + load.messages * (load.gap * 1000 or 1), C2S, "websocket", "close", status=1005)


def used(command: Sequence[str | Path], folder: Path) -> Used:
    """Run a command to its end; SystemExit with what it said if it fails."""
    with open(folder / "said", "w+b") as out:
        begun = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        out.seek(0)
        said = out.read().decode("utf-8", "replace")
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}: {said[-2000:]}")
    return Used(seconds, usage.ru_utime + usage.ru_stime, said)


def sioscope(load: Load, port: int, folder: Path) -> Used:
    """The log of the load, replayed."""
    log = folder / f"{load.clients}-{load.gap}.parquet"
    with open_writer(str(log), force=True) as writer:
        writer.write(sorted(rows(load), key=lambda row: row.time))
    (folder / "rules.toml").write_text("")
    pace = ["--pace", "timed" if load.gap else "fast", "--rules", folder / "rules.toml", "--timeout", "30"]
    caps = ["--cap-sessions", "100000", "--cap-rate", "1e9", "--quiet", "--json"]
    program = Path(sys.executable).with_name("sioscope")
    return used([program, "replay", log, "--target", f"http://127.0.0.1:{port}", *pace, *caps], folder)


def python(load: Load, port: int, folder: Path) -> Used:
    """python-socketio."""
    script = HERE / "replay_client.py"
    return used([sys.executable, script, str(port), str(load.clients), str(load.messages), str(load.gap)], folder)


def artillery(program: str, load: Load, port: int, folder: Path) -> Used:
    """Artillery, its report checked for the number of messages."""
    think = [{"think": load.gap}] if load.gap else []
    emit = {"emit": ["message", 1, "hello world, hello world"], "acknowledge": {}}
    script = {
        "config": {
            "target": f"http://127.0.0.1:{port}",
            "engines": {"socketio-v3": {"transports": ["websocket"]}},
            "phases": [{"duration": 1, "arrivalCount": load.clients}],
        },
        "scenarios": [{"engine": "socketio-v3", "flow": [{"loop": [emit, *think], "count": load.messages}]}],
    }
    (folder / "load.json").write_text(json.dumps(script))
    result = used([program, "run", "--quiet", "-o", folder / "report.json", folder / "load.json"], folder)
    totals = json.loads((folder / "report.json").read_text())["aggregate"]
    if totals["requestsCompleted"] != load.clients * load.messages:
        print("    Artillery's own account:", {k: totals[k] for k in ("requestsCompleted", "codes", "errors")})
    return result


def main() -> None:
    """All tools in turn, a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artillery", metavar="PATH")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--steady", default="100,1000")
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    loads = [Load(given.clients, given.messages, 0.0)]
    loads += [Load(int(count), given.seconds, 1.0) for count in given.steady.split(",") if count]
    busy = f"{os.getloadavg()[0]:.1f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {busy}")
    whole = True
    with tempfile.TemporaryDirectory() as scratch:
        for load in loads:
            whole = measure(load, given.artillery, Path(scratch)) and whole
    sys.exit(0 if whole else 1)


def measure(load: Load, program: str | None, folder: Path) -> bool:
    """One load with every tool; whether all messages of sioscope's were acknowledged."""
    port = launch.free_port()
    with launch.node(HERE / "replay_server.js", str(port), ready="ready"):
        told = sioscope(load, port, folder)
        show("sioscope", load, told)
        show("python-socketio", load, python(load, port, folder))
        if program:
            show("artillery", load, artillery(program, load, port, folder))
    totals = json.loads(told.said)["totals"]
    if load.gap:
        print("    lateness of sioscope, ms:", totals["lateness_ms"])
    acked = sum(row["received"] for row in totals["ack_latency"])
    return bool(acked == load.clients * load.messages)


def show(name: str, load: Load, result: Used) -> None:
    """A line of the table."""
    count = load.clients * load.messages
    rate = f"{count / result.processor:9.0f} messages a processor second"
    if load.gap:
        rate = f"{load.clients / (result.processor / result.seconds):9.0f} sessions a core"
    print(f"{name:16} {load.clients:5} clients {count:7} messages {result.seconds:6.1f} s"
          f" {result.processor:6.1f} s processor {rate}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
