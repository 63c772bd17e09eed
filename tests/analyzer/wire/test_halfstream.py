"""One direction of TCP: whatever the order, the bytes; whatever is missing, a gap with its size."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.limits import Limits
from analyzer.wire.halfstream import (
    ACK,
    ACK_GRACE,
    FIN,
    ONE_WAY_PATIENCE,
    PATIENCE,
    RST,
    SYN,
    Closed,
    Data,
    Gap,
    HalfStream,
    Segment,
)

ISN = 0xFFFFFFF0
"""So that sequence numbers wrap within the first bytes."""


def segment(at: int, payload: bytes, time: int = 0, *, flags: int = ACK, missing: int = 0, frame: int = 1) -> Segment:
    """A segment whose payload begins ``at`` bytes into the stream."""
    return Segment(time, frame, (ISN + 1 + at) & 0xFFFFFFFF, flags, payload, missing)


def opened(limits: Limits | None = None) -> HalfStream:
    """A direction whose SYN was seen."""
    half = HalfStream(limits or Limits())
    half.receive(Segment(0, 1, ISN, SYN, b"", 0))
    return half


def content(half: HalfStream) -> bytes:
    """The bytes readable so far."""
    return b"".join(piece.data for piece in half.take() if isinstance(piece, Data))


@given(st.data())
def test_any_order_with_repeats_gives_the_same_bytes(data: st.DataObject) -> None:
    """Segments in any order, repeated and overlapping, give the stream's bytes once each."""
    stream = data.draw(st.binary(min_size=1, max_size=200))
    cuts = sorted({0, len(stream), *data.draw(st.lists(st.integers(0, len(stream)), max_size=8))})
    spans = [(a, b) for a, b in pairwise(cuts)]
    spans += data.draw(st.lists(st.tuples(st.integers(0, len(stream)), st.integers(0, len(stream))), max_size=4))
    half = opened()
    for a, b in data.draw(st.permutations(spans)):
        half.receive(segment(a, stream[a:b]))
    assert content(half) == stream
    assert half.deadline is None


def test_a_hole_filled_late_counts_from_then() -> None:
    """Bytes behind a hole became readable when it was filled, by the packet that filled it."""
    half = opened()
    half.receive(segment(0, b"ab", 10, frame=2))
    half.receive(segment(4, b"ef", 20, frame=3))
    half.receive(segment(2, b"cd", 30, frame=4))
    (piece,) = half.take()
    assert isinstance(piece, Data)
    assert piece.data == b"abcdef"
    assert piece.marks == ([2, 4, 6], [10, 30, 30], [2, 4, 4])


def test_an_acknowledged_hole_is_given_up_after_the_grace() -> None:
    """What the peer acknowledged it has: the capture will not show it any more."""
    half = opened()
    half.peer_seen = True
    half.receive(segment(0, b"ab"))
    half.receive(segment(5, b"fg", 1000))
    half.acknowledged((ISN + 1 + 5) & 0xFFFFFFFF, 2000)
    half.expire(2000 + ACK_GRACE - 1)
    assert content(half) == b"ab"
    half.expire(2000 + ACK_GRACE)
    gap, after = half.take()
    assert gap == Gap(3, 2000 + ACK_GRACE, 1)
    assert isinstance(after, Data)
    assert (after.data, after.marks.times) == (b"fg", [2000 + ACK_GRACE])


def test_an_acknowledgement_short_of_the_hole_proves_nothing() -> None:
    """A peer that asks for the missing bytes will get them again."""
    half = opened()
    half.peer_seen = True
    half.receive(segment(2, b"cd", 0))
    half.acknowledged((ISN + 1) & 0xFFFFFFFF, 10)
    assert half.deadline == PATIENCE


def test_patience_is_short_where_the_peer_was_never_seen() -> None:
    """In a capture of one direction nothing can be learned by waiting long."""
    half = opened()
    half.receive(segment(2, b"cd", 5))
    assert half.deadline == 5 + ONE_WAY_PATIENCE


def test_bytes_behind_a_hole_are_bounded() -> None:
    """A hole is given up when more waits behind it than the limit allows."""
    half = opened(Limits(reorder=100))
    for i in range(3):
        half.receive(segment(10 + 50 * i, b"x" * 50, i))
    assert [type(p) for p in half.take()] == [Gap, Data]


def test_cut_off_bytes_are_a_gap_at_once() -> None:
    """What the snapshot length cut off will not come, so nothing is waited for."""
    half = opened()
    half.receive(segment(0, b"ab", 7, missing=3, frame=9))
    half.receive(segment(5, b"fg", 8))
    first, gap, second = half.take()
    assert isinstance(first, Data)
    assert first.data == b"ab"
    assert gap == Gap(3, 7, 9)
    assert isinstance(second, Data)
    assert second.data == b"fg"


def test_fin_comes_behind_the_last_byte() -> None:
    """A FIN that overtakes data ends the direction only once the data is there; a repeated one says nothing new."""
    half = opened()
    half.receive(segment(4, b"", 1, flags=FIN | ACK, frame=5))
    half.receive(segment(0, b"abcd", 2))
    half.receive(segment(4, b"", 3, flags=FIN | ACK))
    data, closed = half.take()
    assert isinstance(data, Data)
    assert closed == Closed("fin", 2, 5)
    assert half.take() == []


def test_reset_ends_the_direction_with_what_waited() -> None:
    """After a reset nothing can fill a hole."""
    half = opened()
    half.receive(segment(2, b"cd", 1))
    half.receive(segment(4, b"", 2, flags=RST, frame=8))
    kinds = [type(p) for p in half.take()]
    assert kinds == [Gap, Data, Closed]


def test_keep_alives_say_nothing() -> None:
    """A keep-alive repeats the byte before the next one, or none (RFC 1122 section 4.2.3.6)."""
    half = opened()
    half.receive(segment(0, b"ab"))
    half.receive(segment(1, b"b"))
    half.receive(segment(1, b""))
    assert content(half) == b"ab"


def test_midstream_begins_at_the_first_segment() -> None:
    """Without a SYN the first payload seen is where reading begins."""
    half = HalfStream(Limits())
    half.receive(Segment(0, 1, 1000, ACK, b"", 0))
    half.receive(Segment(0, 1, 1000, ACK, b"xy", 0))
    assert half.midstream
    assert content(half) == b"xy"


def test_finish_gives_up_what_waits() -> None:
    """At the end of a capture every hole becomes a gap."""
    half = opened()
    half.receive(segment(2, b"cd", 1))
    half.receive(segment(6, b"gh", 2))
    half.finish(9)
    assert [p.size if isinstance(p, Gap) else None for p in half.take()] == [2, None, 2, None]


def test_a_hole_with_nothing_behind_it_but_the_end() -> None:
    """Bytes missing before a FIN are a gap, too: at the end, or once the peer has acknowledged them."""
    half = opened()
    half.peer_seen = True
    half.receive(segment(0, b"ab", 1))
    half.receive(segment(9, b"", 2, flags=FIN | ACK, frame=7))
    assert half.deadline == 2 + PATIENCE
    half.acknowledged((ISN + 1 + 10) & 0xFFFFFFFF, 3)
    half.expire(3 + ACK_GRACE)
    assert half.take()[1:] == [Gap(7, 3 + ACK_GRACE, 7), Closed("fin", 3 + ACK_GRACE, 7)]
    assert half.deadline is None


def test_a_fin_before_the_bytes_it_follows_ends_with_them() -> None:
    """At the moment of the packet that brought them, and nothing is waited for any more."""
    half = opened()
    half.peer_seen = True
    half.receive(segment(5, b"", 1, flags=FIN | ACK, frame=2))
    assert half.take() == []
    half.receive(segment(0, b"hello", 3, frame=4))
    data, closed = half.take()
    assert isinstance(data, Data)
    assert (data.marks.times, data.marks.frames, closed) == ([3], [4], Closed("fin", 3, 4))
    assert half.deadline is None


def test_what_waited_in_another_order_has_rising_frames() -> None:
    """So that what is read later is told later."""
    half = opened()
    half.receive(segment(20, b"ccccc", 1, frame=2))
    half.receive(segment(10, b"bbbbbbbbbb", 2, frame=3))
    half.finish(4)
    gap, data = half.take()
    assert gap == Gap(10, 4, 3)
    assert isinstance(data, Data)
    assert (data.data, data.marks.frames) == (b"bbbbbbbbbbccccc", [3, 3])
