"""Bytes of a source, from a file or a pipe, as they come: a pipe is not waited for while there is something to give."""

import io
import os
import select
import sys
from typing import IO, Final, cast

from analyzer.issues import CaptureError
from analyzer.text import printable

STDIN: Final = "-"
_PIPE_READ: Final = 1 << 20


class Stream:
    """Bytes in order. ``live``: they come as somebody writes them; waiting for a full buffer would hold them back."""

    def __init__(self, path: str, size: int | None) -> None:
        self.path = path
        """As the caller gave it; ``-`` for stdin."""
        self.size = size
        """Bytes in the file as stored; None for a pipe."""
        self.live = size is None

    @property
    def position(self) -> int:
        """Bytes of the file, as stored, read so far."""
        raise NotImplementedError

    @property
    def trouble(self) -> str | None:
        """Once the bytes ended before their time (a cut or damaged compressed file): one clause that says so."""
        return None

    @property
    def name(self) -> str:
        """File name without its folder, ``-`` for stdin."""
        return os.path.basename(self.path) or self.path

    @property
    def where(self) -> str:
        """What to call it in a message."""
        return "standard input" if self.path == STDIN else printable(self.path)

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        """At most ``limit`` bytes; b"" at the end, and where not waiting also when there is none right now."""
        raise NotImplementedError

    def ready(self, wait: float) -> bool:
        """Whether reading would not have to wait for anything, if need be once so many seconds have passed."""
        return True

    def file(self) -> IO[bytes] | None:
        """The file itself, at its beginning, where it can be sought in and is stored as it is; else None."""
        return None

    def give_back(self, size: int) -> bool:
        """Whether the last ``size`` bytes read will be read again: a file can, and that saves its reader a copy."""
        return False

    def close(self) -> None:
        """Lets go of the file; reading is over."""


class FileStream(Stream):
    """A file, a pipe, or standard input."""

    def __init__(self, path: str, file: IO[bytes] | io.RawIOBase, size: int | None) -> None:
        super().__init__(path, size)
        self._file = file
        self._taken = 0
        self._descriptor = _descriptor(file) if self.live else None

    @property
    def position(self) -> int:
        return self._taken

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        if self.live and not wait and not self._readable(0):
            return b""
        try:
            data = self._read(limit)
        except OSError as error:
            raise unreadable(self.where, error) from error
        self._taken += len(data)
        return data

    def _read(self, limit: int) -> bytes:
        if self._descriptor is not None:
            return os.read(self._descriptor, min(limit, _PIPE_READ))
        read = getattr(self._file, "read1", self._file.read)
        return bytes(read(limit) or b"")

    def ready(self, wait: float) -> bool:
        return not self.live or not self._can_ask() or self._readable(wait)

    def _can_ask(self) -> bool:
        return self._descriptor is not None and hasattr(select, "poll")

    def _readable(self, wait: float) -> bool:
        if self._descriptor is None or not self._can_ask():
            return False  # Windows cannot ask a pipe: what one read gave is handed on
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(wait * 1000))

    def file(self) -> IO[bytes] | None:
        if self.live:
            return None
        self._file.seek(0)
        return cast(IO[bytes], self._file)

    def give_back(self, size: int) -> bool:
        if self.live:
            return False
        self._file.seek(-size, os.SEEK_CUR)
        self._taken -= size
        return True

    def replaced(self) -> bool:
        """Whether its path names another file by now, or it has become shorter than what was read of it."""
        try:
            now, mine = os.stat(self.path), os.fstat(self._file.fileno())
        except OSError:
            return False  # no file at all, or none yet
        return not self.live and (not os.path.samestat(now, mine) or now.st_size < self._taken)

    def close(self) -> None:
        if self.path != STDIN:
            self._file.close()


def _descriptor(file: IO[bytes] | io.RawIOBase) -> int | None:
    try:
        return file.fileno()
    except (OSError, ValueError):
        return None


def unreadable(where: str, error: OSError) -> CaptureError:
    """The one line about a file that cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        return CaptureError(f"{where}: there is no such file; check the path")
    if isinstance(error, PermissionError):
        return CaptureError(f"{where}: may not be read; check its permissions")
    return CaptureError(
        f"{where}: cannot be read ({printable(error.strerror or str(error))}); check the path and the disk"
    )


def open_file(path: str) -> FileStream:
    """The bytes of a file, a named pipe, or (``-``) standard input. Raises CaptureError."""
    if path == STDIN:
        if sys.stdin is None:
            raise CaptureError("standard input: is closed; name a file")
        return FileStream(path, sys.stdin.buffer, None)
    where = printable(path)
    if os.path.isdir(path):
        raise CaptureError(f"{where}: is a directory; name the capture files in it")
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115 - the stream owns it
    except ValueError:
        raise CaptureError(f"{where}: is no path; check it") from None
    except OSError as error:
        raise unreadable(where, error) from error
    regular = os.path.isfile(path)
    return FileStream(path, file, os.fstat(file.fileno()).st_size if regular else None)


class Layer(Stream):
    """A stream made of another one."""

    def __init__(self, inner: Stream) -> None:
        super().__init__(inner.path, inner.size)
        self._inner = inner
        self._trouble: str | None = None

    @property
    def position(self) -> int:
        return self._inner.position

    @property
    def trouble(self) -> str | None:
        return self._trouble or self._inner.trouble

    def close(self) -> None:
        self._inner.close()


class Peeked(Layer):
    """A stream whose first bytes have been looked at and are still to be read."""

    def __init__(self, inner: Stream) -> None:
        super().__init__(inner)
        self._head = b""

    def peek(self, least: int, most: int) -> bytes:
        """The next bytes, not taken: waits for ``least`` (fewer at the end), gives up to ``most``."""
        while len(self._head) < most:
            more = self._inner.read(most - len(self._head), wait=len(self._head) < least)
            if not more:
                break
            self._head += more
        return self._head

    def read(self, limit: int, *, wait: bool = True) -> bytes:
        if self._head:
            data, self._head = self._head[:limit], self._head[limit:]
            return data
        return self._inner.read(limit, wait=wait)

    def ready(self, wait: float) -> bool:
        return bool(self._head) or self._inner.ready(wait)

    def file(self) -> IO[bytes] | None:
        return self._inner.file()

    def give_back(self, size: int) -> bool:
        return not self._head and self._inner.give_back(size)


class Reading(io.RawIOBase):
    """A stream as an unbuffered file object that cannot be sought in."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def as_file(stream: Stream) -> IO[bytes]:
    """An ordinary file object with the stream's bytes from the first one on; a plain file can be sought in.

    Closing it closes the stream.
    """
    return stream.file() or io.BufferedReader(Reading(stream), 1 << 18)


def fill(stream: Stream, limit: int) -> bytes:
    """Up to ``limit`` bytes, as many as there are without waiting once there are some; b"" at the end."""
    parts = [stream.read(limit)]
    size = len(parts[0])
    while parts[-1] and size < limit:
        parts.append(stream.read(limit - size, wait=False))
        size += len(parts[-1])
    return parts[0] if size == len(parts[0]) else b"".join(parts)
