"""Blocks in, rows out: time never runs backwards, connections go on from block to block."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.limits import DEFAULT, Limits
from analyzer.pipeline.run import Run
from analyzer.records import Row
from tests.analyzer.pipeline.blocks import Sent, answer, block, handshake, open_packet, poll

TALK: list[Sent] = sorted([*handshake(1_000, 4001, "A"), *handshake(1_002, 4002, "B")])


def played(rows: list[Sent], cuts: list[int], limits: Limits = DEFAULT) -> list[Row]:
    """Rows of the segments, divided into blocks at these places."""
    run, found = Run(limits, ["x.pcap"]), []
    bounds = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for begin, end in pairwise(bounds):
        found += run.feed(block(rows[begin:end], first=begin + 1))
    return found + run.finish()


def test_a_handshake() -> None:
    """Two connections, two sessions, each with its exchange and its open packet."""
    rows = played(TALK, [])
    assert [(row.layer, row.type, row.session, row.stream, row.frame) for row in rows] == [
        ("http", "GET", "A", 0, 5),
        ("engine.io", "open", "A", 0, 5),
        ("http", "GET", "B", 1, 8),
        ("engine.io", "open", "B", 1, 8),
    ]
    assert (rows[0].client, rows[0].server, rows[0].source) == ("10.0.0.1:4001", "10.0.0.2:80", "x.pcap")


@given(st.lists(st.integers(0, len(TALK)), max_size=6))
def test_blocks_change_nothing(cuts: list[int]) -> None:
    """However segments are divided into blocks, the rows are the same."""
    assert played(TALK, cuts) == played(TALK, [])


def test_an_empty_block_is_nothing() -> None:
    """No rows, no moment."""
    run = Run(DEFAULT, ["x.pcap"])
    assert run.feed(block([])) == []
    assert (run.now, run.backwards) == (0, 0)
    assert run.finish() == []


def test_time_does_not_run_backwards_across_blocks() -> None:
    """What claims an earlier time than the block before came when that ended; it is counted."""
    run = Run(DEFAULT, ["x.pcap"])
    ask, told = poll(), answer(open_packet("A"))
    run.feed(block([(1_000, 4001, 0, 100, 24, ask)]))
    rows = run.feed(block([(900, 4001, 1, 500, 24, told)], first=2)) + run.finish()
    assert (run.backwards, run.now) == (1, 1_000)
    assert [row.time for row in rows] == [1_000, 1_000]
    assert rows[0].duration == 0


def test_a_hole_is_given_up_when_its_time_has_come() -> None:
    """Other traffic moves the clock: bytes that never come are a row once nobody can be waiting for them any more."""
    begun = handshake(1_000, 4001, "A")
    after = 500 + len(answer(open_packet("A"))) + 50
    late: list[Sent] = [(2_000, 4001, 1, after, 24, answer("2"))]
    tick: list[Sent] = [(3_600_000_000_000, 4009, 0, 1, 16, b"x")]
    rows = played([*begun, *late, *tick], [len(begun), len(begun) + 1])
    gaps = [(row.type, row.size, row.stream) for row in rows if row.issue == "tcp_gap"]
    assert gaps == [("gap", 50, 0)]


def test_while_nothing_comes() -> None:
    """Time goes on: a hole is given up, and what is behind it is read; the time of later segments stays theirs."""
    begun = handshake(1_000, 4001, "A")
    after = 500 + len(answer(open_packet("A"))) + 50
    run = Run(DEFAULT, ["x.pcap"])
    run.feed(block(begun))
    run.feed(block([(2_000, 4001, 1, after, 24, answer("2"))], first=len(begun) + 1))
    assert run.idle(None) == []
    assert [row.issue for row in run.idle(3_600_000_000_000) if row.layer == "tcp"] == ["tcp_gap"]
    assert run.now == 2_000
