"""A capture as it happens: rows a block, in memory bounded by the block and the open connections."""

from collections.abc import Iterator

from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.captures import Captures
from analyzer.pipeline.merge import numbered
from analyzer.pipeline.run import Run
from analyzer.pipeline.summary import SourceFacts
from analyzer.records import Row
from analyzer.sources.keylogs import KeyLogs
from analyzer.sources.live import Quiet, Source
from analyzer.wire.block import PacketBlock
from analyzer.wire.packets import PacketDecoder


class LiveCapture(Captures):
    """One live source as a run; iterate it once. A list, often empty, comes for every block and every quiet moment.

    Raises:
        CaptureError: the source or a key log can no longer be read.
    """

    def __init__(self, source: Source, keys: KeyLogs, limits: Limits = DEFAULT) -> None:
        super().__init__([], limits, keylogs=keys)
        self._source = source
        self._facts = [SourceFacts(source.name)]
        self._decoder = PacketDecoder()
        self._known = 0

    @property
    def lost(self) -> int:
        """Packets that the system says it dropped, so far."""
        return self._source.summary.dropped or 0

    def __iter__(self) -> Iterator[list[Row]]:
        run = Run(self._limits, [self._source.name], self._keys)
        for block in self._source:
            self._keylogs.poll()
            yield run.idle(block.now) if isinstance(block, Quiet) else self._rows(run, block)
            self._count(run)
        self._keylogs.close()
        yield run.idle(None)
        yield run.finish()
        self._count(run)
        self._decoder.finish()
        self._facts[0].read(self._source.summary, self._decoder.counters)
        yield self._about(run)

    def _rows(self, run: Run, block: PacketBlock) -> list[Row]:
        self._known = self._learn(self._source.summary, self._known)
        return [row for segments in numbered([self._decoder.decode(block)], 0) for row in run.feed(segments)]
