"""Key log files, read whole and then on as they grow, come late or are replaced; and the secrets inside a pcapng file,
wherever they are in it.
"""

import os
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from analyzer.issues import CaptureError
from analyzer.sources import sniff
from analyzer.sources.pcapng import PcapngWalker
from analyzer.sources.streams import FileStream, Peeked, Stream, fill, open_file
from analyzer.sources.summary import Summary
from analyzer.text import printable
from analyzer.wire.keylog import KeyLog, KeyLogTail

TLS_KEY_LOG: Final = 0x544C534B
"""Kind of the secrets in a pcapng Decryption Secrets Block that are lines of a key log."""
_PIECE: Final = 1 << 20
_BLOCK: Final = 4 << 20
_TEXTS: Final = frozenset((sniff.Kind.KEYLOG, sniff.Kind.TEXT, sniff.Kind.UNKNOWN))
_ADVICE: Final = "give the file that SSLKEYLOGFILE or node --tls-keylog names"


class KeyLogs:
    """All key log files of a call; ``keys`` are the secrets in them. One may be half written: what is no line with
    a whole secret is passed over.

    ``growing``: they are being written while the capture is, or need not be there yet; then `poll` reads on, from the
    beginning where one was replaced or cut.

    Raises CaptureError where a file cannot be read, is something else, or (all of them together, none growing) holds no
    secret.
    """

    def __init__(self, paths: Sequence[str], *, growing: bool = False) -> None:
        self.keys = KeyLog(growing=growing and bool(paths))
        self._files = [_File(path, self.keys, growing) for path in paths]
        try:
            self.poll()
        except BaseException:
            self._release()
            raise
        if not growing:
            self._release()
        if paths and not growing and not len(self.keys):
            raise CaptureError(f"{', '.join(map(printable, paths))}: holds no TLS secret; {_ADVICE}")

    @property
    def missing(self) -> list[str]:
        """A sentence about each of the files that are not there yet."""
        return [f"{printable(f.path)} is not there yet; it will be read once it is" for f in self._files if f.missing]

    def poll(self) -> None:
        """Take what was written since the last look."""
        for file in self._files:
            file.read_on()

    def close(self) -> None:
        """Take the last of them: nothing more will be written, and last lines count without their line ends."""
        try:
            self.poll()
        finally:
            self._release()

    def _release(self) -> None:
        for file in self._files:
            file.close()
        self._files = []


class _File:
    """One file, read whole and (``growing``) then on."""

    def __init__(self, path: str, keys: KeyLog, growing: bool) -> None:
        self.path = path
        self._keys = keys
        self._growing = growing
        self._tail = KeyLogTail(keys)
        self._file: FileStream | None = None
        self._stream: Stream | None = None

    @property
    def missing(self) -> bool:
        """Whether it was never there."""
        return self._file is None

    def read_on(self) -> None:
        """Take what is there and was not taken yet."""
        if self._file is None:
            self._open(first=True)
        elif self._growing and self._file.replaced():
            self._take()
            self._open(first=False)
        self._take()

    def close(self) -> None:
        """Nothing more will come."""
        self._tail.end()
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _open(self, first: bool) -> None:
        if os.path.isdir(self.path):
            raise CaptureError(f"{printable(self.path)}: is a directory; {_ADVICE}")
        try:
            file = open_file(self.path)
        except CaptureError as error:
            if self._growing and isinstance(error.__cause__, FileNotFoundError):
                return  # not there yet, or being replaced
            raise
        self.close()
        self._tail, self._file, self._stream = KeyLogTail(self._keys), file, file
        if first and not (self._growing and file.live):
            self._stream = _recognised(Peeked(file))

    def _take(self) -> None:
        while self._stream is not None and (text := self._stream.read(_PIECE, wait=not self._growing)):
            self._tail.add(text)


def _recognised(stream: Peeked) -> Stream:
    """The text of a key log, which may be compressed. CaptureError where it is anything else."""
    if not stream.peek(1, 1):
        return stream
    opened = sniff.look(stream)
    if opened.kind not in _TEXTS:
        advice = "give it as a capture" if opened.kind.is_capture else _ADVICE
        raise CaptureError(f"{stream.where}: is no TLS key log but looks like {opened.kind.value}; {advice}")
    return opened.stream


class _SecretsWalker(PcapngWalker):
    """Finds what the walker of packets would find, but for the packets."""

    def _flush(self) -> None:
        self._offsets = []


def inside(path: str) -> list[bytes]:
    """The TLS key logs inside a pcapng file, none for any other. Raises CaptureError where it cannot be read."""
    opened = sniff.open_any(path)
    with closing(opened.stream) as stream:
        if opened.kind is not sniff.Kind.PCAPNG:
            return []
        walker, rest, at_end = _SecretsWalker(summary := Summary()), b"", False
        while not at_end:
            more = fill(stream, _BLOCK)
            at_end = not more
            consumed = walker.walk(data := rest + more, at_end=at_end).consumed
            rest = data[consumed:]
    return [text for kind, text in summary.secrets if kind == TLS_KEY_LOG]
