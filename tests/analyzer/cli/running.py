"""Runs the command as a user would: in this process where that shows the same, else in one of its own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from analyzer.cli import main

COMMAND = [sys.executable, "-m", "analyzer"]
"""The command line in a process of its own."""


class Done(NamedTuple):
    """How it ended."""

    status: int
    out: bytes
    err: str


def run(*arguments: str | Path, stdin: bytes = b"") -> Done:
    """In this process; an exception that a user would see as a traceback is one here."""
    options: dict[str, Any] = {}
    if "mix_stderr" in CliRunner.__init__.__code__.co_varnames:  # click 8.1 mixes both unless told not to
        options["mix_stderr"] = False
    result = CliRunner(**options).invoke(
        main, [str(argument) for argument in arguments], input=stdin, prog_name="sioscope", catch_exceptions=False
    )
    return Done(result.exit_code, result.stdout_bytes, result.stderr)


def start(*arguments: str | Path, **how: Any) -> subprocess.Popen[bytes]:
    """In a process of its own, with pipes."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], **{**pipes, **how})


def end(process: subprocess.Popen[bytes], stdin: bytes | None = None) -> Done:
    """Wait for it, half a minute at most."""
    out, err = process.communicate(stdin, timeout=30)
    return Done(process.returncode, out or b"", (err or b"").decode())


def refused(done: Done) -> str:
    """The one line it printed: what is wrong, where, and what to do; nothing else, and status 2."""
    assert done.status == 2
    assert done.out == b""
    assert "Traceback" not in done.err
    line, *more = done.err.splitlines()
    assert not more, done.err
    assert re.fullmatch(r"sioscope: .+[:;] .+", line), line
    return line
