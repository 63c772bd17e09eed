"""Frames read as they come."""

from analyzer.records import S2C
from analyzer.wire.http2_flow import Flow
from analyzer.wire.http2_items import Chunk, Hole, Item
from tests.streams import moments


def test_content_then_padding() -> None:
    """Content at once, the end with the last byte of the frame."""
    flow, out = Flow((S2C, 3), 4, 2, True), list[Item]()
    assert flow.pour(b"abcdef", moments(0, 6), 3, out) == 6
    assert flow.pour(b"gXX and more", moments(6, 12), 0, out) == 3
    assert flow.left == 0
    assert [(c.content()[0], c.time, c.whole, c.end) for c in out if isinstance(c, Chunk)] == [
        (b"def", 5, False, False),
        (b"g", 8, True, True),
    ]


def test_bytes_nobody_wants() -> None:
    """They are counted only."""
    flow, out = Flow((S2C, 0), 0, 5, False), list[Item]()
    assert flow.pour(b"abc", moments(0, 3), 0, out) == 3
    assert (flow.left, out) == (2, [])
    flow.skip(2, (9, 9), out)
    assert (flow.left, out) == (0, [])


def test_missing_bytes() -> None:
    """Of the content, of the padding, of both."""
    flow, out = Flow((S2C, 3), 4, 2, True), list[Item]()
    flow.skip(3, (5, 5), out)
    assert out == [Hole(5, 5, S2C, 3, 3)]
    flow.skip(2, (6, 6), out)
    assert (out[1:], flow.left) == ([Hole(6, 6, S2C, 3, 1)], 1)
    flow.skip(1, (7, 7), out)
    (chunk,) = out[2:]
    assert isinstance(chunk, Chunk)
    assert (chunk.time, chunk.whole, chunk.end, chunk.content()[0]) == (7, True, True, b"")
