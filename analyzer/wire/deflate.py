"""permessage-deflate (RFC 7692): what a handshake settled, and the inflater of one direction."""

import zlib
from collections import deque
from typing import NamedTuple

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits

TAIL = b"\x00\x00\xff\xff"
"""End of the empty block that a sender takes off every message (RFC 7692 section 7.2.1)."""

LAST = b"\x01\x00\x00\xff\xff"
"""An empty final block: a sound stream ends with it, one that broke off inside a block does not."""

WINDOW = 1 << 15
PIECE = 1 << 20

READ_PAST = 4
"""To keep the window, a message over the limit is inflated (and dropped) up to this many times the limit."""

FINALS = 16
"""Final blocks followed by more within one message, at most: each costs a new stream."""


_NAME = "permessage-deflate"


class Params(NamedTuple):
    """permessage-deflate as agreed on: per side, whether its messages refer to earlier ones, and its window's bits."""

    server_takeover: bool = True
    client_takeover: bool = True
    server_bits: int = 15
    client_bits: int = 15


class Inflated(NamedTuple):
    """A message's inflated ``payload``; with issue ``ws_bad_deflate`` its compressed one."""

    payload: bytes
    issue: str | None = None
    detail: str | None = None


class Inflater:
    """Inflates the messages of one direction. With ``takeover`` each may refer to the ones before it.

    At most ``limit`` bytes of a message are kept.
    """

    def __init__(self, window_bits: int = 15, takeover: bool = True, limit: int = DEFAULT.inflated) -> None:
        self._limit = limit
        # zlib writes a window of 9 bits where 8 were asked for.
        self._bits = -max(9, window_bits)
        self._takeover = takeover
        self.reset()

    @classmethod
    def for_client(cls, params: Params, limits: Limits) -> "Inflater":
        """For what the client sends."""
        return cls(params.client_bits, params.client_takeover, limits.inflated)

    @classmethod
    def for_server(cls, params: Params, limits: Limits) -> "Inflater":
        """For what the server sends."""
        return cls(params.server_bits, params.server_takeover, limits.inflated)

    def reset(self) -> None:
        """Messages were lost: begin afresh. One that refers to what was lost will fail, others will not."""
        self._stream = zlib.decompressobj(self._bits)
        self._recent: deque[bytes] = deque()
        self._recent_size = 0

    def inflate(self, data: bytes) -> Inflated:
        """The message whose compressed payload (RSV1 set) is ``data``."""
        try:
            payload, rest = self._run(data)
            if rest is not None:
                self._read_past(payload, rest)
                return Inflated(payload, Issue.WS_MESSAGE_LIMIT, f"a message of more than {self._limit} bytes inflated")
            self._settle(payload)
        except zlib.error as error:
            self.reset()
            return Inflated(data, Issue.WS_BAD_DEFLATE, f"a compressed message cannot be inflated: {reason(error)}")
        return Inflated(payload)

    def prefix(self, data: bytes) -> bytes:
        """What can be inflated of a message whose end is missing; then begin afresh."""
        try:
            return self._stream.decompress(data, self._limit) if data else b""
        except zlib.error:
            return b""
        finally:
            self.reset()

    def _run(self, data: bytes) -> tuple[bytes, bytes | None]:
        """Inflated bytes, and where the limit was hit the compressed ones that are left."""
        out: list[bytes] = []
        room, rest = self._limit, data + TAIL if data else b""
        for _ in range(FINALS):
            piece = self._stream.decompress(rest, room + 1)
            out.append(piece)
            room -= len(piece)
            if room < 0:
                return b"".join(out)[: self._limit], self._stream.unconsumed_tail
            if not self._stream.eof:
                return b"".join(out), None
            # A final block inside the message: the window lives on (RFC 7692 section 7.2.3.4).
            rest = self._stream.unused_data
            self._stream = self._restarted(out)
            if len(rest) <= len(TAIL) + 1:
                return b"".join(out), None
        raise zlib.error("too many final blocks")

    def _settle(self, payload: bytes) -> None:
        """The message is whole: make sure that it ended between two blocks, and be ready for the next one."""
        probe = self._stream.copy() if self._takeover else self._stream
        probe.decompress(LAST)
        if not probe.eof:
            raise zlib.error("it breaks off inside a block")
        if self._takeover:
            self._remember(payload)
        else:
            self._stream = zlib.decompressobj(self._bits)

    def _read_past(self, payload: bytes, rest: bytes) -> None:
        """Go on to the end of a message that is too large, for the sake of the window; within reason."""
        self._remember(payload)
        seen = 0
        while self._takeover and rest and not self._stream.eof and seen < READ_PAST * self._limit:
            piece = self._stream.decompress(rest, PIECE)
            self._remember(piece)
            seen += len(piece)
            rest = self._stream.unconsumed_tail
        if rest or self._stream.eof or not self._takeover:
            self.reset()

    def _remember(self, payload: bytes) -> None:
        """Keep a window of what was inflated last: a stream that restarts after a final block asks for it."""
        recent = self._recent
        recent.append(payload if len(payload) <= WINDOW else payload[-WINDOW:])
        self._recent_size += len(recent[-1])
        while self._recent_size - len(recent[0]) >= WINDOW:
            self._recent_size -= len(recent.popleft())

    def _restarted(self, out: list[bytes]) -> "zlib._Decompress":
        window = b"".join((*self._recent, *(piece[-WINDOW:] for piece in out)))[-WINDOW:]
        return zlib.decompressobj(self._bits, zdict=window) if window else zlib.decompressobj(self._bits)


def reason(error: zlib.error) -> str:
    """zlib's own words without its prefix (``Error -3 while decompressing data: invalid block type``)."""
    return str(error).rpartition(": ")[2]


def parse_extension(response_header: str) -> Params | None:
    """Parameters (RFC 7692 section 7.1) of the first permessage-deflate in a 101's header; None without one.

    The request only offers; never pass its header. Values out of range count as not given: a listener has no say.
    """
    for extension in response_header.split(","):
        name, *fields = (field.strip() for field in extension.split(";"))
        if name.lower() == _NAME:
            given = {
                key.strip().lower(): value.strip().strip('"') for key, _, value in (f.partition("=") for f in fields)
            }
            return Params(
                "server_no_context_takeover" not in given,
                "client_no_context_takeover" not in given,
                _bits(given.get("server_max_window_bits", "")),
                _bits(given.get("client_max_window_bits", "")),
            )
    return None


def _bits(value: str) -> int:
    number = int(value) if len(value) <= 2 and value.isascii() and value.isdigit() else 15
    return number if 8 <= number <= 15 else 15
