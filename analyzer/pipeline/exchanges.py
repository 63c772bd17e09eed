"""HAR and mitmproxy flow files as one run: exchanges and WebSocket messages in time order, rows out.

Their entries stand in no useful order (a WebSocket comes with its whole life), so a source is read to its end before
its first row leaves; what is kept of it is its Engine.IO traffic.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from os.path import basename

from analyzer.decoding.places import NUMBER_BITS, Link
from analyzer.decoding.trunk import Trunk
from analyzer.issues import CaptureError
from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.causality import Causes
from analyzer.pipeline.connections import wanted
from analyzer.pipeline.exchange_facts import ExchangeFacts
from analyzer.records import C2S, S2C, Row
from analyzer.sources import flows, har, sniff
from analyzer.sources.seen import Account, Seen, Terms
from analyzer.wire.events import Answered, Ended, Event, Payload, Requested, Upgraded

_BLOCK = 4096
Progress = Callable[[int], None]
"""Told the bytes read so far of all sources, as stored."""
Keyed = tuple[int, int, int, Event]
"""An event with its time, the place of its exchange among all, and its own place in that."""


class Exchanges:
    """HAR and flow files (a path each, or what `sniff.open_any` gave for standard input) as one run; iterate it once.
    ``numbers`` are those of its connections where others draw from them, too.

    Raises:
        CaptureError: one of them cannot be used.
    """

    def __init__(
        self,
        sources: Sequence[str | sniff.Opened],
        limits: Limits = DEFAULT,
        progress: Progress | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._numbers = numbers if numbers is not None else itertools.count()
        self.passed_over: Counter[str] = Counter()
        """Connections that carried no Engine.IO, by what they carried; complete after the last row."""
        self.connections = 0
        """Connections in all; complete after the last row."""
        self._sources = list(sources)
        self._limits = limits
        self._progress = progress
        self._done = 0
        self._facts = [ExchangeFacts(_name(source)) for source in self._sources]

    def __iter__(self) -> Iterator[list[Row]]:
        events = self._events()
        trunk = Trunk(self._limits, [facts.name for facts in self._facts])
        now = 0
        for begin in range(0, len(events), _BLOCK):
            block = [event for *_, event in events[begin : begin + _BLOCK]]
            trunk.take_all(block)
            now = block[-1].time
            yield trunk.release(now)
        yield trunk.finish(now, 0)
        yield self._about(trunk, now)

    def _events(self) -> list[Keyed]:
        """What happened in all sources, in order."""
        read = [(i, self._read(i)) for i in range(len(self._sources))]
        found = [(i, seen) for i, account in read for seen in account.seen]
        found.sort(key=lambda each: each[1])
        causes = Causes(self._limits)
        for source, seen in found:
            causes.learn(source, seen)
        links, events = _Links(self._facts, self._numbers), list[Keyed]()
        for place, (source, seen) in enumerate(found):
            link = links.of(source, seen)
            if seen.exchange.wanted:
                causes.mend(source, seen)
                events += _keyed(place, told(seen, link, source << NUMBER_BITS))
        links.finish()
        self.connections = sum(facts.connections for facts in self._facts)
        events.sort(key=lambda keyed: keyed[:3])
        return events

    def _read(self, index: int) -> Account:
        source = self._sources[index]
        opened = source if isinstance(source, sniff.Opened) else sniff.open_any(source)
        terms = Terms(index << NUMBER_BITS, wanted, self._limits)
        try:
            account = _reader(opened)(opened.stream, terms)
            self._facts[index].read(account)
            self._done += opened.stream.position
        finally:
            opened.stream.close()
        if self._progress is not None:
            self._progress(self._done)
        return account

    def _about(self, trunk: Trunk, now: int) -> list[Row]:
        """The rows that concern the sources themselves."""
        for facts in self._facts:
            self.passed_over += facts.passed_over
        if self._facts:
            self._facts[0].forgot(trunk.registry.evicted)
        now = max([now, *(facts.last_time or 0 for facts in self._facts)])
        return [row for facts in self._facts for row in facts.rows(now)]


class _Links:
    """The connections, numbered by their first exchange."""

    def __init__(self, facts: list[ExchangeFacts], numbers: Iterator[int]) -> None:
        self._facts = facts
        self._numbers = numbers
        self._known: dict[tuple[int, str], Link] = {}
        self._idle: dict[int, tuple[int, str]] = {}

    def of(self, source: int, seen: Seen) -> Link:
        """The connection of an exchange; a WebSocket has a link of its own, with the number of its connection."""
        key = None if seen.connection is None else (source, seen.connection)
        link = self._known.get(key) if key else None
        if link is None:
            link = self._new(source, seen)
            if key:
                self._known[key] = link
        if seen.exchange.wanted:
            self._idle.pop(link.stream, None)
        if seen.upgraded and seen.exchange.wanted:
            return Link(link.stream, seen.client, seen.server)
        return link

    def finish(self) -> None:
        """Tell the sources of those without Engine.IO."""
        for source, kind in self._idle.values():
            self._facts[source].passed_over[kind] += 1

    def _new(self, source: int, seen: Seen) -> Link:
        link = Link(next(self._numbers), seen.client, seen.server)
        self._idle[link.stream] = source, "websocket" if seen.upgraded else "http"
        self._facts[source].connections += 1
        return link


def told(seen: Seen, link: Link, frame: int) -> Iterator[Event]:
    """The events of an exchange in their order."""

    def event(time: int, direction: str, payload: Payload) -> Event:
        return Event(time, frame, link, direction, payload)

    if not seen.upgraded:
        if seen.exchange.request is not None:
            yield event(seen.asked, C2S, Requested(seen.exchange))
        yield event(seen.ended, S2C, Answered(seen.exchange, seen.failed))
        return
    yield event(seen.ended, S2C, Upgraded(seen.exchange))
    for direction, message in seen.messages:
        yield event(message.time, direction, message)
    if seen.closed is not None:
        direction, time = seen.closed
        yield event(time, direction, Ended("fin"))


def _keyed(place: int, events: Iterator[Event]) -> Iterator[Keyed]:
    return ((event.time, place, i, event) for i, event in enumerate(events))


def _reader(opened: sniff.Opened) -> Callable[..., Account]:
    if not opened.kind.is_exchanges:
        raise CaptureError(f"{opened.stream.where}: has become {opened.kind.value} while it was read; try again")
    return har.read if opened.kind is sniff.Kind.HAR else flows.read


def _name(source: str | sniff.Opened) -> str:
    return source.stream.name if isinstance(source, sniff.Opened) else basename(source) or source
