"""HTTP/2 made by hand: frames, header blocks, whole talks, and ways to feed them to a dialogue."""

import base64
import json
import random
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from hpack import Encoder

from analyzer.limits import DEFAULT, Limits
from analyzer.records import C2S, S2C
from analyzer.wire.events import Answered, Event, Garbled, Requested, Upgraded
from analyzer.wire.halfstream import Closed, Data, Gap, Piece
from analyzer.wire.http1 import Head
from analyzer.wire.http2 import Http2Dialogue
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Message

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PROMISE, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
POLL = "/socket.io/?EIO=4&transport=polling&sid=lv_VI97HAXpY6yYWAAAC"
SOCKET = "/socket.io/?EIO=4&transport=websocket"
NODE = Path(__file__).parent / "data" / "http2-node.jsonl"

Said = tuple[str, bytes]
"""Direction and bytes."""


def frame(kind: int, payload: bytes = b"", stream: int = 0, flags: int = 0) -> bytes:
    """A frame (RFC 9113 section 4.1)."""
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


class Side:
    """What one peer sends: header blocks share a dynamic table."""

    def __init__(self) -> None:
        self.encoder = Encoder()

    def block(self, *fields: tuple[str, str]) -> bytes:
        """A header block."""
        return self.encoder.encode(fields)

    def headers(
        self, stream: int, fields: Iterable[tuple[str, str]], end: bool = False, size: int = 1 << 14, pad: int = 0
    ) -> bytes:
        """HEADERS, and CONTINUATION where the block is larger than ``size``; padded and with a priority if ``pad``."""
        block = self.encoder.encode(list(fields))
        parts = [block[at : at + size] for at in range(0, len(block), size)] or [b""]
        flags = (1 if end else 0) | (4 if len(parts) == 1 else 0)
        first = parts[0]
        if pad:
            first = bytes([pad]) + b"\0\0\0\0\x0f" + first + bytes(pad)
            flags |= 0x28
        rest = [frame(CONTINUATION, p, stream, 4 if i == len(parts) else 0) for i, p in enumerate(parts[1:], 2)]
        return frame(HEADERS, first, stream, flags) + b"".join(rest)

    def ask(self, stream: int, path: str, method: str = "GET", end: bool = True, **more: str) -> bytes:
        """A request's head; underscores in names of ``more`` stand for dashes."""
        fields = [(":method", method), (":scheme", "https"), (":authority", "example.org"), (":path", path)]
        fields += [(name.replace("_", "-"), value) for name, value in more.items()]
        return self.headers(stream, fields, end)

    def connect(self, stream: int, path: str = SOCKET) -> bytes:
        """A request for a WebSocket (RFC 8441)."""
        fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", path)]
        return self.headers(stream, [*fields, (":authority", "example.org"), ("sec-websocket-version", "13")])

    def answer(self, stream: int, status: int = 200, end: bool = False, **more: str) -> bytes:
        """An answer's head."""
        fields = [(name.replace("_", "-"), value) for name, value in more.items()]
        return self.headers(stream, [(":status", str(status)), *fields], end)


def data(stream: int, payload: bytes, end: bool = False, pad: int | None = None) -> bytes:
    """A DATA frame."""
    flags = (1 if end else 0) | (0 if pad is None else 8)
    return frame(DATA, payload if pad is None else bytes([pad]) + payload + bytes(pad), stream, flags)


def piece(payload: bytes, time: int, number: int | None = None) -> Data:
    """Bytes that came at once."""
    return Data(payload, Marks([len(payload)], [time], [time if number is None else number]))


def dialogue(limits: Limits = DEFAULT) -> Http2Dialogue:
    """A fresh one whose WebSockets are ``ws1``, ``ws2`` and so on; paths with ``other`` are not wanted."""
    names = iter(f"ws{i}" for i in range(1, 1 << 20))
    return Http2Dialogue("h2", lambda: next(names), limits, lambda head: "other" not in head.target)


def hear(talk: Sequence[Said | tuple[str, Piece]], limits: Limits = DEFAULT, *, end: bool = True) -> list[Event]:
    """Events of a talk told piece by piece; the moment of each is its place in the talk, from 1."""
    d, events = dialogue(limits), []
    for i, (side, what) in enumerate(talk, 1):
        one = piece(what, i) if isinstance(what, bytes) else what
        events += d.client(one) if side == C2S else d.server(one)
    return events + (d.finish(len(talk) + 1, len(talk) + 1, ended=True) if end else [])


def hear_blocks(talk: Sequence[Said], cuts: Sequence[int], chance: random.Random | None = None) -> list[Event]:
    """The same, told in blocks that end at ``cuts``: of each block the client's bytes, and the server's.

    With ``chance`` each side's bytes of a block are divided anywhere.
    """
    d, events = dialogue(), []
    for start, stop in pairwise([0, *sorted(cuts), len(talk)]):
        sides: dict[str, list[Piece]] = {C2S: [], S2C: []}
        for side, pieces in sides.items():
            found = [(i, what) for i, (who, what) in enumerate(talk, 1) if who == side and start < i <= stop and what]
            if found:
                pieces += _divided(found, chance)
        events += d.receive(sides[C2S], sides[S2C])
    return events + d.finish(len(talk) + 1, len(talk) + 1, ended=True)


def _divided(found: list[tuple[int, bytes]], chance: random.Random | None) -> list[Data]:
    whole = b"".join(what for _, what in found)
    ends, numbers = list(accumulate(len(what) for _, what in found)), [i for i, _ in found]
    if chance is None:
        return [Data(whole, Marks(ends, numbers, numbers))]
    places = sorted({0, len(whole), *(chance.randrange(len(whole)) for _ in range(chance.randint(0, 40)))})
    parts = []
    for a, b in pairwise(places):
        inner = [(min(end, b) - a, n) for end, n, before in zip(ends, numbers, [0, *ends], strict=False)
                 if end > a and before < b]  # fmt: skip
        parts.append(Data(whole[a:b], Marks([e for e, _ in inner], [n for _, n in inner], [n for _, n in inner])))
    return parts


def told(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """Kind, time, path and body of events about exchanges, link and payload of messages, the rest by its kind."""
    found: list[tuple[Any, ...]] = []
    for event in events:
        payload, name = event.payload, type(event.payload).__name__
        if isinstance(payload, Requested | Answered | Upgraded):
            exchange = payload.exchange
            body = exchange.response.body if isinstance(payload, Answered) and exchange.response else None
            found.append((name, event.time, exchange.head.target if exchange.head else None, body))
        elif isinstance(payload, Message):
            found.append((event.link, event.time, payload.payload, payload.issue))
        elif isinstance(payload, Garbled):
            found.append((name, event.time, payload.detail))
        else:
            found.append((name, event.time, event.link, event.direction))
    return found


def closed(time: int, kind: str = "fin") -> Closed:
    """The end of a direction."""
    return Closed(kind, time, time)


def hole(size: int, time: int) -> Gap:
    """Missing bytes."""
    return Gap(size, time, time)


def recorded(path: Path = NODE) -> tuple[list[Said], list[dict[str, Any]]]:
    """What tests/peers/http2.js printed: the bytes in their order, and what both peers say was said."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    talk = [(line["dir"], base64.b64decode(line["data"])) for line in lines if "dir" in line]
    return talk, [line["said"] for line in lines if "said" in line]


def answered(events: Iterable[Event]) -> list[Answered]:
    """The answers among them."""
    return [event.payload for event in events if isinstance(event.payload, Answered)]


def heads(events: Iterable[Event]) -> list[Head]:
    """Heads of the requests among them."""
    found = [event.payload.exchange.head for event in events if isinstance(event.payload, Requested)]
    return [head for head in found if head is not None]


def agree(events: list[Event], said: list[dict[str, Any]]) -> None:
    """Events of a recording are what its peers say."""
    exchanges = {a.exchange.head.target: a.exchange for a in answered(events) if a.exchange.head}
    for truth in said:
        if "method" not in truth:
            continue
        exchange = exchanges.pop(truth["path"])
        assert exchange.head is not None
        assert exchange.head.method == truth["method"]
        if truth.get("aborted"):
            assert exchange.response is None
            continue
        assert exchange.request is not None
        assert exchange.response is not None
        assert exchange.request.body.decode() == truth.get("sent", "")
        assert exchange.response.body == base64.b64decode(truth["received"])
        assert exchange.response.head.status == truth["status"]
        assert (exchange.request.issue, exchange.response.issue) == (None, None)
    assert not exchanges
    links = {e.link: e.payload.exchange.head.target for e in events if isinstance(e.payload, Upgraded)}
    messages = [(links[e.link], e.direction, e.payload.payload.decode()) for e in events
                if isinstance(e.payload, Message) and e.payload.opcode == 1]  # fmt: skip
    truths = [(t["socket"], t["dir"], t["text"]) for t in said if "socket" in t]
    for link in links.values():
        for direction in (C2S, S2C):
            assert [m[2] for m in messages if m[:2] == (link, direction)] == [
                t[2] for t in truths if t[:2] == (link, direction)
            ]
    assert sum(isinstance(e.payload, Requested) for e in events) > 10
