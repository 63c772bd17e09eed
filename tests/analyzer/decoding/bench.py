"""One session's parts on a bench: a tap with its two channels, and the rows they write."""

from analyzer.decoding.channel import Channel
from analyzer.decoding.dialect import Mode
from analyzer.decoding.outbox import Outbox
from analyzer.decoding.places import Arrival, Link
from analyzer.decoding.registry import Registry
from analyzer.decoding.scribe import Scribe
from analyzer.decoding.tap import Tap
from analyzer.limits import DEFAULT, Limits
from analyzer.records import C2S, Row


class Bench:
    """A tap of session ``S`` in ``mode``, on one WebSocket; every arrival is a nanosecond after the one before."""

    def __init__(self, mode: Mode = Mode.SOCKET, engine: int | None = 4, limits: Limits = DEFAULT) -> None:
        self.outbox = Outbox(limits)
        self.scribe = Scribe(self.outbox, ["a.pcap", "b.pcap"])
        self.registry = Registry(self.scribe, limits)
        self.tap = Tap("S", engine, self.scribe, limits)
        self.tap.dialect.mode = mode
        self.link = Link(0, "c:1", "s:1")
        self.time = 0

    @property
    def client(self) -> Channel:
        """What the client sends."""
        return self.tap.channels[C2S]

    def arrival(self, size: int = 0, wire_size: int | None = None, transport: str = "websocket") -> Arrival:
        """How the next packet comes."""
        self.time += 1
        return Arrival(self.time, 7, self.link, transport, size, wire_size)

    def rows(self) -> list[Row]:
        """All rows so far."""
        return self.outbox.finish()

    def said(self) -> list[tuple[object, ...]]:
        """Rows as (layer, type, event, data, attachments, issue)."""
        return [(r.layer, r.type, r.event, r.data, r.attachments, r.issue) for r in self.rows()]
