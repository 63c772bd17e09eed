"""Opening a capture and reading its packets, a block at a time."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from analyzer.issues import CaptureError
from analyzer.sources import sniff
from analyzer.sources.pcap import FILE_HEADER, PcapWalker, flavour, link_type
from analyzer.sources.pcapng import PcapngWalker
from analyzer.sources.streams import Peeked, fill
from analyzer.sources.summary import Summary
from analyzer.sources.walker import Walker
from analyzer.wire import links
from analyzer.wire.block import PacketBlock

BLOCK: Final = 4 << 20
"""Bytes of a block of packets."""
_LEAST: Final = 1 << 20


class CaptureReader:
    """The packets of one capture file or pipe, once, in order. A context manager; iterate it for `PacketBlock`.

    Blocks hold 4 MiB where there are as many, and from a pipe whatever it has right now. Iterating raises
    CaptureError where the file becomes unreadable, or turns out to hold no packets of a network.
    """

    def __init__(self, opened: sniff.Opened, block: int = BLOCK) -> None:
        """Reads the file header. Raises CaptureError where it is cut off, or its link type cannot carry TCP."""
        self.kind = opened.kind
        self.summary = Summary()
        """Grows while reading."""
        self._stream = opened.stream
        self._size = block
        self._walker: Walker = self._pcap() if opened.kind is sniff.Kind.PCAP else PcapngWalker(self.summary)

    @property
    def name(self) -> str:
        """File name without its folder; ``-`` for standard input."""
        return self._stream.name

    @property
    def position(self) -> int:
        """Bytes of the file read so far; in a compressed file, of the compressed ones."""
        return self._stream.position

    @property
    def size(self) -> int | None:
        """Bytes of the file as stored; None for a pipe."""
        return self._stream.size

    def __enter__(self) -> "CaptureReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()

    def __iter__(self) -> Iterator[PacketBlock]:
        rest, again, at_end = b"", 0, False
        while not at_end:
            more = fill(self._stream, max(again + _LEAST, self._size - len(rest)))
            at_end = len(more) <= again
            block, consumed = self._walker.walk(rest + more if rest else more, at_end=at_end)
            rest, again = self._left(block.buffer, consumed)
            if len(block):
                self.summary.add(block)
                yield block
            del block
        self.summary.trouble = self._stream.trouble
        self._check()

    def _left(self, data: bytes, consumed: int) -> tuple[bytes, int]:
        """The bytes to put before the next ones; or none, and how many of the next ones will be those once more."""
        left = len(data) - consumed
        if self._stream.give_back(left):
            return b"", left
        return data[consumed:], 0

    def _check(self) -> None:
        """A pcapng file names its interfaces anywhere, so only its end tells that none of them is a network's."""
        if not self.summary.sections:
            raise CaptureError(f"{self._stream.where}: ends within its header, or that is damaged; capture it again")
        found = list(self.summary.links) or [interface.link for interface in self.summary.interfaces]
        if found and not any(links.usable(link) for link in found):
            raise _no_network(self._stream.where, found[0])

    def _pcap(self) -> PcapWalker:
        head = fill_exactly(self._stream, FILE_HEADER)
        kind = flavour(head)
        if kind is None or len(head) < FILE_HEADER:
            raise CaptureError(f"{self._stream.where}: ends within its header ({len(head)} bytes); capture it again")
        link = link_type(head, kind.order)
        if not links.usable(link):
            raise _no_network(self._stream.where, link)
        return PcapWalker(kind, link, self.summary)


def fill_exactly(stream: Peeked, size: int) -> bytes:
    """``size`` bytes, fewer at the end."""
    stream.peek(size, size)
    return stream.read(size)


def _no_network(where: str, link: int) -> CaptureError:
    known = links.name(link)
    label = f"{link}" if known == str(link) else f"{link} ({known})"
    return CaptureError(
        f"{where}: holds packets of link type {label}, which is not read; capture on a network interface"
    )


def open_capture(source: "str | PurePath | sniff.Opened", block: int = BLOCK) -> CaptureReader:
    """Opens a capture for reading: a path, ``-`` for standard input, or what `sniff.open_any` gave.

    Raises CaptureError, one line that says what, where and what to do.
    """
    opened = source if isinstance(source, sniff.Opened) else sniff.open_any(str(source))
    try:
        if not opened.kind.is_capture:
            raise sniff.refuse(opened)
        return CaptureReader(opened, block)
    except BaseException:
        opened.stream.close()
        raise
