"""Captures read as one run: rows in time order, a list a block, in memory bounded by the block and the open
connections.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from os.path import basename

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.merge import merge, numbered
from analyzer.pipeline.run import Run
from analyzer.pipeline.summary import SourceFacts, capture_rows
from analyzer.records import Row
from analyzer.sources.keylogs import TLS_KEY_LOG, KeyLogs, inside
from analyzer.sources.reader import CaptureReader, open_capture
from analyzer.sources.sniff import Kind, Opened
from analyzer.sources.summary import Summary
from analyzer.wire.block import Segments
from analyzer.wire.packets import PacketDecoder

_PEEK = 1 << 16
Progress = Callable[[int], None]
"""Told the bytes read so far of all sources, as stored."""


class Captures:
    """Capture files (a path each, or what `sniff.open_any` gave for standard input) as one run; iterate it once.
    ``numbers`` are those of its connections where others draw from them, too.

    Raises:
        CaptureError: one of them cannot be used; at once where its beginning tells.
    """

    def __init__(
        self,
        sources: Sequence[str | Opened],
        limits: Limits = DEFAULT,
        progress: Progress | None = None,
        keylogs: KeyLogs | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._numbers = numbers
        self.passed_over: Counter[str] = Counter()
        """Connections that carried no Engine.IO, by what they carried; complete after the last row."""
        self.connections = 0
        """Connections in all; complete after the last row."""
        self._keylogs = keylogs if keylogs is not None else KeyLogs(())
        self._keys = self._keylogs.keys
        self._limits = limits
        self._progress = progress
        self._sources = list(sources)
        self._facts = [SourceFacts(_name(source)) for source in sources]
        self._starts = [_start(source) for source in sources] if len(sources) > 1 else [0]
        self._readers: dict[int, CaptureReader] = {}
        self._finished = 0

    def __iter__(self) -> Iterator[list[Row]]:
        self._look_inside()
        run = Run(self._limits, [facts.name for facts in self._facts], self._keys, self._numbers)
        for segments in merge([(start, self._segments(i)) for i, start in enumerate(self._starts)]):
            yield run.feed(segments)
            self._count(run)
        self._keylogs.close()
        yield run.finish()
        self._count(run)
        yield self._about(run)

    def _segments(self, index: int) -> Iterator[Segments]:
        """Blocks of one source, opened when the first one is asked for."""
        facts, decoder = self._facts[index], PacketDecoder()
        with open_capture(self._sources[index]) as reader:
            self._readers[index] = reader
            yield from numbered(self._decoded(reader, decoder), index)
            decoder.finish()
            facts.read(reader.summary, decoder.counters)
            self._finished += reader.position
            del self._readers[index]

    def _decoded(self, reader: CaptureReader, decoder: PacketDecoder) -> Iterator[Segments]:
        taken = 0
        for block in reader:
            taken = self._learn(reader.summary, taken)
            self._keylogs.poll()
            yield decoder.decode(block)
            if self._progress is not None:
                self._progress(self._finished + sum(r.position for r in self._readers.values()))
        self._learn(reader.summary, taken)

    def _look_inside(self) -> None:
        """The secrets inside pcapng files count wherever they are; those that come through a pipe, from then on."""
        for source in self._sources:
            if isinstance(source, Opened):
                self._keys.growing = self._keys.growing or source.kind is Kind.PCAPNG
            else:
                for text in inside(source):
                    self._keys.add(text)

    def _learn(self, summary: Summary, known: int) -> int:
        """Take the secrets that a capture holds beyond the first ``known``; how many there are."""
        for kind, text in summary.secrets[known:]:
            if kind == TLS_KEY_LOG:
                self._keys.add(text)
        return len(summary.secrets)

    def _count(self, run: Run) -> None:
        """Count the connections that are over."""
        for connection in run.connections.retired:
            self._facts[connection.source].count(connection)
        run.connections.retired.clear()

    def _about(self, run: Run) -> list[Row]:
        """The rows that concern the captures themselves."""
        self._facts[0].oddities += _of_the_run(run)
        for facts in self._facts:
            facts.webtransport = run.trunk.scribe.webtransport
            self.passed_over += facts.passed_over
            self.connections += facts.connections
        last = [facts.last_time or 0 for facts in self._facts]
        now = max(run.now, *last) if last else run.now
        missing = run.trunk.missing_bytes
        return [row for i, facts in enumerate(self._facts) for row in capture_rows(facts, now, missing.get(i, 0))]


def _of_the_run(run: Run) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if run.connections.evicted:
        sentence = (
            f"{run.connections.evicted} open connections were given up to make room for others (--max-connections)"
        )
        found.append((Issue.CAPTURE_LIMIT, sentence))
    if run.trunk.registry.evicted:
        sentence = f"{run.trunk.registry.evicted} sessions were forgotten to make room for others (--max-sessions)"
        found.append((Issue.CAPTURE_LIMIT, sentence))
    return found


def _name(source: str | Opened) -> str:
    return source.stream.name if isinstance(source, Opened) else basename(source) or source


def _start(source: str | Opened) -> int:
    """Time of a capture's first packet, ns; a pipe can be read only once, so it is taken to begin before all files."""
    if isinstance(source, Opened):
        return 0
    with open_capture(source, _PEEK) as reader:
        block = next(iter(reader), None)
        return int(block.time[0]) if block is not None else 0
