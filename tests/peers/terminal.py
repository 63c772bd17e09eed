"""A process that runs in a terminal of its own, for what sioscope does only there."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import launch

SIZE = struct.pack("HHHH", 40, 100, 0, 0)
"""Rows, columns and (unused) pixels."""


class TerminalProcess(launch.Process):
    """A child whose terminal is written to a file as it comes: its pid is the program's own."""

    def _begin(self, argv: Sequence[str | Path], output: IO[bytes]) -> None:
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, SIZE)
        self._start(argv, stdin=its, stdout=its, stderr=its)
        os.close(its)
        self._copier = threading.Thread(target=_copy, args=(ours, os.dup(output.fileno())), daemon=True)
        self._copier.start()

    def await_end(self, timeout: float) -> int:
        """As of any process; then all it wrote is there to be read."""
        code = super().await_end(timeout)
        self._copier.join(timeout)
        return code


def _copy(source: int, target: int) -> None:
    """All that comes, until the last process has closed the terminal."""
    with os.fdopen(target, "wb", buffering=0) as file:
        try:
            while data := os.read(source, 65536):
                file.write(data)
        except OSError:  # how Linux says that it is closed
            pass
        finally:
            os.close(source)
