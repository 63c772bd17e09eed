"""A TCP connection: both directions' segments of a block in, pieces in order out.

The loop in `TcpConnection.receive` runs once a captured segment and is the only place where speed shaped the code: what
simply
continues its direction is appended in place, all else goes through `HalfStream`.
"""

from dataclasses import dataclass

from analyzer.limits import Limits
from analyzer.wire.halfstream import ACK, FIN, RST, SYN, HalfStream, Piece, Segment

_CONTROL = FIN | SYN | RST
_MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Columns:
    """Segments of a connection in a block, a list a field; ``side`` 0 was sent by the lower endpoint."""

    buffer: memoryview
    time: list[int]
    frame: list[int]
    side: list[int]
    seq: list[int]
    ack: list[int]
    flags: list[int]
    start: list[int]
    length: list[int]
    missing: list[int]


class TcpConnection:
    """Both directions of one connection; ``sides[0]`` carries what the lower endpoint sent."""

    __slots__ = ("_isn", "client", "over", "sides")

    def __init__(self, limits: Limits) -> None:
        self.sides = (HalfStream(limits), HalfStream(limits))
        self.client: int | None = None
        """Side that opened the connection, null where the capture does not show the SYN."""
        self.over = False
        """Whether nothing of it is read any more."""
        self._isn: list[int | None] = [None, None]

    def receive(self, block: Columns, begin: int, end: int) -> int:
        """Take segments ``begin..end-1``; returns where it stopped: before ``end`` where a new connection reuses the
        ports.
        """
        low, high = self.sides
        buffer, sides, seqs, acks, flags = block.buffer, block.side, block.seq, block.ack, block.flags
        starts, lengths, missing, times, frames = block.start, block.length, block.missing, block.time, block.frame
        for i in range(begin, end):
            half, peer = (high, low) if sides[i] else (low, high)
            length, time = lengths[i], times[i]
            if low.deadline is not None or high.deadline is not None:
                self.expire(time)
            if peer.deadline is not None and flags[i] & ACK:
                peer.acknowledged(acks[i], time)
            if flags[i] & _CONTROL or missing[i] or half.deadline is not None or seqs[i] != half.next:
                if length or missing[i] or flags[i] & _CONTROL:
                    if flags[i] & SYN and self.opens_another(sides[i], seqs[i], flags[i]):
                        return i
                    payload = bytes(buffer[starts[i] : starts[i] + length])
                    half.receive(Segment(time, frames[i], seqs[i], flags[i], payload, missing[i]))
            elif length:
                half.chunks.append(buffer[starts[i] : starts[i] + length])  # type: ignore[arg-type]
                half.total += length
                half.ends.append(half.total)
                half.times.append(time)
                half.frames.append(frames[i])
                half.advance(length)
            peer.peer_seen = True
        return end

    def expire(self, now: int) -> None:
        """Give up holes whose deadline has come by ``now``."""
        for half in self.sides:
            half.expire(now)

    def finish(self, now: int) -> None:
        """The capture ends, or the connection is pushed out: give up what is waited for."""
        for half in self.sides:
            half.finish(now)

    def forget(self) -> None:
        """Let go of all bytes; the connection is over or of no interest."""
        self.over = True
        self.sides = (HalfStream(self.sides[0].limits), HalfStream(self.sides[1].limits))

    def take(self) -> tuple[list[Piece], list[Piece]]:
        """Pieces readable since the last call, per side."""
        return self.sides[0].take(), self.sides[1].take()

    @property
    def waiting(self) -> bool:
        """Whether a hole may still be filled."""
        return self.sides[0].deadline is not None or self.sides[1].deadline is not None

    def opens_another(self, side: int, seq: int, flags: int) -> bool:
        """Whether this SYN begins a connection other than this one (RFC 9293 section 3.6.1: ports are reused)."""
        if self._isn[side] is None and self.sides[side].next is None and not self.over:
            self._isn[side] = seq
            self.client = 1 - side if flags & ACK else side
            return False
        return self._isn[side] != seq
