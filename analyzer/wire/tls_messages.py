"""Handshake messages out of the records that carry them (RFC 8446 section 4, RFC 5246 section 7.4)."""

from enum import IntEnum
from typing import NamedTuple


class Step(IntEnum):
    """Handshake messages an onlooker has to read."""

    CLIENT_HELLO = 1
    SERVER_HELLO = 2
    END_OF_EARLY_DATA = 5
    ENCRYPTED_EXTENSIONS = 8
    FINISHED = 20
    KEY_UPDATE = 24


class Handshake(NamedTuple):
    """A handshake message without its header; its body is kept only where it is read."""

    step: int
    body: bytes


LONGEST = 1 << 16
"""Longest body kept, in bytes."""
_READ = frozenset(Step)


class Messages:
    """Joins the messages of one direction, however they are divided over records. Bodies nobody reads are not kept."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._body = bytearray()
        self._left = 0
        self._keep = False
        self._unsure = False

    @property
    def inside(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._head)

    def lose(self) -> None:
        """Records are missing here: the next one may begin in the middle of a message."""
        self._forget()
        self._unsure = True

    def restart(self) -> None:
        """The keys change, which they do between messages only."""
        self._forget()
        self._unsure = False

    def add(self, data: bytes) -> list[Handshake]:
        """Messages completed by a record's content."""
        if self._unsure:
            if not _whole(data):
                return []
            self._unsure = False
        found: list[Handshake] = []
        at = 0
        while at < len(data):
            at = self._read(data, at, found)
        return found

    def _read(self, data: bytes, at: int, found: list[Handshake]) -> int:
        if len(self._head) < 4:
            more = data[at : at + 4 - len(self._head)]
            self._head += more
            at += len(more)
            if len(self._head) < 4:
                return at
            self._left = int.from_bytes(self._head[1:], "big")
            self._keep = self._head[0] in _READ and self._left <= LONGEST
        part = data[at : at + self._left]
        if self._keep:
            self._body += part
        self._left -= len(part)
        if not self._left:
            found.append(Handshake(self._head[0], bytes(self._body)))
            self._forget()
        return at + len(part)

    def _forget(self) -> None:
        self._head.clear()
        self._body.clear()
        self._left = 0


def _whole(data: bytes) -> bool:
    """Whether the bytes are whole messages and nothing else."""
    at = 0
    while at + 4 <= len(data):
        at += 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    return at == len(data)
