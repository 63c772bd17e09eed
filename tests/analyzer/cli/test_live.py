"""``sioscope live``: pipes as they are written, the log beside, the report in the end, and signals."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from analyzer.sources import network
from tests.analyzer.cli.inputs import CAPTURE, pcap_header, record, session
from tests.analyzer.cli.running import end, refused, run, start

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pipes of POSIX")


def test_frames_then_the_report() -> None:
    """A capture from standard input: lines with times of day, then what analyze says of it."""
    done = run("live", "-", stdin=CAPTURE.read_bytes())
    assert done.status == 0
    assert done.err == "note: listening to -; Ctrl-C ends it and reports\n"
    frames, _, report = done.out.decode().partition("\nSources\n")
    assert frames.startswith("#1 ")
    assert sum(line.endswith(("  ping", "  pong")) for line in frames.splitlines()) == 16
    analyzed = run("analyze", "-", stdin=CAPTURE.read_bytes()).out.decode()
    assert report == analyzed.partition("\nSources\n")[2]


def test_options_of_what_is_printed() -> None:
    """Heartbeats, other rows, colours, width."""
    out = run("live", "-", "--no-heartbeats", "--all", "--width", "100", "-q", stdin=CAPTURE.read_bytes())
    assert out.err == ""
    assert b"  ping\n" not in out.out
    assert b" GET 200 " in out.out
    assert b"\x1b[" in run("live", "-", "--color", stdin=CAPTURE.read_bytes()).out


def test_the_log(tmp_path: Path) -> None:
    """Is what records makes of the same packets."""
    path = tmp_path / "log.jsonl"
    assert run("live", "-", "-o", path, stdin=CAPTURE.read_bytes()).status == 0
    assert path.read_bytes() == run("records", "-", stdin=CAPTURE.read_bytes()).out
    assert "exists already" in run("live", "-", "-o", path, stdin=CAPTURE.read_bytes()).err
    assert run("live", "-", "-o", path, "--force", stdin=CAPTURE.read_bytes()).status == 0


def test_the_log_on_standard_output() -> None:
    """Takes the place of the lines; the report goes to stderr."""
    done = run("live", "-", "-o", "-", "-q", stdin=CAPTURE.read_bytes())
    assert done.out == run("records", "-", stdin=CAPTURE.read_bytes()).out
    assert done.err.startswith("\nFindings ")


def test_only_the_newest_rows_are_kept(tmp_path: Path) -> None:
    """For the report, which says so, and where the others are."""
    done = run("live", "-", "--keep", "20", stdin=CAPTURE.read_bytes())
    total = len(run("records", CAPTURE).out.splitlines())
    assert f"note: this report is of the newest 20 of {total} rows (--keep); -o keeps all\n" in done.err
    path = tmp_path / "log.jsonl"
    done = run("live", "-", "--keep", "20", "-o", path, stdin=CAPTURE.read_bytes())
    assert f"sioscope analyze {path} reports on all" in done.err


def test_losses_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """When they begin, and in the report."""
    from analyzer.pipeline.live import LiveCapture

    monkeypatch.setattr(LiveCapture, "lost", property(lambda self: 12))
    done = run("live", "-", stdin=CAPTURE.read_bytes())
    assert done.err.count("note: 12 packets lost so far: they come faster than they can be read") == 1


def test_a_key_log_that_is_not_there_yet(tmp_path: Path) -> None:
    """Is waited for."""
    path = tmp_path / "keys.log"
    done = run("live", "-", "--keylog", path, stdin=CAPTURE.read_bytes())
    assert f"note: {path} is not there yet; it will be read once it is\n" in done.err
    assert "is a directory; give the file that SSLKEYLOGFILE" in refused(
        run("live", "-", "--keylog", tmp_path, stdin=CAPTURE.read_bytes())
    )


def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setattr(network, "names", lambda **_: ["lo", "eth0"])
    assert "nothing to watch: name an interface with -i (lo, eth0), or -" in refused(run("live"))
    assert "either -i or a capture" in refused(run("live", "-", "-i", "lo"))
    assert "nope: there is no such interface; choose one of lo, eth0" in refused(run("live", "-i", "nope"))
    assert "--filter is for an interface" in refused(run("live", "-", "--filter", "tcp"))
    assert "is empty" in refused(run("live", "-"))
    assert "end its name in .jsonl" in run("live", "-", "-o", tmp_path / "x.csv", stdin=CAPTURE.read_bytes()).err
    assert "--keep" in refused(run("live", "-", "--keep", "0"))


def waited(path: Path, text: bytes) -> None:
    """Until a file holds a text; half a minute at most."""
    for _ in range(600):
        if path.exists() and text in path.read_bytes():
            return
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not come")


def begun(tmp_path: Path, *arguments: str | Path) -> tuple[Any, Path]:
    """The command with its output in a file, and a pipe into which a session has been written that goes on."""
    out = tmp_path / "out.txt"
    process = start("live", "-", *arguments, stdout=out.open("wb"))
    process.stdin.write(pcap_header() + b"".join(map(record, session(4001, "SID", body="2"))))
    process.stdin.flush()
    waited(out, b"  ping\n")
    return process, out


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(number: signal.Signals, tmp_path: Path) -> None:
    """Lines come while the pipe is open; a signal ends it in good order, with the report and a whole log."""
    log = tmp_path / "log.jsonl"
    process, out = begun(tmp_path, "-o", log)
    waited(log, b'"type":"ping"')
    process.send_signal(number)
    assert process.wait(30) == 0
    assert b"\nSessions  1\n" in out.read_bytes()
    assert json.loads(log.read_bytes().splitlines()[-1])["type"] == "summary"
    process.communicate()


@posix
def test_its_writer_ends(tmp_path: Path) -> None:
    """As tcpdump does on Ctrl-C: everything that it wrote is read."""
    process, out = begun(tmp_path)
    assert end(process).status == 0
    assert b"\nSessions  1\n" in out.read_bytes()


@posix
def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """Ends it without a word."""
    reader, writer = os.pipe()
    process = start("live", "-", "-q", stdout=writer)
    os.close(writer)
    os.close(reader)
    done = end(process, CAPTURE.read_bytes())
    assert (done.status, done.err) == (0, "")
