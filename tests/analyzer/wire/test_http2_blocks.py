"""Header blocks put together."""

from analyzer.limits import DEFAULT, Limits
from analyzer.records import C2S
from analyzer.wire.http2_blocks import Blocks, Section
from analyzer.wire.http2_frames import Frame
from analyzer.wire.http2_items import Damage, Fields, Item
from analyzer.wire.http_head import Span
from analyzer.wire.marks import Marks
from tests import http2frames as h2
from tests.http2frames import Side, frame

SPAN = Span(7, 8, 5)


def read(blocks: Blocks, raw: bytes) -> list[Item]:
    """Items of whole frames that came at once."""
    out: list[Item] = []
    marks, pos = Marks([len(raw)], [7], [8]), 0
    while pos < len(raw):
        stop = pos + 9 + int.from_bytes(raw[pos : pos + 3])
        number = int.from_bytes(raw[pos + 5 : pos + 9])
        blocks.read(Frame(raw[pos + 3], raw[pos + 4], number, pos, stop), raw, marks, out)
        pos = stop
    return out


def test_one_and_several_frames() -> None:
    """A block in one frame and the same in many."""
    fields = [(":method", "GET"), ("x", "y" * 50)]
    for size in (1, 7, 1000):
        blocks = Blocks(C2S, DEFAULT)
        raw = Side().headers(1, fields, end=True, size=size)
        assert read(blocks, raw) == [Fields(7, 8, C2S, 1, 7, fields, True, False)]
        assert blocks.waiting is None


def test_promises_fill_the_table_only() -> None:
    """What is promised is not told, but counts for the indices of what follows."""
    s, blocks = Side(), Blocks(C2S, DEFAULT)
    promise = frame(h2.PROMISE, (2).to_bytes(4) + s.block((":path", "/pushed"), ("x", "y")), 1, 4)
    assert read(blocks, promise) == []
    assert read(blocks, s.headers(1, [("x", "y")])) == [Fields(7, 8, C2S, 1, 7, [("x", "y")], False, False)]


def test_impossible_padding() -> None:
    """Told, and the block is empty."""
    bad = frame(h2.HEADERS, b"\x09abc", 1, 0x0D)
    damage, fields = read(Blocks(C2S, DEFAULT), bad)
    assert isinstance(damage, Damage)
    assert damage.detail == "a frame whose padding is longer than itself"
    assert fields == Fields(7, 8, C2S, 1, 7, [], True, True)


def test_what_is_missing() -> None:
    """A frame whose content is missing ends its block empty; the table is lost."""
    blocks, out = Blocks(C2S, DEFAULT), list[Item]()
    blocks.headers(1, 3, b"\x82", SPAN, out)
    assert blocks.waiting == Section(3, 5, True)
    blocks.missing(Frame(h2.CONTINUATION, 4, 3, 0, 9), SPAN, out)
    assert out == [Fields(7, 8, C2S, 3, 5, [], True, True)]
    blocks.missing(Frame(h2.PROMISE, 4, 3, 0, 9), SPAN, out)
    assert len(out) == 1
    blocks.headers(4, 5, b"\xbe", SPAN, out)
    assert out[-1] == Fields(7, 8, C2S, 5, 5, [("?", "?")], False, True)


def test_what_comes_between() -> None:
    """An interruption is told once."""
    blocks, out = Blocks(C2S, DEFAULT), list[Item]()
    blocks.headers(0, 3, b"\x82", SPAN, out)
    blocks.interrupt((9, 9), out)
    blocks.interrupt((9, 9), out)
    (damage,) = out
    assert isinstance(damage, Damage)
    assert (damage.time, damage.detail, damage.raw) == (9, "a header block that is interrupted", b"\x82")


def test_limits() -> None:
    """A block in many frames, beyond the limit."""
    c = Side()
    raw = c.headers(1, [("x", "\x00" * 500)], size=100) + c.headers(3, [("x", "\x00" * 500)], end=True)
    damage, empty, later = read(Blocks(C2S, Limits(head=600)), raw)
    assert isinstance(damage, Damage)
    assert damage.detail == "a header block of more than 600 bytes"
    assert (empty[5], later[5]) == ([], [("?", "?")])
