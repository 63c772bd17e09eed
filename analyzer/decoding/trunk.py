"""Takes the events of all connections in the order of their moments and writes the rows: the trunk's one entrance."""

from collections import Counter

from analyzer.decoding.outbox import Outbox
from analyzer.decoding.places import NUMBER_BITS, Link
from analyzer.decoding.polling import Polling
from analyzer.decoding.registry import Registry
from analyzer.decoding.scribe import Scribe
from analyzer.decoding.sockets import Sockets
from analyzer.limits import Limits
from analyzer.records import Row
from analyzer.wire.events import Answered, Ended, Event, Flawed, Garbled, Guessed, Lost, Requested, Upgraded
from analyzer.wire.websocket import Message


class Trunk:
    """Joins connections into sessions. ``sources`` are the names that frames' source indices stand for; it may grow."""

    def __init__(self, limits: Limits, sources: list[str]) -> None:
        self.outbox = Outbox(limits)
        self.scribe = Scribe(self.outbox, sources)
        self.registry = Registry(self.scribe, limits)
        self._polling = Polling(self.scribe, self.registry, limits)
        self._sockets = Sockets(self.scribe, self.registry)
        self.missing_bytes: Counter[int] = Counter()
        """Bytes missing from recognised connections, by source."""

    def take_all(self, events: list[Event]) -> None:
        """Take events in the order of their moments."""
        for event in events:
            self.take(event)

    def take(self, event: Event) -> None:
        """Take the next event of a connection."""
        time, frame, link, direction, payload = event
        if payload.__class__ is Message:
            self._sockets.message(link, direction, payload)
        elif isinstance(payload, Requested):
            self._polling.requested(time, frame, link, payload.exchange)
        elif isinstance(payload, Answered):
            self._polling.answered(time, frame, link, payload)
        elif isinstance(payload, Upgraded):
            self._sockets.upgraded(time, frame, link, payload.exchange)
        elif isinstance(payload, Guessed):
            self._sockets.guessed(link)
        elif isinstance(payload, Lost | Ended | Garbled | Flawed):
            self._oddity(time, frame, link, direction, payload)

    def release(self, now: int) -> list[Row]:
        """Rows that may leave at capture time ``now`` (ns)."""
        return self.outbox.release(now)

    def finish(self, time: int, frame: int) -> list[Row]:
        """The capture is over: give up what is waited for and let all rows go."""
        for tap in self.registry.all():
            tap.abort(time, frame, "the capture ends")
        self._sockets.finish()
        return self.outbox.finish()

    def _oddity(
        self, time: int, frame: int, link: Link, direction: str, payload: Lost | Ended | Garbled | Flawed
    ) -> None:
        if not link.recognised:
            return
        if isinstance(payload, Flawed):
            self.scribe.tls(time, frame, link, direction=direction, issue=payload.code, detail=payload.detail)
            return
        if isinstance(payload, Lost):
            self._lost(time, frame, link, direction, payload.size)
        elif isinstance(payload, Ended):
            self.scribe.tcp(time, frame, link, direction=direction, type=payload.kind)
            self._sockets.ended(time, frame, link)
        else:
            self._polling.garbled(time, frame, link, direction, payload)

    def _lost(self, time: int, frame: int, link: Link, direction: str, size: int) -> None:
        self.missing_bytes[frame >> NUMBER_BITS] += max(0, size)
        detail = f"{size} bytes are missing from the capture" if size >= 0 else "bytes are missing from the capture"
        columns = {"size": size if size >= 0 else None, "issue": "tcp_gap", "detail": detail}
        self.scribe.tcp(time, frame, link, direction=direction, type="gap", **columns)
        if link.tap is not None:
            link.tap.holed()
