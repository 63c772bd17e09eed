"""One run over one or several sources: blocks of segments in, rows out."""

from collections.abc import Iterator
from operator import itemgetter

import numpy as np

from analyzer.decoding.trunk import Trunk
from analyzer.limits import Limits
from analyzer.pipeline.connections import Connections
from analyzer.pipeline.grouping import group
from analyzer.records import Row
from analyzer.wire.block import Segments
from analyzer.wire.events import Event
from analyzer.wire.keylog import KeyLog

_MOMENT = itemgetter(0, 1)


class Run:
    """Feed it blocks in time order; ``sources`` are the names that frames' source indices stand for, ``numbers`` are
    those of its connections where others draw from them, too.
    """

    def __init__(
        self, limits: Limits, sources: list[str], keys: KeyLog | None = None, numbers: Iterator[int] | None = None
    ) -> None:
        self.connections = Connections(limits, keys if keys is not None else KeyLog(), numbers)
        self.trunk = Trunk(limits, sources)
        self.backwards = 0
        """Segments whose time was before one seen in an earlier block; they count as having come then."""
        self._time = 0
        self._frame = 0

    @property
    def now(self) -> int:
        """Capture time of the newest segment, ns."""
        return self._time

    def feed(self, segments: Segments) -> list[Row]:
        """Rows that a block completes."""
        if not len(segments):
            return []
        self._clamp(segments)
        happened = self.connections.retry(self._time, self._frame)
        happened += self.connections.receive(group(segments))
        self._time, self._frame = int(segments.time[-1]), int(segments.number[-1])
        happened += self.connections.expire(self._time)
        happened += self.connections.make_room(self._time, self._frame)
        self._tell(happened)
        return self.trunk.release(self._time)

    def idle(self, now: int | None) -> list[Row]:
        """Rows of a live source that need not wait any longer: no segment of a time before ``now`` (ns; None: that of
        the last one) will come any more, and more TLS secrets may be known.
        """
        now = self._time if now is None else max(now, self._time)
        happened = self.connections.retry(self._time, self._frame)
        self._tell(happened + self.connections.expire(now))
        return self.trunk.release(now)

    def finish(self) -> list[Row]:
        """Rows left when the capture is over."""
        self._tell(self.connections.finish(self._time, self._frame))
        return self.trunk.finish(self._time, self._frame)

    def _clamp(self, segments: Segments) -> None:
        """Time does not run backwards across blocks: what claims an earlier time came when the last block ended."""
        early = segments.time < self._time
        if early.any():
            self.backwards += int(early.sum())
            np.maximum(segments.time, self._time, out=segments.time)

    def _tell(self, happened: list[Event]) -> None:
        """Hand events to the sessions in the order of their moments; those of one moment stay in theirs."""
        happened.sort(key=_MOMENT)
        self.trunk.take_all(happened)
