"""Streams read whole and byte by byte, and what came of it in short; and HTTP messages as they were really sent."""

from analyzer.limits import DEFAULT, Limits
from analyzer.wire.deflate import Inflater
from analyzer.wire.http1 import HttpMessage, Item, Problem, RequestReader, ResponseReader
from analyzer.wire.websocket import Message, Reader
from tests.streams import Item as Piece
from tests.streams import pump

POLL = (
    b"GET /socket.io/?EIO=4&transport=polling&t=Q86Gfhu&sid=lv_VI97HAXpY6yYWAAAC HTTP/1.1\r\n"
    b"Host: localhost:3000\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
)
POST = (
    b"POST /socket.io/?EIO=4&transport=polling&sid=lv_VI97HAXpY6yYWAAAC HTTP/1.1\r\nHost: localhost:3000\r\n"
    b"Content-type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n\r\n40"
)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 32\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
    b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}'
)
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1\r\nHost: localhost:3000\r\nConnection: Upgrade\r\n"
    b"Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def read(
    *items: Piece, masked: bool | None = False, limits: Limits = DEFAULT, deflate: Inflater | None = None
) -> list[Message]:
    """The messages of a stream fed whole; byte by byte they are the same."""
    found = pump(Reader(masked, deflate, limits), items)
    if deflate is None:
        assert pump(Reader(masked, None, limits), items, 1) == found
    return found


def shown(messages: list[Message]) -> list[tuple[int, bytes, str | None]]:
    """Opcode, payload and issue of each."""
    return [(m.opcode, m.payload, m.issue) for m in messages]


def requests(*items: Piece, limits: Limits = DEFAULT) -> list[Item]:
    """What a client's bytes give; the same byte by byte."""
    found: list[Item] = pump(RequestReader(limits, lambda head: True), items)
    assert pump(RequestReader(limits, lambda head: True), items, 1) == found
    return found


def responses(*items: Piece, methods: tuple[str | None, ...] = (), limits: Limits = DEFAULT) -> list[Item]:
    """What a server's bytes give, as answers to requests with these methods; the same byte by byte."""

    def read(sizes: int | None) -> list[Item]:
        left = list(methods)
        reader = ResponseReader(limits, lambda head: True, lambda begun: left.pop(0) if left else None)
        return pump(reader, items, sizes)

    assert read(1) == read(None)
    return read(None)


def bodies(items: list[Item]) -> list[tuple[bytes, str | None]]:
    """Body and issue of the messages among them."""
    return [(item.body, item.issue) for item in items if isinstance(item, HttpMessage)]


def problems(items: list[Item]) -> list[Problem]:
    """The problems among them."""
    return [item for item in items if isinstance(item, Problem)]
