"""Bodies of HTTP/1 messages (RFC 9112 sections 6 and 7) as their bytes arrive."""

from analyzer.wire.http_head import Head

LINE = 8192
"""Largest chunk-size line, extensions included."""

_HEX = frozenset(b"0123456789abcdefABCDEF")


class Body:
    """What was kept of a body. ``limit``: bytes kept at most, of what is before a hole and of what is behind it."""

    def __init__(self, limit: int) -> None:
        self.kept = bytearray()
        self.tail = bytearray()
        self.size = 0
        """Bytes as sent so far, chunk framing excluded."""
        self.cut: str | None = None
        """Why the body is not whole."""
        self._limit = limit
        self.done = False
        self.broken = False
        """The framing makes no sense: the bytes from here on are none of the body's."""

    @property
    def over(self) -> bool:
        """More was sent than is kept."""
        return 0 < self._limit < self.size

    def read(self, data: bytes, pos: int) -> int:
        """Take what belongs to the body from ``data[pos:]``; the position behind it."""
        raise NotImplementedError

    def gap(self, size: int) -> bool:
        """``size`` bytes (-1: unknown) are missing here; whether it is known how to read on."""
        raise NotImplementedError

    def end(self) -> None:
        """No more bytes will come."""
        self.cut = self.cut or "the connection ended before the body did"

    def _add(self, piece: memoryview) -> None:
        self.size += len(piece)
        place = self.kept if self.cut is None else self.tail
        place += piece[: max(0, self._limit - len(place))]

    def _hole(self, size: int) -> None:
        self.size += max(0, size)
        if self.cut is None:
            self.cut = f"bytes are missing from the body behind byte {len(self.kept)}"
        self.tail.clear()


class LengthBody(Body):
    """A body of ``length`` bytes."""

    def __init__(self, limit: int, length: int) -> None:
        super().__init__(limit)
        self._left = length
        self.done = not length

    def read(self, data: bytes, pos: int) -> int:
        """See `Body.read`."""
        stop = min(len(data), pos + self._left)
        self._add(memoryview(data)[pos:stop])
        self._left -= stop - pos
        self.done = not self._left
        return stop

    def gap(self, size: int) -> bool:
        """See `Body.gap`; a hole that the length covers is exact."""
        known = 0 <= size <= self._left
        size = size if known else self._left
        self._hole(size)
        self._left -= size
        self.done = not self._left
        return known


class CloseBody(Body):
    """A body that ends with the connection."""

    def read(self, data: bytes, pos: int) -> int:
        """See `Body.read`."""
        self._add(memoryview(data)[pos:])
        return len(data)

    def gap(self, size: int) -> bool:
        """See `Body.gap`."""
        self._hole(size)
        return True

    def end(self) -> None:
        """That is what it waited for."""
        self.done = True


class ChunkedBody(Body):
    """A body in chunks (RFC 9112 section 7.1). Extensions and trailers are read past.

    Where the framing breaks, ``cut`` says why and ``broken`` is set: the bytes from there on are none of the body's.
    """

    def __init__(self, limit: int, head_limit: int) -> None:
        super().__init__(limit)
        self._left = 0
        self._line = bytearray()
        self._await = self._size_line
        self._trailers = head_limit

    def read(self, data: bytes, pos: int) -> int:
        """See `Body.read`."""
        while pos < len(data) and not self.done and not self.broken:
            if self._left:
                stop = min(len(data), pos + self._left)
                self._add(memoryview(data)[pos:stop])
                self._left -= stop - pos
                pos = stop
            else:
                pos = self._read_line(data, pos)
        return pos

    def gap(self, size: int) -> bool:
        """See `Body.gap`; a hole inside one chunk is exact."""
        known = 0 <= size <= self._left
        self._hole(size if known else self._left)
        self._left -= size if known else self._left
        return known

    def _read_line(self, data: bytes, pos: int) -> int:
        most = min(len(data), pos + LINE - len(self._line))
        newline = data.find(b"\n", pos, most)
        stop = newline + 1 or most
        self._line += data[pos:stop]
        if newline >= 0:
            line, self._line = bytes(self._line), bytearray()
            self._await(line.strip())
        elif len(self._line) == LINE:
            self._break("a line of the chunk framing is too long")
        return stop

    def _size_line(self, line: bytes) -> None:
        digits = line.partition(b";")[0].strip()
        if not digits or len(digits) > 15 or not _HEX.issuperset(digits):
            self._break("a chunk's size is no number")
            return
        self._left = int(digits, 16)
        self._await = self._behind_chunk if self._left else self._trailer

    def _behind_chunk(self, line: bytes) -> None:
        self._await = self._size_line
        if line:
            self._break("a chunk is longer than its size says")

    def _trailer(self, line: bytes) -> None:
        self._trailers -= len(line) + 1
        self.done = not line
        if self._trailers < 0:
            self._break("the trailers are too long")

    def _break(self, why: str) -> None:
        self.cut = self.cut or why
        self.broken = True


class LengthError(Exception):
    """The head does not say where the body ends; the text says why."""


def response_body(head: Head, method: str | None, limit: int, head_limit: int) -> Body:
    """The body that follows a response to a request with ``method`` (None: not known). Raises `LengthError`."""
    connected = method == "CONNECT" and 200 <= head.status < 300
    if method == "HEAD" or connected or head.status < 200 or head.status in (204, 304):
        return LengthBody(limit, 0)
    encodings = head.tokens("transfer-encoding")
    if encodings:
        return ChunkedBody(limit, head_limit) if encodings[-1] == "chunked" else CloseBody(limit)
    length = _length(head)
    return CloseBody(limit) if length is None else LengthBody(limit, length)


def request_body(head: Head, limit: int, head_limit: int) -> Body:
    """The body that follows a request. Raises `LengthError`."""
    encodings = head.tokens("transfer-encoding")
    if encodings:
        if encodings[-1] != "chunked":
            raise LengthError("the request's transfer encoding does not end with chunked")
        return ChunkedBody(limit, head_limit)
    return LengthBody(limit, _length(head) or 0)


def _length(head: Head) -> int | None:
    values = set(head.tokens("content-length"))
    if not values:
        return None
    value = values.pop()
    if values:
        raise LengthError("the head names several lengths of the body")
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise LengthError("the length of the body is no number")
    return int(value)
