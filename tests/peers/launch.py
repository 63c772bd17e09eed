"""Starts real peers (node) and tcpdump on the loopback interface, waits in bounded time, and ends what it started.

Scripts that make captures, benchmarks and tests share it. A `MissingError` says which tool is not installed here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
POLL = 0.02  # seconds between two looks at a process or its output
RING = 1.2  # seconds after which the kernel hands even a half-filled block of packets to tcpdump


class MissingError(RuntimeError):
    """A tool is not installed, or may not be used by this user."""


class StuckError(RuntimeError):
    """A process did not do in time what it should, or ended badly; the text holds the end of its output."""


def need(*tools: str) -> None:
    """Raise MissingError unless each tool is on PATH, and for node also the npm packages of this folder."""
    for tool in tools:
        if shutil.which(tool) is None:
            raise MissingError(f"{tool} is not installed")
    if "node" in tools and not MODULES.is_dir():
        raise MissingError("the npm peers are not installed: run npm ci in tests/peers")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """As many different ones."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def wait_for(port: int, timeout: float = 20.0) -> None:
    """Wait until something listens on a port of 127.0.0.1; StuckError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > end:
            raise StuckError(f"nothing listens on port {port}")
        time.sleep(POLL)


class Process:
    """A child with its output in a file. As a context manager it is ended on the way out, by its own pid only."""

    def __init__(self, argv: Sequence[str | Path], ready: str | None = None, timeout: float = 20.0) -> None:
        """Start argv; with `ready`, wait until its output holds that text: StuckError after `timeout` seconds."""
        self.name = " ".join(Path(part).name for part in argv[:2])
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  (closed with this object)
        self._begin(argv, self._output)
        if ready is not None:
            self.await_text(ready, timeout)

    def _begin(self, argv: Sequence[str | Path], output: IO[bytes]) -> None:
        self._start(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def _start(self, argv: Sequence[str | Path], **streams: Any) -> None:
        environment = {**os.environ, "PYTHONFAULTHANDLER": "1"}
        self._child = subprocess.Popen([str(part) for part in argv], env=environment, **streams)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._child.pid

    def output(self) -> str:
        """What it has printed so far, on both of its outputs."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode("utf-8", "replace")

    def await_text(self, ready: str, timeout: float = 20.0) -> None:
        """Wait until its output holds a text; StuckError, and its end, where that takes longer than so many seconds."""
        end = time.monotonic() + timeout
        while ready not in self.output():
            code = self._child.poll()
            if code is not None or time.monotonic() > end:
                how, said = "not ready in time" if code is None else f"ended with {code}", self.output()[-2000:]
                self.stop()
                raise StuckError(f"{self.name}: {how}: {said}")
            time.sleep(POLL)

    def wait(self, timeout: float) -> None:
        """Wait for its end; StuckError if that takes longer than `timeout` seconds or its status is not 0."""
        code = self.await_end(timeout)
        if code != 0:
            raise StuckError(f"{self.name}: ended with {code}: {self.output()[-2000:]}")

    def await_end(self, timeout: float) -> int:
        """Wait for its end, whatever its status, which is given back."""
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop(signal.SIGABRT)  # a Python one says where it stands
            raise StuckError(f"{self.name}: not done after {timeout} s: {self.output()[-4000:]}") from None

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self._child.poll() is None:
            self._child.send_signal(number)

    def stop(self, number: int = signal.SIGTERM, timeout: float = 5.0) -> None:
        """End it: the signal, and after `timeout` seconds SIGKILL. Once ended, it stays so: safe to call again."""
        self.send_signal(number)
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def node(script: str | Path, *argv: str, ready: str | None = None, timeout: float = 20.0) -> Process:
    """Start a node script of this folder (or one given by its whole path)."""
    need("node")
    return Process(["node", HERE / script, *argv], ready, timeout)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What tcpdump said at its end."""

    packets: int
    dropped: int


class Recorder(Process):
    """tcpdump on the loopback interface, all traffic of some TCP ports, to a pcap file."""

    def __init__(self, path: Path, ports: Sequence[int], buffer_kib: int = 0) -> None:
        """Return when packets are being recorded. buffer_kib: the kernel's buffer, 0 for the default."""
        need("tcpdump")
        options = ["-U"] if not buffer_kib else ["-B", str(buffer_kib)]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options += ["-Z", "root"]  # else tcpdump becomes another user who may not write here
        wanted = " or ".join(f"tcp port {port}" for port in ports)
        command = ["tcpdump", "-i", loopback(), "-n", "-s", "0", *options, "-w", str(path), wanted]
        try:
            super().__init__(command, ready="listening on")
        except StuckError as error:
            if re.search("permission|permitted", str(error)):
                raise MissingError("tcpdump may not record for this user") from None
            raise

    def finish(self) -> Recorded:
        """Let it write what was recorded, and end it."""
        time.sleep(RING)
        self.stop(signal.SIGINT, timeout=30.0)
        said = self.output()
        captured = re.search(r"(\d+) packets? captured", said)
        dropped = re.search(r"(\d+) packets? dropped by kernel", said)
        if captured is None or dropped is None:
            raise StuckError(f"{self.name}: no count at its end: {said[-500:]}")
        return Recorded(int(captured[1]), int(dropped[1]))


def loopback() -> str:
    """The name of the loopback interface."""
    names = [name for _, name in socket.if_nameindex()]
    return next((name for name in ("lo", "lo0") if name in names), names[0])
