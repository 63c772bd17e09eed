"""``sioscope frames``: the conversation of captures and logs, its options, and what they refuse."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.analyzer.cli.inputs import CAPTURE, OTHER, capture, page, session
from tests.analyzer.cli.running import end, refused, run, start
from tests.recorded import CAPTURES

SPECIAL = CAPTURES / "v4-ping-timeout" / "capture.pcap"


def lines(*arguments: str | Path, stdin: bytes = b"") -> list[str]:
    """What a call prints without a word on stderr."""
    done = run("frames", *arguments, stdin=stdin)
    assert (done.status, done.err) == (0, "")
    return done.out.decode().splitlines()


def test_a_capture() -> None:
    """A line for every packet, heartbeats folded, in at most 80 columns."""
    found = lines(CAPTURE)
    assert found[0].startswith("#1 ")
    assert any(" EVENT say #0 " in line for line in found)
    assert any(" ACK say #0 in 2.4 ms " in line for line in found)
    assert any("heartbeat" in line for line in found)
    assert not any(line.endswith(("  ping", "  pong")) for line in found)


def test_a_log_is_read_like_a_capture(tmp_path: Path) -> None:
    """And gives the same lines, also from standard input; several captures are one conversation."""
    path = tmp_path / "log.parquet"
    run("records", CAPTURE, "-o", path)
    assert lines(path) == lines(CAPTURE) == lines("-", stdin=CAPTURE.read_bytes())
    assert any(line.startswith("#2 ") for line in lines(CAPTURE, OTHER))


def test_heartbeats() -> None:
    """Each one, if asked for."""
    found = lines(CAPTURE, "--heartbeats")
    assert sum(line.endswith("  ping") for line in found) == sum(line.endswith("  pong") for line in found) == 8


def test_a_ping_that_was_never_answered() -> None:
    """Stands out."""
    assert "ping without a pong" in lines(SPECIAL)[-2]


def test_all() -> None:
    """Exchanges and the summary, too."""
    found = lines(CAPTURE, "--all", "--width", "120")
    assert any(" GET 200 " in line for line in found)
    assert "capture summary" in found[-1]


def test_wishes() -> None:
    """Rows that fit."""
    sid = lines(CAPTURE)[0].split()[1]
    assert lines(CAPTURE, "--session", sid[:6]) == lines(CAPTURE)
    assert all("/chat" in line for line in lines(CAPTURE, "--namespace", "chat")[1:])
    assert all(" say " in line for line in lines(CAPTURE, "--event", "say")[1:])
    assert {line.split()[-2] for line in lines(CAPTURE, "--type", "pong", "--type", "PING")[1:2]} == {"ping"}
    assert all(line.startswith("→") for line in lines(CAPTURE, "--direction", "c2s", "--heartbeats")[1:])


def test_times() -> None:
    """From the start, or of the calendar; both bounds belong to it."""
    late = lines(CAPTURE, "--since", "2.0", "--until", "2.5", "--heartbeats")[1:]
    assert late
    assert all(2.0 <= float(line.split()[1]) <= 2.5 for line in late)
    everything = len(lines(CAPTURE, "--heartbeats"))
    assert len(lines(CAPTURE, "--since", "2020-01-01", "--until", "2100-01-01T00:00:00Z", "--heartbeats")) == everything


def test_around_a_frame() -> None:
    """All rows beside it, whatever they are."""
    found = lines(CAPTURE, "--around", "40", "--context", "1")
    assert 3 <= len(found) <= 8


def test_nothing_to_show(tmp_path: Path) -> None:
    """Is said; and so is what was passed over."""
    done = run("frames", CAPTURE, "--session", "nobody")
    assert (done.status, done.out) == (0, b"")
    assert done.err.startswith("note: no row was to be shown")
    other = run("frames", capture(tmp_path / "web.pcap", page(5000), session(4001, "S")))
    assert other.err == "note: 1 of 2 connections passed over: 1 HTTP without Engine.IO\n"
    assert run("frames", CAPTURE, "--session", "nobody", "-q").err == ""


def test_colours() -> None:
    """Only on a terminal, or if asked for; then the text is the same."""
    plain, coloured = lines(CAPTURE), lines(CAPTURE, "--color")
    assert not any("\x1b" in line for line in plain)
    assert sum("\x1b[36m→\x1b[0m" in line for line in coloured) > 10
    assert lines(CAPTURE, "--no-color") == plain


@pytest.mark.parametrize("width", [40, 80, 120])
def test_width(width: int) -> None:
    """No line is longer."""
    assert max(map(len, lines(CAPTURE, "--width", str(width)))) <= width


@pytest.mark.parametrize(
    ("option", "value"),
    [("--since", "yesterday"), ("--until", "12:00"), ("--around", "0"), ("--context", "-1"), ("--direction", "up")],
)
def test_what_is_refused(option: str, value: str) -> None:
    """In one line."""
    assert option in refused(run("frames", CAPTURE, option, value))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell of POSIX")
def test_a_reader_that_goes_away() -> None:
    """Ends it without a word."""
    command = f"'{sys.executable}' -m analyzer frames '{CAPTURE}' | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (done.stdout[:3], done.stderr) == (b"#1 ", b"")


def test_the_same_from_a_process_of_its_own() -> None:
    """Standard output is a pipe there."""
    done = end(start("frames", CAPTURE, "--width", "80"))
    assert (done.status, done.err) == (0, "")
    assert done.out.decode().splitlines() == lines(CAPTURE, "--width", "80")
