"""Ctrl-C, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import wired
from tests.flowfiles import mitmproxy

SCRIPT = Path(__file__).with_name("stubborn.py")
WAIT = 120.0


@contextmanager
def started(folder: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """``sioscope proxy`` with a script that is stubborn in some way, once it runs."""
    mitmproxy()
    options = ["--listen", "127.0.0.1:0", "-o", str(folder / "log.jsonl"), "--lines"]
    options += ["--set", f"confdir={wired.conf().name}", "--set", f"scripts={SCRIPT}"]
    command = [sys.executable, "-m", "analyzer", "proxy", *options]
    environment = os.environ | {"STUBBORN": how, "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
    try:
        assert child.stderr is not None
        for line in child.stderr:
            if "recording to" in line:
                break
        yield child
    finally:
        child.kill()
        child.wait()


def rest(child: subprocess.Popen[str]) -> str:
    """What it says until it ends."""
    return child.communicate(timeout=WAIT)[1]


WAYS = [("", signal.SIGTERM), ("", signal.SIGINT), *((how, signal.SIGINT) for how in ("task", "thread", "hook"))]


@pytest.mark.parametrize(("how", "number"), WAYS)
def test_the_first_ends_it(how: str, number: int, tmp_path: Path) -> None:
    """Whatever does not want to; the log is complete, and it reports."""
    with started(tmp_path, how) as child:
        child.send_signal(number)
        said = rest(child)
    assert said.splitlines() == ["note: no Socket.IO has passed"]
    assert child.returncode == 0
    assert [json.loads(line)["type"] for line in (tmp_path / "log.jsonl").open()] == ["summary"]


@pytest.mark.parametrize("how", ["task", "thread", "hook"])
def test_the_second_ends_it_at_once(how: str, tmp_path: Path) -> None:
    """With the status of one that was interrupted, and one line."""
    with started(tmp_path, how) as child:
        child.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1.0)
        child.send_signal(signal.SIGINT)
        said = rest(child)
    assert said.split("\n")[-2:] == ["sioscope: interrupted", ""]
    assert child.returncode == 130


def test_a_hangup_that_does_not_matter(tmp_path: Path) -> None:
    """As under nohup; that of a terminal ends it."""
    code = (
        "import signal; from analyzer.live import interrupts; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "print(signal.SIGHUP in interrupts._numbers(), signal.SIGINT in interrupts._numbers())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=WAIT)
    assert said.stdout == "False True\n"
