"""Opening a file as what it is, by its first bytes (never by its name)."""

from typing import Final, NamedTuple

from analyzer.issues import CaptureError
from analyzer.sources.compression import unpacked
from analyzer.sources.kinds import RECORD, Kind, advice, classify
from analyzer.sources.streams import Peeked, open_file

__all__ = ["Kind", "Opened", "classify", "identify", "look", "open_any", "refuse"]

_LEAST: Final = 24
_MOST: Final = 8192
_LAYERS: Final = 2
"""Layers of compression taken off (``.gz.zst`` happens)."""


class Opened(NamedTuple):
    """An open file: what it looks like, and its bytes with compression taken off, none of them read yet."""

    kind: Kind
    stream: Peeked


def open_any(path: str) -> Opened:
    """Opens ``path`` (``-`` is standard input), takes compression off and says what it is.

    Raises CaptureError, one line, for what cannot be read at all: missing, a directory, not permitted, empty, damaged
    compression.
    """
    stream = Peeked(open_file(path))
    try:
        return look(stream)
    except BaseException:
        stream.close()
        raise


def look(stream: Peeked) -> Opened:
    """What an open stream holds, compression taken off. Raises CaptureError where that is nothing."""
    head = stream.peek(_LEAST, _MOST)
    if not head:
        raise CaptureError(f"{stream.where}: is empty; {RECORD}")
    for _ in range(_LAYERS):
        inner = unpacked(stream, head)
        if inner is None:
            break
        stream = Peeked(inner)
        head = stream.peek(_LEAST, _MOST)
        if not head:
            raise CaptureError(f"{stream.where}: {stream.trouble or 'is empty once unpacked'}; {RECORD}")
    return Opened(classify(head), stream)


def identify(path: str) -> Kind:
    """What the file is. Raises CaptureError like `open_any`. Not for standard input: that can be read only once."""
    kind, stream = open_any(path)
    stream.close()
    return kind


def refuse(opened: Opened) -> CaptureError:
    """The error for a file that is no capture."""
    where, kind = opened.stream.where, opened.kind
    if kind is Kind.UNKNOWN:
        first = opened.stream.peek(1, 4)[:4].hex(" ")
        return CaptureError(f"{where}: is no capture (its first bytes are {first}); {RECORD}")
    return CaptureError(f"{where}: is no capture but looks like {kind.value}; {advice(kind)}")
