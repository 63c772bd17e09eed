"""Runs a command to its end and tells how long it took and how much memory it used at most."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """Wall-clock seconds of the whole process, and its largest resident size in MB (1e6 bytes)."""

    seconds: float
    peak_mb: float


def run(command: Sequence[str | Path], output: Path | None = None) -> Run:
    """Run it, its standard output into a file or nowhere; SystemExit with what it said if it fails.

    Linux counts a starting child's memory from its parent's: whoever calls this must stay small (no numpy here).
    """
    with open(output or os.devnull, "wb") as out:
        begun = time.perf_counter()
        words = [str(part) for part in command]
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}: {said.decode('utf-8', 'replace')[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, used.ru_maxrss * unit / 1e6)
