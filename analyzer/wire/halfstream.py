"""One direction of a TCP connection as an onlooker sees it (RFC 9293): segments in, bytes in order and holes out.

An onlooker differs from a receiver in one thing: bytes may be missing from the capture although the peer has them. A
hole is
waited for as long as it may still be filled, then named (`Gap`) and stepped over:

* the peer acknowledged bytes beyond the hole: it has them, the capture does not. `ACK_GRACE` later the hole is given up
  (captures on several queues show an acknowledgement a little before the segment);
* the other direction was never seen: nothing can be known, `ONE_WAY_PATIENCE` is all a retransmission gets;
* otherwise `PATIENCE`, the longest a sender usually retries before the application gives up;
* more than ``limits.reorder`` bytes wait behind it, or the connection ends.

Every decision depends on the segments and their times alone, so any division of a capture into blocks gives the same
bytes.
"""

from bisect import insort
from typing import NamedTuple

from analyzer.limits import Limits
from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed as Closed
from analyzer.wire.pieces import Data as Data
from analyzer.wire.pieces import Gap as Gap
from analyzer.wire.pieces import Piece as Piece
from analyzer.wire.pieces import not_before as not_before

FIN, SYN, RST, ACK = 1, 2, 4, 16
ACK_GRACE = 100_000_000
ONE_WAY_PATIENCE = 3_000_000_000
PATIENCE = 60_000_000_000
_MASK = 0xFFFFFFFF
_HALF = 0x80000000


class Segment(NamedTuple):
    """A segment that does not simply continue its direction; ``time`` in ns, ``missing`` bytes were cut off by the
    snapshot length.
    """

    time: int
    frame: int
    seq: int
    flags: int
    payload: bytes
    missing: int


class Lane(NamedTuple):
    """Segments of one direction that continue one another: bytes ``buffer[starts[i]:stops[i]]``, which make ``ends[i]``
    in all.
    """

    buffer: memoryview
    seq: int
    """Sequence number of the first byte."""
    starts: list[int]
    stops: list[int]
    ends: list[int]
    times: list[int]
    frames: list[int]


class HalfStream:
    """One direction of a connection."""

    __slots__ = (
        "_acked", "_bytes", "_ended", "_fin", "_passed", "_waiting", "chunks", "deadline", "ends",
        "frames", "limits", "midstream", "next", "peer_seen", "pieces", "times", "total",
    )  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.next: int | None = None
        """Sequence number of the next byte wanted, null before the first segment."""
        self.deadline: int | None = None
        """Capture time at which the hole being waited for is given up, null while there is none."""
        self.midstream = False
        self.peer_seen = False
        self.pieces: list[Piece] = []
        self.chunks: list[bytes] = []
        self.ends: list[int] = []
        self.times: list[int] = []
        self.frames: list[int] = []
        self.total = 0
        self._waiting: list[
            tuple[int, int, bytes, int, int]
        ] = []  # (distance from the first byte, arrival, bytes, missing, frame)
        self._passed = 0  # bytes delivered or skipped so far
        self._bytes = 0
        self._fin: tuple[int, int] | None = None  # (distance from the first byte, frame)
        self._ended = False
        self._acked = False

    def receive(self, segment: Segment) -> None:
        """Take any segment of this direction, in whatever order it comes."""
        if segment.flags & SYN:
            self._start((segment.seq + 1) & _MASK)
            if segment.payload:  # TCP Fast Open: data on the SYN (RFC 7413)
                self.receive(segment._replace(seq=(segment.seq + 1) & _MASK, flags=segment.flags & ~SYN))
            return
        size = len(segment.payload) + segment.missing
        if self.next is None:
            if not size and not segment.flags & FIN:
                return
            self.midstream = True
            self._start(segment.seq)
        if size:
            self._place(segment, size)
        if segment.flags & FIN:
            self._finish_at(segment, size)
        if segment.flags & RST:
            self._reset(segment)

    def advance(self, size: int) -> None:
        """``size`` bytes were appended in order by the quick path."""
        assert self.next is not None
        self.next = (self.next + size) & _MASK
        self._passed += size

    def continues(self, lane: Lane) -> bool:
        """Whether the lane goes on where this direction is, with nothing to wait for."""
        return self.next == lane.seq and self.deadline is None and not self._waiting

    def run(self, lane: Lane) -> None:
        """Take a whole lane that `continues` this direction."""
        self._flush()
        buffer = lane.buffer
        data = b"".join([buffer[a:b] for a, b in zip(lane.starts, lane.stops, strict=True)])
        self.pieces.append(Data(data, Marks(lane.ends, lane.times, lane.frames)))
        self.advance(len(data))
        self._check_fin(lane.times[-1], lane.frames[-1])

    def acknowledged(self, ack: int, time: int) -> None:
        """The peer says it has everything before ``ack``; called only while a hole is waited for."""
        if self._acked or self.next is None or self.deadline is None:
            return
        if self._hole <= _ahead(ack, self.next):
            self._acked = True
            self._set_deadline(time + ACK_GRACE)

    def expire(self, now: int) -> None:
        """Give up every hole whose deadline has come by ``now`` (ns of capture time)."""
        while self.deadline is not None and self.deadline <= now:
            self._give_up(self.deadline)

    def finish(self, now: int) -> None:
        """No more segments will come: give up what is waited for."""
        while self._hole:
            self._give_up(now)

    def take(self) -> list[Piece]:
        """What has become readable since the last call."""
        self._flush()
        pieces, self.pieces = self.pieces, []
        return pieces

    def _start(self, seq: int) -> None:
        if self.next is None:
            self.next = seq

    def _place(self, segment: Segment, size: int) -> None:
        assert self.next is not None
        ahead = _ahead(segment.seq, self.next)
        if ahead + size <= 0:
            return  # seen before: a retransmission or a keep-alive (RFC 1122 section 4.2.3.6)
        payload, missing = segment.payload, segment.missing
        if ahead < 0:
            missing -= max(0, -ahead - len(payload))
            payload, ahead = payload[-ahead:], 0
        if ahead == 0 and not self._waiting:
            self._deliver(payload, missing, segment.time, segment.frame)
            return
        if ahead == 0:
            self._deliver(payload, missing, segment.time, segment.frame)
            self._drain(segment.time, segment.frame)
            return
        self._wait(ahead, payload, missing, segment)

    def _wait(self, ahead: int, payload: bytes, missing: int, segment: Segment) -> None:
        insort(self._waiting, (self._passed + ahead, segment.time, payload, missing, segment.frame))
        self._bytes += len(payload)
        if self.deadline is None:
            self._acked = False
            self._set_deadline(segment.time + (PATIENCE if self.peer_seen else ONE_WAY_PATIENCE))
        if self._bytes > self.limits.reorder or len(self._waiting) > self.limits.reorder >> 8:
            self._give_up(segment.time)

    def _set_deadline(self, time: int) -> None:
        if self.deadline is None or time < self.deadline:
            self.deadline = time

    @property
    def _hole(self) -> int:
        """Bytes of the first hole: up to what waits behind it, or to the end; 0 where there is none."""
        if self._waiting:
            return self._waiting[0][0] - self._passed
        return max(0, self._fin[0] - self._passed) if self._fin and not self._ended else 0

    def _give_up(self, now: int) -> None:
        """Step over the first hole; what waited behind it became readable now, at the latest."""
        frame = self._waiting[0][4] if self._waiting else self._fin[1] if self._fin else 0
        self._gap(self._hole, now, frame)
        self._drain(now, None)

    def _gap(self, size: int, time: int, frame: int) -> None:
        assert self.next is not None
        self._flush()
        self.pieces.append(Gap(size, time, frame))
        self.next = (self.next + size) & _MASK
        self._passed += size

    def _drain(self, time: int, frame: int | None) -> None:
        """Deliver what waited and is now in order; ``frame`` filled the hole (null: the segments' own count)."""
        waiting, i, last = self._waiting, 0, frame or 0
        while i < len(waiting) and waiting[i][0] <= self._passed:
            at, _, payload, missing, own = waiting[i]
            i += 1
            self._bytes -= len(payload)
            skip = self._passed - at
            if skip < len(payload) + missing:
                missing -= max(0, skip - len(payload))
                # They came in another order than they are read in: frames rise as times do.
                last = max(last, own) if frame is None else frame
                self._deliver(payload[skip:], missing, time, last)
        del waiting[:i]
        self.deadline, self._acked = None, False
        if waiting:
            self._set_deadline(time + (PATIENCE if self.peer_seen else ONE_WAY_PATIENCE))
        self._check_fin(time, last)

    def _deliver(self, payload: bytes, missing: int, time: int, frame: int) -> None:
        assert self.next is not None
        if payload:
            self.total += len(payload)
            self.chunks.append(payload)
            self.ends.append(self.total)
            self.times.append(time)
            self.frames.append(frame)
            self.next = (self.next + len(payload)) & _MASK
            self._passed += len(payload)
        if missing > 0:
            self._gap(missing, time, frame)
        self._check_fin(time, frame)

    def _finish_at(self, segment: Segment, size: int) -> None:
        if self._fin is None and self.next is not None:
            left = _ahead((segment.seq + size) & _MASK, self.next)
            self._fin = (self._passed + max(0, left), segment.frame)
            if left > 0 and not self._waiting:  # a hole with nothing behind it but the end
                self._set_deadline(segment.time + (PATIENCE if self.peer_seen else ONE_WAY_PATIENCE))
            self._check_fin(segment.time, segment.frame)

    def _check_fin(self, time: int, frame: int) -> None:
        """End once everything before the FIN is there; ``frame`` is what came last."""
        if self._fin and self._fin[0] <= self._passed and not self._waiting:
            self._end("fin", time, max(self._fin[1], frame))

    def _reset(self, segment: Segment) -> None:
        self.finish(segment.time)
        self._end("reset", segment.time, segment.frame)

    def _end(self, kind: str, time: int, frame: int) -> None:
        if not self._ended:
            self._ended, self.deadline = True, None
            self._flush()
            self.pieces.append(Closed(kind, time, frame))

    def _flush(self) -> None:
        if self.chunks:
            chunks = self.chunks
            data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            self.pieces.append(Data(bytes(data), Marks(self.ends, self.times, self.frames)))
            self.chunks, self.ends, self.times, self.frames, self.total = [], [], [], [], 0


def _ahead(seq: int, base: int) -> int:
    """How far ``seq`` lies ahead of ``base`` modulo 2^32, negative behind it (RFC 9293 section 3.4)."""
    distance = (seq - base) & _MASK
    return distance - (1 << 32) if distance >= _HALF else distance
