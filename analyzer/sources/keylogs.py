"""Key log files, read whole and then on as they grow; and the secrets inside a pcapng file, wherever they are in it."""

from collections.abc import Sequence
from contextlib import closing
from typing import Final, NamedTuple

from analyzer.issues import CaptureError
from analyzer.sources import sniff
from analyzer.sources.pcapng import PcapngWalker
from analyzer.sources.streams import Peeked, fill, open_file
from analyzer.sources.summary import Summary
from analyzer.text import printable
from analyzer.wire.keylog import KeyLog, KeyLogTail

TLS_KEY_LOG: Final = 0x544C534B
"""Kind of the secrets in a pcapng Decryption Secrets Block that are lines of a key log."""
_PIECE: Final = 1 << 20
_BLOCK: Final = 4 << 20
_TEXTS: Final = frozenset((sniff.Kind.KEYLOG, sniff.Kind.TEXT, sniff.Kind.UNKNOWN))
_ADVICE: Final = "give the file that SSLKEYLOGFILE or node --tls-keylog names"


class _Open(NamedTuple):
    stream: Peeked
    tail: KeyLogTail


class KeyLogs:
    """All key log files of a call; ``keys`` are the secrets in them. One may be half written: what is no line with
    a whole secret is passed over.

    ``growing``: they are being written while the capture is; then `poll` reads on.

    Raises CaptureError where a file cannot be read, is something else, or (all of them together, none growing) holds no
    secret.
    """

    def __init__(self, paths: Sequence[str], *, growing: bool = False) -> None:
        self.keys = KeyLog(growing=growing and bool(paths))
        self._open: list[_Open] = []
        try:
            for path in paths:
                self._read(path, growing)
        except BaseException:
            self.close()
            raise
        if paths and not growing and not len(self.keys):
            raise CaptureError(f"{', '.join(map(printable, paths))}: holds no TLS secret; {_ADVICE}")

    def poll(self) -> None:
        """Take what was written since the last look."""
        for stream, tail in self._open:
            while text := stream.read(_PIECE):
                tail.add(text)

    def close(self) -> None:
        """No more will be read."""
        for stream, tail in self._open:
            tail.end()
            stream.close()
        self._open.clear()

    def _read(self, path: str, growing: bool) -> None:
        stream = Peeked(open_file(path))
        self._open.append(_Open(stream, KeyLogTail(self.keys)))
        if stream.peek(1, 1):
            opened = sniff.look(stream)
            if opened.kind not in _TEXTS:
                advice = "give it as a capture" if opened.kind.is_capture else _ADVICE
                raise CaptureError(f"{stream.where}: is no TLS key log but looks like {opened.kind.value}; {advice}")
            self._open[-1] = _Open(opened.stream, self._open[-1].tail)
        self.poll()
        if not growing:
            self.close()


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
