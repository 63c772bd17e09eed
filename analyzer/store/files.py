"""Output files that are either whole or not there, and errors of the file system told in one line.

A file is written under another name beside its final one and renamed at the end. What cannot be renamed to (a FIFO,
/dev/stdout) is written directly, and so is a live log, which is there to be followed while it grows.
"""

import contextlib
import errno
import os
import secrets
import stat
import sys
import weakref
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from analyzer.issues import StoreError

STANDARD = "-"
"""The path that means standard output or input."""

_DEVICES = ("/dev/", "/proc/")
"""Where a name such as /dev/stdout means what is open already, even if that is a file."""

_ADVICE = {
    errno.ENOSPC: "free some space or choose another place",
    errno.EDQUOT: "free some space or choose another place",
    errno.EACCES: "choose a place you may write to",
    errno.EPERM: "choose a place you may write to",
    errno.EROFS: "choose a place you may write to",
    errno.ENOENT: "create the folder first",
    errno.ENOTDIR: "a part of the path is no folder, choose another place",
    errno.EISDIR: "name a file in it",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EBADF: "name a file",
}
_STANDARD_NAMES = {"write": "standard output", "read": "standard input"}
_READ_ADVICE = {
    errno.EISDIR: "name a file in it",
    errno.EACCES: "check its permissions",
    errno.ENOENT: "check the path",
}


class Output:
    """A binary file to write: `commit` gives it its name, `discard` leaves nothing of it; a ``with`` block does one
    of the two.

    StoreError where the file exists (unless ``force``), cannot be made or cannot be written to; BrokenPipeError
    passes, so that a command whose reader has gone can end quietly. ``-`` is standard output.
    """

    def __init__(self, path: str, *, force: bool = False, live: bool = False) -> None:
        self.path = path
        self._force = force
        self._part: str | None = None
        with explained(path):
            self._final = os.path.realpath(path)
            self._file = self._open(live)

    def _open(self, live: bool) -> IO[bytes]:
        if self.path == STANDARD:
            if sys.stdout is None:  # closed by whoever started us
                raise OSError(errno.EBADF, "it is closed")
            return sys.stdout.buffer
        mode = _mode(self.path)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if mode is not None and (not stat.S_ISREG(mode) or self.path.startswith(_DEVICES)):
            return open(self.path, "wb")
        if mode is not None and not self._force:
            raise FileExistsError
        if live:
            return open(self._final, "wb" if self._force else "xb")
        folder, name = os.path.split(self._final)
        part = os.path.join(folder, f".{name[:60]}.{secrets.token_hex(4)}.part")
        self._part = part
        weakref.finalize(self, _remove, part)  # an interrupt may come before any block that would discard it
        return open(part, "xb")

    def write(self, data: bytes) -> int:
        """Writes all of ``data``."""
        with explained(self.path):
            return self._file.write(data)

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        with explained(self.path):
            self._file.flush()

    def commit(self) -> None:
        """The file is whole: close it and give it its name. After an error nothing is left of it."""
        try:
            with explained(self.path):
                self._close()
                if self._part is not None:
                    _place(self._part, self._final, self._force)
        finally:
            self.discard()

    def discard(self) -> None:
        """Leaves nothing of the file, unless it was committed or could be read from the start (live, a device)."""
        with contextlib.suppress(OSError):
            self._close()
        part, self._part = self._part, None
        if part is not None:
            _remove(part)

    def _close(self) -> None:
        if self.path == STANDARD:
            self._file.flush()
        else:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.discard()


@contextlib.contextmanager
def explained(path: str, verb: str = "write") -> Iterator[None]:
    """Turns an OSError of the block into a StoreError that says in one line what could not be done, where, and what
    to do.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except FileExistsError as error:
        advice = "choose another name, remove it, or force to overwrite it (--force)"
        raise StoreError(f"{path} exists already: {advice}") from error
    except OSError as error:
        path = _STANDARD_NAMES[verb] if path == STANDARD else path
        advice = (_ADVICE if verb == "write" else _READ_ADVICE).get(error.errno or 0, "try another place")
        raise StoreError(f"cannot {verb} {path}: {error.strerror or error}: {advice}") from error
    except ValueError as error:  # a path with a NUL character, or a file that was closed
        raise StoreError(f"cannot {verb} {path!r}: {error}") from error


def _mode(path: str) -> int | None:
    """What ``path`` is, None where nothing is there; OSError where nothing can be."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _remove(part: str) -> None:
    """Away with a file that may be gone already."""
    with contextlib.suppress(OSError):
        os.unlink(part)


def _place(part: str, path: str, force: bool) -> None:
    """Gives a finished file its name. One that came there meanwhile is kept, where the file system has hard links."""
    if not force:
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError, AttributeError):
            pass  # no hard links here
        else:
            return
    os.replace(part, path)
