"""A log file that only ever grows by whole lines, or gives way to a new one."""

import contextlib
import os
import stat
import time
from typing import Final

from analyzer.issues import StoreError
from analyzer.live.rotation import NEVER, Rotation, aside
from analyzer.store.files import explained

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
_LOOK: Final = 1.0
"""Seconds between two looks whether the file is still there: someone else may have moved it."""


class LogFile:
    """Appends to ``path``; what `append` could not write whole, it takes back. A log that is there already is moved
    aside, or with ``replace`` emptied. All errors are StoreError.

    A FIFO or device is written to as it is; opening a FIFO waits for its reader.
    """

    def __init__(self, path: str, rotation: Rotation = NEVER, *, replace: bool = False) -> None:
        self.path = path
        self._rotation = rotation
        self._replace = replace
        self._fd: int | None = None
        self._plain = True
        self._size = 0
        self._began = self._looked = 0.0
        self._touched = False

    def append(self, lines: bytes) -> None:
        """Write whole lines; after an error none of them is in the file."""
        with explained(self.path):
            self._ready(len(lines))
            try:
                self._write(lines)
            except OSError as error:
                self._undo()
                if isinstance(error, BrokenPipeError):
                    raise StoreError(f"cannot write {self.path}: its reader has gone") from error
                raise
            self._size += len(lines)

    def open(self) -> None:
        """Make sure that it can be written to."""
        with explained(self.path):
            self._ready(0)

    def close(self) -> None:
        """Nothing more will be written."""
        fd, self._fd = self._fd, None
        if fd is not None:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _ready(self, more: int) -> None:
        if self._fd is not None and self._plain:
            self._follow()
        if self._fd is None:
            self._open()
        if self._plain and self._size and self._full(more):
            self.close()
            os.rename(self.path, aside(self.path, time.time()))
            self._open()

    def _full(self, more: int) -> bool:
        limit, age = self._rotation.size, self._rotation.seconds
        return (limit is not None and self._size + more > limit) or (
            age is not None and time.monotonic() - self._began >= age
        )

    def _open(self) -> None:
        mode = _mode(self.path)
        self._plain = mode is None or stat.S_ISREG(mode)
        if not self._plain:
            self._fd = os.open(self.path, os.O_WRONLY)
            return
        if not self._touched and mode is not None and os.path.getsize(self.path):
            if self._replace:
                os.truncate(self.path, 0)
            else:
                os.rename(self.path, aside(self.path, time.time()))
        self._fd = os.open(self.path, _FLAGS, 0o644)
        self._touched = True
        self._size = os.fstat(self._fd).st_size
        self._began = self._looked = time.monotonic()

    def _follow(self) -> None:
        """Let go of a file that no longer has the name."""
        now = time.monotonic()
        if now - self._looked < _LOOK or self._fd is None:
            return
        self._looked = now
        here, there = os.fstat(self._fd), _stat(self.path)
        if there is None or (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            self.close()

    def _write(self, lines: bytes) -> None:
        assert self._fd is not None
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def _undo(self) -> None:
        if self._fd is not None and self._plain:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, self._size)
                return
        self.close()


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _mode(path: str) -> int | None:
    found = _stat(path)
    return None if found is None else found.st_mode
