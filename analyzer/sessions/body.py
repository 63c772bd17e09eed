"""A body as it was before transport compression, and how its bytes on the wire are shared by what it holds."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from analyzer.engineio.entry import Entry, broken
from analyzer.engineio.packet import decode_text
from analyzer.engineio.payload import PLAIN, guess_form, resync4, split
from analyzer.issues import PacketError
from analyzer.limits import Limits
from analyzer.wire import content
from analyzer.wire.http1 import HttpMessage

_SOCKETIO = re.compile(r"[02356][0-9-]*(?:/[^,]*,)?[0-9]*[\[{]").match

SEPARATOR = "\x1e"
"""Between packets (revision 4)."""

Once = Callable[[str], str]

_new = tuple.__new__


class Body(NamedTuple):
    """``data`` is the content (all that could be had of it), ``wire_size`` the bytes as sent, None where not known;
    ``issue`` says what went wrong.
    """

    data: bytes
    wire_size: int | None
    issue: str | None = None
    detail: str | None = None
    tail: bytes = b""
    """Bytes behind a hole, where the content was not compressed."""

    @classmethod
    def of(cls, message: HttpMessage, limits: Limits) -> "Body":
        """The content of an HTTP message."""
        encoding = message.head.get("content-encoding")
        if not encoding or encoding.strip().lower() == "identity" or not message.body:
            return _new(cls, (message.body, message.wire_size, message.issue, message.detail, message.tail))
        data, issue, detail = content.decode(message.body, encoding, limits.inflated)
        return cls(data, message.wire_size, message.issue or issue, message.detail or detail)

    def shares(self, sizes: list[int]) -> "list[int] | list[None]":
        """Bytes on the wire of parts with these sizes: themselves, or their share of a compressed body (they add up to
        it); None where that is not known.
        """
        if self.wire_size is None:
            return [None] * len(sizes)
        total = sum(sizes)
        if self.wire_size == len(self.data) or not total:
            return sizes
        shares, before, passed = [], 0, 0
        for size in sizes:
            passed += size
            until = self.wire_size * passed // total
            shares.append(until - before)
            before = until
        return shares


def payloads(body: Body, engine: int | None, content_type: str | None, once: Once | None = None) -> Iterator[Entry]:
    """Entries of a polling body; ``once`` takes back what socket.io 1.x does to text that is not packed."""
    form = guess_form(body.data, engine, content_type)
    entries = split(body.data, form, body.issue is not None)
    if once is None or form.packed:
        yield from entries
    else:
        yield from (e if e.text is None else e._replace(text=once(e.text)) for e in entries)
    if body.tail and form.revision >= 4:
        yield from resync4(body.tail)
    elif body.tail:
        yield broken(body.tail, "behind missing bytes")


def plain(body: Body) -> list[str] | None:
    """The packets of a whole body of revision 4 that is neither compressed nor JSONP nor binary, which nearly all
    are; what `payloads` and `Body.shares` give is the same. None for any other body.
    """
    data, wire_size, issue, _, tail = body
    if issue is not None or wire_size != len(data) or data[:1] not in PLAIN or tail:
        return None
    try:
        return data.decode().split(SEPARATOR)
    except UnicodeDecodeError:
        return None


def looks_legacy(body: Body) -> bool:
    """Whether a handshake answer of revision 3 looks like socket.io 1.x: packed though all text, or without the CONNECT
    that 2.x puts behind the open packet."""
    form = guess_form(body.data, 3)
    if b'"maxPayload"' in body.data:  # engine.io 6, which lets clients of 2.x in
        return False
    return form.packed or sum(1 for _ in split(body.data, form)) < 2


def convincing(entries: list[Entry]) -> bool:
    """Whether entries of an answer without its request can only be Engine.IO: all are packets, one says much."""
    try:
        packets = [decode_text(entry.text, 4) for entry in entries if entry.text is not None and entry.error is None]
    except PacketError:
        return False
    if len(packets) != len(entries):
        return False
    return any(p.type == "open" or (p.type == "message" and _SOCKETIO(str(p.data))) for p in packets)
