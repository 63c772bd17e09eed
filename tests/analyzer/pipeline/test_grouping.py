"""Grouping a block by connection: exact, in order, and the quick lanes give what looking at every segment gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.limits import DEFAULT
from analyzer.pipeline.grouping import Group, concatenate, group
from analyzer.wire.block import Segments
from analyzer.wire.halfstream import Data, Piece
from analyzer.wire.tcp import TcpConnection

HOSTS = (0xFFFF_0A00_0001, 0xFFFF_0A00_0002)


def segments(rows: list[tuple[int, int, int, int, bytes]]) -> Segments:
    """Segments of (port of host 1, sender 0 or 1, sequence number, flags, payload), one nanosecond apart."""
    buffer, starts = b"", []
    for row in rows:
        starts.append(len(buffer))
        buffer += row[4]
    sender = np.array([row[1] for row in rows])
    port = np.array([row[0] for row in rows], np.uint16)
    hosts = np.array(HOSTS, np.uint64)
    zero = np.zeros(len(rows), np.uint64)
    server = np.full(len(rows), 80, np.uint16)
    return Segments(
        buffer, np.arange(len(rows)), np.arange(1, len(rows) + 1), zero, hosts[sender], zero, hosts[1 - sender],
        np.where(sender, server, port), np.where(sender, port, server), np.array([r[2] for r in rows], np.uint32),
        np.zeros(len(rows), np.uint32), np.array([r[3] for r in rows], np.uint8), np.array(starts),
        np.array([len(r[4]) for r in rows]), np.zeros(len(rows), np.int64),
    )  # fmt: skip


def by_lanes(each: Group) -> list[list[Piece]] | None:
    """What a fresh connection reads from the group's lanes, null where it has none."""
    if each.lanes is None:
        return None
    connection = TcpConnection(DEFAULT)
    for half, lane in zip(connection.sides, each.lanes, strict=True):
        if lane is not None:
            half.next = lane.seq
            half.run(lane)
    return [list(side) for side in connection.take()]


def one_by_one(each: Group) -> list[list[Piece]]:
    """What a fresh connection reads from the group's segments."""
    connection, columns = TcpConnection(DEFAULT), each.columns()
    connection.receive(columns, 0, len(columns.time))
    return [list(side) for side in connection.take()]


@given(
    st.lists(
        st.tuples(st.sampled_from([1000, 1001]), st.integers(0, 1), st.integers(0, 3), st.integers(0, 6)),
        min_size=1,
        max_size=30,
    )
)
def test_lanes_give_what_segments_give(steps: list[tuple[int, int, int, int]]) -> None:
    """Streams with repeats and skips: a plain connection's lanes carry the bytes and moments of its segments."""
    reached: dict[tuple[int, int], int] = {}
    rows = []
    for port, sender, size, jump in steps:
        at = reached.get((port, sender), 0xFFFFFFF8)
        if jump == 0:
            at = (at - 2) & 0xFFFFFFFF  # a retransmission
        elif jump == 1:
            at = (at + 2) & 0xFFFFFFFF  # a hole
        rows.append((port, sender, at, 16, bytes(range(size))))
        reached[port, sender] = (at + size) & 0xFFFFFFFF
    for each in group(segments(rows)):
        quick = by_lanes(each)
        assert quick is None or quick == one_by_one(each)


def test_lanes_leave_out_what_only_repeats() -> None:
    """A retransmission does not cost a connection its lanes."""
    rows = [(1000, 0, 5, 16, b"ab"), (1000, 0, 5, 16, b"ab"), (1000, 0, 7, 16, b"cd")]
    (each,) = group(segments(rows))
    assert each.lanes is not None
    low, high = each.lanes
    lane = low or high
    assert lane is not None
    assert lane.ends == [2, 4]
    assert lane.frames == [1, 3]


def test_a_syn_has_no_lanes() -> None:
    """Connections that open or close are looked at segment by segment."""
    (each,) = group(segments([(1000, 0, 4, 2, b""), (1000, 0, 5, 16, b"ab")]))
    assert each.lanes is None
    assert len(each.columns().time) == 2


def test_groups_come_in_the_order_of_their_first_segments() -> None:
    """Stream numbers follow from it."""
    groups = group(segments([(1001, 0, 5, 16, b"a"), (1000, 1, 5, 16, b"b"), (1001, 1, 5, 16, b"c")]))
    assert [each.key[2] if each.key[2] != 80 else each.key[5] for each in groups] == [1001, 1000]
    assert [each.sides for each in groups] == [3, 2]


def test_concatenate_sorts_by_time_and_keeps_payloads() -> None:
    """Blocks of two sources become one, their bytes found in the joined buffer."""
    first, second = segments([(1000, 0, 5, 16, b"ab")]), segments([(1000, 1, 9, 16, b"xyz"), (1000, 0, 7, 16, b"cd")])
    joined = concatenate([second, first])
    payloads = [joined.buffer[a : a + n] for a, n in zip(joined.start, joined.length, strict=True)]
    assert payloads == [b"xyz", b"ab", b"cd"]


def test_reading_pieces_in_lanes() -> None:
    """The bytes of a lane come in one piece."""
    (each,) = group(segments([(1000, 0, 5, 16, b"ab"), (1000, 0, 7, 16, b"cd")]))
    pieces = by_lanes(each)
    assert pieces is not None
    (piece,) = [p for side in pieces for p in side]
    assert isinstance(piece, Data)
    assert piece.data == b"abcd"
