"""A real server and a real client on the loopback interface while `sioscope live` listens, beside tcpdump."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import launch
import needs

pytestmark = pytest.mark.peers

COMMAND = [sys.executable, "-m", "analyzer"]
LISTENING = "listening to"
NOT_THE_SAME = ("time", "source", "duration")
"""Columns that depend on who captured."""


def may_capture() -> None:
    """MissingError where this user may not listen to interfaces."""
    from analyzer.issues import CaptureError
    from analyzer.sources.live import open_source

    try:
        open_source(None, "lo", None).close()
    except CaptureError as error:
        raise launch.MissingError(str(error)) from None


@contextmanager
def talk(port: int, folder: Path, seconds: float = 1.2) -> Iterator[None]:
    """A server of generation 4 that pings every 300 ms, and a client that has talked to it when this begins."""
    wish: dict[str, Any] = {"generation": 4, "port": port, "parser": None}
    options = {"pingInterval": 300, "pingTimeout": 2000}
    told = wish | {"options": options, "page": False, "truth": str(folder / "server.jsonl")}
    with launch.node("server.js", json.dumps(told), ready='"ready"'):
        told = wish | {"options": {}, "number": 0, "xhr2": False, "seconds": seconds}
        told["truth"] = str(folder / "client.jsonl")
        with launch.node("client.js", json.dumps(told), ready='"ready"') as client:
            client.wait(seconds + 30)
        yield


class Live:
    """The command, its output in files."""

    def __init__(self, folder: Path, *arguments: str | Path, stdin: IO[bytes] | int = subprocess.DEVNULL) -> None:
        self.out, self.err = folder / "live.out", folder / "live.err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [*COMMAND, "live", *map(str, arguments)], stdin=stdin, stdout=out, stderr=err
            )

    def wait_for(self, path: Path, text: str) -> None:
        """Until a file of its output holds a text; half a minute at most."""
        end = time.monotonic() + 30
        while not path.exists() or text not in path.read_text("utf-8"):
            assert self.process.poll() is None, self.err.read_text("utf-8")
            assert time.monotonic() < end, f"{text} did not come: {path.read_text('utf-8')[-500:]}"
            time.sleep(launch.POLL)

    def end(self, number: int | None = signal.SIGINT) -> str:
        """End it as Ctrl-C does (or wait for its end); what it printed."""
        try:
            if number is not None:
                self.process.send_signal(number)
            assert self.process.wait(30) == 0, self.err.read_text("utf-8")
        finally:
            self.process.kill()
        return self.out.read_text("utf-8")


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a log that are not about the capture, without what depends on who captured."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        {name: value for name, value in row.items() if name not in NOT_THE_SAME}
        for row in found
        if row["layer"] != "capture"
    ]


def counters(path: Path) -> dict[str, Any]:
    """What the summary of a log says."""
    counted: dict[str, Any] = json.loads(json.loads(path.read_text("utf-8").splitlines()[-1])["data"])
    return counted


@pytest.mark.skipif(sys.platform != "linux", reason="the interface is called lo")
def test_the_loopback_interface(tmp_path: Path) -> None:
    """Frames are printed while they come; the log is that of tcpdump's capture of the same packets; then a report."""
    with needs.tools("node", "tcpdump"):
        may_capture()
        port, log = launch.free_port(), tmp_path / "live.jsonl"
        live = Live(tmp_path, "-i", "lo", "--filter", f"tcp port {port}", "-o", log)
        live.wait_for(live.err, LISTENING)
        with launch.Recorder(tmp_path / "x.pcap", [port]) as recorder:
            with talk(port, tmp_path):
                live.wait_for(live.out, "WebSocket close")  # before anything ends
                live.wait_for(log, '"type":"close"')
            recorded = recorder.finish()
        printed = live.end()
    subprocess.run([*COMMAND, "records", tmp_path / "x.pcap", "-o", tmp_path / "x.jsonl"], check=True)
    assert rows(log) == rows(tmp_path / "x.jsonl")
    assert (counters(log)["packets"], counters(log)["dropped"]) == (recorded.packets, 0)
    assert len(rows(log)) > 40
    frames, _, report = printed.partition("\nSources\n")
    assert " EVENT question #0 [1]" in frames
    assert "Sessions  1\n" in report
    assert "completed in" in report
    assert "0 late, 0 missed" in report


@pytest.mark.skipif(sys.platform != "linux", reason="all interfaces at once need Linux")
def test_all_interfaces(tmp_path: Path) -> None:
    """Show each packet of the loopback interface once; SIGTERM ends it like Ctrl-C."""
    with needs.tools("node"):
        may_capture()
        port, log = launch.free_port(), tmp_path / "live.jsonl"
        live = Live(tmp_path, "-i", "any", "--filter", f"tcp port {port}", "-o", log)
        live.wait_for(live.err, LISTENING)
        with talk(port, tmp_path, 0.5):
            live.wait_for(live.out, "WebSocket close")
        live.end(signal.SIGTERM)
    assert [row["issue"] for row in rows(log) if row["issue"]] == []
    acks = [row for row in rows(log) if row["type"] == "ACK"]
    assert acks
    assert len({json.dumps(row) for row in acks}) == len(acks)


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes of POSIX")
def test_tcpdump_through_a_pipe(tmp_path: Path) -> None:
    """Frames come while tcpdump runs; when it ends, so does the command, with the report."""
    with needs.tools("node", "tcpdump"):
        port = launch.free_port()
        user = ["-Z", "root"] if os.geteuid() == 0 else []
        dump = ["tcpdump", "-i", launch.loopback(), "-n", "-s", "0", "-U", *user, "-w", "-", f"tcp port {port}"]
        with (tmp_path / "tcpdump.err").open("wb") as said:
            tcpdump = subprocess.Popen(dump, stdout=subprocess.PIPE, stderr=said)
        try:
            live = Live(tmp_path, "-", "-o", tmp_path / "live.jsonl", stdin=tcpdump.stdout or subprocess.DEVNULL)
            live.wait_for(live.err, LISTENING)
            with talk(port, tmp_path):
                live.wait_for(live.out, "WebSocket close")
                assert tcpdump.poll() is None
            tcpdump.send_signal(signal.SIGINT)
            printed = live.end(None)
        finally:
            tcpdump.kill()
            tcpdump.wait()
    assert "Sessions  1\n" in printed
    assert [row["issue"] for row in rows(tmp_path / "live.jsonl") if row["issue"]] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the right to capture is Linux's")
def test_without_the_right() -> None:
    """One line says how to get it."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root has every right, and setpriv is not here to give it up")
    given_up = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(
            [*given_up, *COMMAND, "live", "-i", "lo"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE
        )
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert line.startswith("sioscope: lo: this user may not capture; use sudo, or pipe: sudo tcpdump -i lo -U -w - |")
