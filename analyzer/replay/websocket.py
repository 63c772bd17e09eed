"""A client's end of a WebSocket (RFC 6455), sans I/O: the handshake, bytes to messages and messages to frames.

What the server sends is read by the reader of captures; here any frame that is not as it should be ends the connection.
"""

import base64
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha1
from typing import NamedTuple

from analyzer.issues import Issue
from analyzer.limits import DEFAULT
from analyzer.wire.deflate import TAIL, Inflater, Params, parse_extension
from analyzer.wire.frames import BINARY, CLOSE, FIN, PING, RSV1, TEXT, Message
from analyzer.wire.marks import Marks
from analyzer.wire.masking import ONES, unmask
from analyzer.wire.websocket import Reader

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_OFFER = "permessage-deflate; client_max_window_bits"
NO_STATUS, ABNORMAL, PROTOCOL_ERROR, BAD_DATA, POLICY, TOO_BIG = 1005, 1006, 1002, 1007, 1008, 1009
"""Close codes (RFC 6455 section 7.4.1)."""
_CODES = {Issue.WS_MESSAGE_LIMIT: TOO_BIG, Issue.WS_BAD_DEFLATE: BAD_DATA}
_PINGS = 100_000
"""Pings of the server that are answered."""
_WHOLE_TEXT = FIN | TEXT
_LONG = 126
"""From this length on it stands in bytes of its own."""
_SMALLEST_WINDOW = 9
"""Bits: zlib writes no smaller one."""


class Ended(NamedTuple):
    """The server's close frame came with ``code``, or what it sent is no WebSocket for the ``reason``."""

    code: int
    reason: str = ""


def asked(nonce: bytes, deflate: bool) -> dict[str, str]:
    """The fields of a handshake's request; ``nonce``: 16 bytes by chance; ``deflate``: offer permessage-deflate."""
    fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    fields["Sec-WebSocket-Key"] = base64.b64encode(nonce).decode()
    return fields | {"Sec-WebSocket-Extensions": _OFFER} if deflate else fields


def fault(nonce: bytes, deflate: bool, headers: Mapping[str, str]) -> str | None:
    """Why an answer 101 with these fields opens no WebSocket (RFC 6455 section 4.1), None where it does."""
    accept = base64.b64encode(sha1(base64.b64encode(nonce) + _GUID).digest()).decode()
    if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in headers.get("Connection", "").lower():
        return "the server switched to another protocol"
    if headers.get("Sec-WebSocket-Accept", "").strip() != accept:
        return "the server did not answer the challenge of the handshake"
    if headers.get("Sec-WebSocket-Extensions") and not (deflate and params(headers)):
        return "the server chose an extension that was not offered"
    return None


def params(headers: Mapping[str, str]) -> Params | None:
    """What an answer says of compression."""
    return parse_extension(headers.get("Sec-WebSocket-Extensions", ""))


class WebSocket:
    """One connection after its handshake. ``key`` gives 32 bits by chance, the mask of a frame.

    Take what is in ``out`` after every call: it is to be written. ``ended`` is set once nothing more will come.
    """

    def __init__(self, deflate: Params | None, key: Callable[[], int]) -> None:
        self.out: list[bytes] = []
        self.ended: Ended | None = None
        self.closed = False
        """Whether a close frame of the client has left; nothing may follow it."""
        inflater = None if deflate is None else Inflater.for_server(deflate, DEFAULT)
        self._reader = Reader(masked=False, deflate=inflater, limits=DEFAULT)
        self._idle = True
        self._pings = 0
        self._deflate, self._key = deflate, key
        self._deflater = None if deflate is None else _deflater(deflate)

    def say(self, message: str | bytes) -> None:
        """Send a message; after `close` it is not sent."""
        if self.closed:
            return
        opcode, payload = (TEXT, message.encode("utf-8", "replace")) if isinstance(message, str) else (BINARY, message)
        if self._deflater is None:
            self.out.append(self._frame(opcode, payload))
        else:
            self.out.append(self._frame(opcode | RSV1, self._deflated(self._deflater, payload)))

    def close(self, code: int = NO_STATUS) -> None:
        """Send a close frame, without a status as official clients do unless something was wrong."""
        if not self.closed:
            self.closed = True
            self.out.append(self._frame(CLOSE, b"" if code == NO_STATUS else code.to_bytes(2)))

    def feed(self, data: bytes) -> list[str | bytes]:
        """The messages that ``data`` completes; pings are answered."""
        heard: list[str | bytes] = []
        if self.ended is not None or not data:
            return heard
        size = len(data)
        if self._idle and data[0] == _WHOLE_TEXT and size > 1:  # one whole frame of text: what most reads give
            if data[1] == size - 2 < _LONG:
                self._text(data[2:], heard)
                return heard
            if data[1] == _LONG and size == 4 + int.from_bytes(data[2:4]) >= 4 + _LONG:
                self._text(data[4:], heard)
                return heard
        for message in self._reader.feed(data, Marks([size], [0], [0])):
            if not self._take(message, heard):
                return heard
        self._idle = self._reader.idle
        if self._reader.lost:
            self._fail(PROTOCOL_ERROR, "the server sent what is no WebSocket frame")
        return heard

    def _take(self, message: Message, heard: list[str | bytes]) -> bool:
        """Whether more may follow."""
        opcode, payload = message.opcode, message.payload
        if message.issue is not None:
            self._fail(_CODES.get(Issue(message.issue), PROTOCOL_ERROR), f"the server's WebSocket: {message.detail}")
        elif opcode == TEXT:
            self._text(payload, heard)
        elif opcode == BINARY:
            heard.append(payload)
        elif opcode == PING and not self.closed:
            self._pings += 1
            if self._pings > _PINGS:
                self._fail(POLICY, f"the server sent more than {_PINGS} pings")
            else:
                self.out.append(self._frame(PING + 1, payload))
        elif opcode == CLOSE:
            self.ended = Ended(int.from_bytes(payload[:2]) if len(payload) > 1 else NO_STATUS)
            self.close(self.ended.code)
        return self.ended is None

    def _text(self, payload: bytes, heard: list[str | bytes]) -> None:
        try:
            heard.append(payload.decode())
        except UnicodeDecodeError:
            self._fail(BAD_DATA, "the server sent text that is no UTF-8")

    def _fail(self, code: int, reason: str) -> None:
        self.ended = Ended(code, reason)
        self.close(code)

    def _frame(self, first: int, payload: bytes) -> bytes:
        size, mask = len(payload), self._key()
        key = mask.to_bytes(4, "little")
        if size < _LONG:
            words = (size + 3) >> 2
            masked = (int.from_bytes(payload, "little") ^ mask * ONES[words]).to_bytes(4 * words, "little")
            return bytes((FIN | first, 0x80 | size)) + key + masked[:size]
        if size < 1 << 16:
            head = bytes((FIN | first, 0xFE)) + size.to_bytes(2)
        else:
            head = bytes((FIN | first, 0xFF)) + size.to_bytes(8)
        return head + key + unmask(payload, key)

    def _deflated(self, stream: "zlib._Compress", payload: bytes) -> bytes:
        """A message as RFC 7692 section 7.2.1 has it compressed."""
        packed = stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH)
        if self._deflate is not None and not self._deflate.client_takeover:
            self._deflater = _deflater(self._deflate)
        return packed.removesuffix(TAIL)


def _deflater(deflate: Params) -> "zlib._Compress | None":
    """Compresses what the client says; None where the server wants a window smaller than can be written."""
    if deflate.client_bits < _SMALLEST_WINDOW:
        return None
    return zlib.compressobj(wbits=-deflate.client_bits)
