"""Measures what recording costs a proxy: the same load on a direct connection and through mitmdump, bare, saving its
flows (save_stream_file), and with sioscope recording, with quick hooks and without. Variants take turns; medians are
printed, and ratios.

    python benchmarks/proxy.py [--rounds 3] [--exchanges 6000] [--rate 100] [--mitmdump PATH]

Processor seconds are the proxy's own (user and system, all threads), from before the load until after it. A round trip
passes the proxy twice. The cost of a variant is what it adds to a bare mitmdump, over what that adds to a direct
connection. Linux only (/proc). Exit status 1: recording costs more than the bars below, measured by processor seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "peers"))

import launch

HERE = Path(__file__).resolve().parent
ADDON = HERE.parent / "addons" / "sioscope_addon.py"
CLIENTS = 20
TIME_LIMIT = 300.0
DIRECT, BARE, SAVING, RECORDING, PLAIN = "direct", "mitmdump", "save_stream_file", "sioscope", "without quick hooks"
VARIANTS = (DIRECT, BARE, SAVING, RECORDING, PLAIN)
FEWER, SHARE = 0.10, 1 / 3
"""The bars: messages a second fewer than bare mitmdump at most, and cost over that of mitmproxy itself at most."""


@dataclass(frozen=True, slots=True)
class Load:
    """What clients do: exchanges in all, so many a second (0: as fast as answers come)."""

    exchanges: int
    rate: int


@dataclass(frozen=True, slots=True)
class Result:
    """One load through one variant: messages as the server counts them, wall seconds, round trips in ms, and processor
    seconds of the proxy.
    """

    messages: int
    seconds: float
    p50: float
    p99: float
    processor: float


def settings(variant: str, folder: Path) -> list[str]:
    """Arguments of mitmdump that make the variant."""
    if variant == SAVING:
        return ["--set", f"save_stream_file={folder / 'flows.mitm'}"]
    if variant in (RECORDING, PLAIN):
        hooks = f"sioscope_quick_hooks={str(variant == RECORDING).lower()}"
        log = f"sioscope_out={folder / 'log.jsonl'}"
        return ["-s", str(ADDON), "--set", log, "--set", "sioscope_print=false", "--set", hooks]
    return []


@contextmanager
def proxied(program: str, variant: str, back: int, folder: Path) -> Iterator[tuple[int, int | None]]:
    """The port to talk to, and the proxy's process id (None without one)."""
    if variant == DIRECT:
        yield back, None
        return
    front = launch.free_port()
    mode = ["--mode", f"reverse:http://127.0.0.1:{back}", "--listen-host", "127.0.0.1", "--listen-port", str(front)]
    common = ["--set", "flow_detail=0", "--set", f"confdir={folder / 'conf'}"]
    with launch.Process([program, *mode, *common, *settings(variant, folder)], "listening at", 60.0) as process:
        yield front, process.pid


def processor(pid: int | None) -> float:
    """Seconds that a process has used so far, in user and system mode."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def play(port: int, load: Load) -> dict[str, float]:
    """Let clients do the load; what they say of it."""
    wish = [str(port), str(CLIENTS), str(load.exchanges), str(load.rate)]
    with launch.node(HERE / "proxy_client.js", *wish) as client:
        client.wait(TIME_LIMIT)
        found: dict[str, float] = json.loads(client.output().splitlines()[-1])
    return found


def measure(program: str, variant: str, load: Load) -> Result:
    """One load through one variant, with a server and a proxy of its own."""
    back = launch.free_port()
    with (
        tempfile.TemporaryDirectory() as scratch,
        launch.node(HERE / "load_server.js", str(back), ready="listening") as server,
    ):
        with proxied(program, variant, back, Path(scratch)) as (port, pid):
            before = processor(pid)
            told = play(port, load)
            used = processor(pid) - before
        server.stop()
        messages = sum(json.loads(server.output().splitlines()[-1]).values())
    return Result(messages, told["seconds"], told["p50"], told["p99"], used)


class Watch:
    """Reads a log as it grows: how long after its time each row can be read, in ms. As a context manager."""

    def __init__(self, path: Path) -> None:
        self.delays: list[float] = []
        self._path = path
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._path.exists():
            if self._ending.wait(0.001):
                return
        with self._path.open("rb") as file:
            rest = b""
            while not self._ending.is_set():
                more = file.read()
                now = time.time()
                if not more:
                    time.sleep(0.001)
                    continue
                *lines, rest = (rest + more).split(b"\n")
                self.delays += [1000 * (now - _moment(line)) for line in lines]


def _moment(line: bytes) -> float:
    """Seconds since 1970 at which a row happened; its time stands near the line's beginning."""
    text = line[:60].split(b'"time":"')[1][:29].decode()
    return datetime.fromisoformat(text[:19] + "+00:00").timestamp() + float("0" + text[19:29])


def delays(program: str, load: Load) -> list[float]:
    """How long rows take to the disk under a load, in ms."""
    back = launch.free_port()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (
            launch.node(HERE / "load_server.js", str(back), ready="listening"),
            proxied(program, RECORDING, back, folder) as (port, _),
            Watch(folder / "log.jsonl") as watch,
        ):
            play(port, load)
            time.sleep(0.3)
        return watch.delays


def rounds(program: str, count: int, load: Load) -> dict[str, list[Result]]:
    """Every variant in turn, so many times."""
    found: dict[str, list[Result]] = {variant: [] for variant in VARIANTS}
    for _ in range(count):
        for variant in VARIANTS:
            found[variant].append(measure(program, variant, load))
    return found


def median(results: Sequence[Result], name: str) -> float:
    """The median of a figure."""
    return statistics.median([float(getattr(result, name)) for result in results])


def per_message(results: Sequence[Result], name: str) -> float:
    """Median microseconds a message, of wall or processor time."""
    return statistics.median([1e6 * float(getattr(result, name)) / result.messages for result in results])


def ratio(found: dict[str, list[Result]], variant: str, name: str) -> float:
    """What a message costs with a variant, over what it costs with a bare mitmdump: the median of all rounds, whose
    variants had the machine to themselves at nearly the same time.
    """
    pairs = zip(found[variant], found[BARE], strict=True)
    return statistics.median([per_message([one], name) / per_message([bare], name) for one, bare in pairs])


def show_throughput(found: dict[str, list[Result]]) -> tuple[float, float]:
    """A line a variant; gives messages/s lost to a bare mitmdump and recording's share of mitmproxy's cost, both by
    processor time.
    """
    print(f"{'':20}{'messages/s':>12}{'processor us a message':>24}")
    for variant, results in found.items():
        rate = 1e6 / per_message(results, "seconds")
        print(f"{variant:20}{rate:12,.0f}{per_message(results, 'processor'):24.1f}")
    direct = per_message(found[DIRECT], "seconds") / per_message(found[BARE], "seconds")
    wall = used = 1.0
    for variant in (SAVING, PLAIN, RECORDING):  # the last one's figures are given
        wall, used = ratio(found, variant, "seconds"), ratio(found, variant, "processor")
        more, by = 1 / wall - 1, 1 / used - 1
        print(f"{variant}: {more:+.1%} messages/s against bare mitmdump, by processor time {by:+.1%};")
        whole = (wall - 1) / (1 - direct)
        print(f"  cost {whole:+.2f} of what mitmproxy itself costs, by processor time {used - 1:+.2f}")
    return 1 - 1 / used, used - 1


def show_latency(found: dict[str, list[Result]]) -> None:
    """A line a variant: round trips, and what is added to those of a direct connection."""
    direct = {name: median(found[DIRECT], name) for name in ("p50", "p99")}
    print(f"{'':20}{'round trip p50, p99 ms':>24}{'added ms':>18}{'over bare':>16}")
    bare = {name: median(found[BARE], name) - direct[name] for name in direct}
    for variant, results in found.items():
        p50, p99 = median(results, "p50"), median(results, "p99")
        added = p50 - direct["p50"], p99 - direct["p99"]
        ratio = f"{added[0] / bare['p50']:8.2f}{added[1] / bare['p99']:8.2f}" if variant != DIRECT else ""
        print(f"{variant:20}{p50:14.2f}{p99:10.2f}{added[0]:10.2f}{added[1]:8.2f}{ratio:>16}")


def show_delays(name: str, found: Sequence[float]) -> None:
    """How long rows take to the disk."""
    ranked = sorted(found)
    p50, p99 = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
    print(f"{name:20}{len(ranked):8} rows, on disk after ms: p50 {p50:.0f}, p99 {p99:.0f}, worst {ranked[-1]:.0f}")


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--exchanges", type=int, default=6000)
    parser.add_argument("--rate", type=int, default=100, help="exchanges a second where latency is measured")
    parser.add_argument("--mitmdump", default=str(Path(sys.executable).with_name("mitmdump")))
    given = parser.parse_args()
    with launch.Process([given.mitmdump, "--version"]) as process:
        process.wait(60.0)
        version = process.output().split()[1]
    busy = f"{os.getloadavg()[0]:.1f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, mitmproxy {version}, load average {busy}; a table each:")
    fewer, share = show_throughput(rounds(given.mitmdump, given.rounds, Load(given.exchanges, 0)))
    show_latency(rounds(given.mitmdump, given.rounds, Load(10 * given.rate, given.rate)))
    for name, load in (("idle", Load(100, 10)), ("steady", Load(1000, 100)), ("saturated", Load(given.exchanges, 0))):
        show_delays(name, delays(given.mitmdump, load))
    sys.exit(0 if fewer <= FEWER and share < SHARE else 1)


if __name__ == "__main__":
    main()
