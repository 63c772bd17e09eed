"""Measures `sioscope replay` against a python-socketio client and Artillery: the same messages to the same server.

    python benchmarks/replay.py [--artillery PATH] [--clients 50] [--messages 400] [--steady 100,1000] [--seconds 20]

Every client sends messages and each is acknowledged: as fast as acks come, or one message a second each, with live
heartbeats. What counts is processor time (user and system) of the client's processes alone, split by what the server
sees: `work` from the first client's connection to the last message's ack, `start` all the rest (imports, reading and
planning, reports). Messages a processor second and sessions a core are those of `work`, and in brackets those of the
whole process. The server has the machine's last core, clients have the others. Neither of the others compares what
comes back, so the first line has sioscope with --compare none, the second with all that it does by default.
PATH is Artillery's command, installed with artillery-engine-socketio-v3 beside it (npm). Linux, for /proc.
Exit status 1: not all messages were acknowledged.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
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
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be done: ``gap`` is seconds between two messages of a client, 0 for none."""

    clients: int
    messages: int
    gap: float

    @property
    def count(self) -> int:
        """All messages."""
        return self.clients * self.messages


@dataclass(frozen=True, slots=True)
class Used:
    """What a client's processes used: processor seconds in all and of the work, wall-clock seconds of the work, the
    server's processor seconds meanwhile; and what it printed.
    """

    processor: float
    work: float
    seconds: float
    server: float
    said: str


def spent(group: int) -> float:
    """Processor seconds of the living processes of a group."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            if int(fields[2]) == group:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


class Server:
    """The server, on a core of its own. It tells when a run's work begins and ends; that is when time is taken."""

    def __init__(self, load: Load) -> None:
        self.port = launch.free_port()
        self.group: int | None = None
        self.marks: dict[str, tuple[float, float, float]] = {}
        """By word: wall clock, processor seconds of the client, of the server."""
        command = ["node", str(HERE / "replay_server.js"), str(self.port), str(load.count)]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(self._child.pid, cores[-1:])
            os.sched_setaffinity(0, cores[:-1])
        assert self._child.stdout is not None
        self._child.stdout.readline()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._cores = cores

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.wait(10)
        self._listener.join(10)
        os.sched_setaffinity(0, self._cores)

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if self.group is not None:
                self.marks[line.strip()] = time.perf_counter(), spent(self.group), spent(self._child.pid)

    def watch(self, command: Sequence[str | Path], folder: Path) -> Used:
        """Run a command to its end; SystemExit with what it said if it fails."""
        with open(folder / "said", "w+b") as out:
            words = [str(part) for part in command]
            self.marks.clear()
            child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
            self.group = child.pid
            _, status, usage = os.wait4(child.pid, 0)
            self.group = None
            out.seek(0)
            said = out.read().decode("utf-8", "replace")
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command[0]} ended with {child.returncode}: {said[-2000:]}")
        if set(self.marks) != {"begin", "end"}:
            sys.exit(f"{command[0]} did not send all messages: {said[-2000:]}")
        begin, end = self.marks["begin"], self.marks["end"]
        work = [late - early for early, late in zip(begin, end, strict=True)]
        return Used(usage.ru_utime + usage.ru_stime, work[1], work[0], work[2], said)


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


def log_of(load: Load, folder: Path) -> Path:
    """The log of the load on disk."""
    log = folder / f"{load.clients}-{load.gap}.parquet"
    if not log.exists():
        with open_writer(str(log), force=True) as writer:
            writer.write(sorted(rows(load), key=lambda row: row.time))
    return log


def sioscope(load: Load, server: Server, folder: Path, *more: str) -> Used:
    """The log of the load, replayed."""
    pace = ["--pace", "timed" if load.gap else "fast", "--timeout", "30", *more]
    caps = ["--cap-sessions", "100000", "--cap-rate", "1e9", "--quiet", "--json"]
    program = Path(sys.executable).with_name("sioscope")
    target = ["--target", f"http://127.0.0.1:{server.port}"]
    return server.watch([program, "replay", log_of(load, folder), *target, *pace, *caps], folder)


def python(load: Load, server: Server, folder: Path) -> Used:
    """python-socketio."""
    given = (server.port, load.clients, load.messages, load.gap)
    return server.watch([sys.executable, HERE / "replay_client.py", *map(str, given)], folder)


def artillery(program: str, load: Load, server: Server, folder: Path) -> Used:
    """Artillery."""
    think = [{"think": load.gap}] if load.gap else []
    emit = {"emit": ["message", 1, "hello world, hello world"], "acknowledge": {}}
    script = {
        "config": {
            "target": f"http://127.0.0.1:{server.port}",
            "engines": {"socketio-v3": {"transports": ["websocket"]}},
            "phases": [{"duration": 1, "arrivalCount": load.clients}],
        },
        "scenarios": [{"engine": "socketio-v3", "flow": [{"loop": [emit, *think], "count": load.messages}]}],
    }
    (folder / "load.json").write_text(json.dumps(script))
    return server.watch([program, "run", "--quiet", folder / "load.json"], folder)


def main() -> None:
    """All tools in turn, a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artillery", metavar="PATH")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--steady", default="100,1000")
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    loads = [Load(given.clients, given.messages, 0.0)] if given.clients else []
    loads += [Load(int(count), given.seconds, 1.0) for count in given.steady.split(",") if count]
    busy = f"{os.getloadavg()[0]:.1f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {busy}")
    with tempfile.TemporaryDirectory() as scratch:
        whole = [measure(load, given.artillery, Path(scratch)) for load in loads]
    sys.exit(0 if all(whole) else 1)


def measure(load: Load, program: str | None, folder: Path) -> bool:
    """One load with every tool; whether all messages of sioscope's were acknowledged."""
    kind = f"{load.clients} clients, {load.messages} messages each"
    print(f"\n{kind}, {f'one every {load.gap:g} s' if load.gap else 'as fast as acks come'}")
    print(
        "                    start s   work s  server s   wall s   "
        + ("sessions a core" if load.gap else "messages a s")
    )
    with Server(load) as server:
        told = sioscope(load, server, folder, "--compare", "none")
        show("sioscope", load, told)
        compared = sioscope(load, server, folder)
        show("sioscope, compared", load, compared)
        show("python-socketio", load, python(load, server, folder))
        if program:
            show("artillery", load, artillery(program, load, server, folder))
    totals = [json.loads(each.said)["totals"] for each in (told, compared)]
    if load.gap:
        print("lateness of sioscope, ms:", *(each["lateness_ms"] for each in totals))
    acked = [sum(row["received"] for row in each["ack_latency"]) for each in totals]
    return acked == [load.count] * 2


def show(name: str, load: Load, used: Used) -> None:
    """A line of the table: rates by the processor time of the work, and of the whole process."""
    times = (used.work, used.processor)
    rates = [load.clients * used.seconds / each if load.gap else load.count / each for each in times]
    start = used.processor - used.work
    print(f"{name:18} {start:8.2f} {used.work:8.2f} {used.server:9.2f} {used.seconds:8.1f}"
          f" {rates[0]:8.0f} ({rates[1]:.0f})", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
