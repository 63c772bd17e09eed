"""One direction's frames."""

from analyzer.limits import DEFAULT, Limits
from analyzer.records import C2S, S2C
from analyzer.wire.halfstream import Gap, Piece
from analyzer.wire.http2_items import Away, Chunk, Damage, Fields, Hole, Item, Over, Reset
from analyzer.wire.http2_reader import FrameReader
from tests import http2frames as h2
from tests.http2frames import PREFACE, Side, closed, data, frame, piece

FRESH = frame(h2.SETTINGS, bytes(6))


def read(*pieces: Piece | bytes, side: str = S2C, limits: Limits = DEFAULT) -> list[Item]:
    """Items of pieces; bytes come at the time of their place, from 1."""
    reader = FrameReader(side, limits)
    given = [piece(one, i) if isinstance(one, bytes) else one for i, one in enumerate(pieces, 1)]
    return [item for one in given for item in reader.read([one])]


def contents(items: list[Item]) -> list[tuple[int, int, bytes, bool, bool]]:
    """Time, stream, content and flags of the chunks among them."""
    return [(i.time, i.stream, i.content()[0], i.whole, i.end) for i in items if isinstance(i, Chunk)]


def test_kinds_that_matter() -> None:
    """Fields, content, resets, farewells; the rest is read past."""
    s = Side()
    rest = frame(h2.PING, bytes(8)) + frame(h2.WINDOW, b"\0\0\0\1") + frame(h2.PRIORITY, bytes(5), 3) + frame(55, b"?")
    items = read(
        FRESH + rest + s.answer(1, 204, end=True),
        data(3, b"abc", end=True) + frame(h2.RST, (8).to_bytes(4), 5),
        frame(h2.GOAWAY, (7).to_bytes(4) + bytes(4) + b"why"),
        closed(4),
    )
    fields, chunk, reset, away, over = items
    assert fields == Fields(1, 1, S2C, 1, 1, [(":status", "204")], True, False)
    assert contents([chunk]) == [(2, 3, b"abc", True, True)]
    assert (reset, away, over) == (Reset(2, 2, S2C, 5, 8), Away(3, 3, S2C, 7), Over(4, 4, S2C, "fin"))


def test_content_comes_as_it_is_read() -> None:
    """A large frame is not waited for; padding only ends it."""
    raw = FRESH + data(1, b"abcdef", end=True, pad=4)
    assert contents(read(raw)) == [(1, 1, b"abcdef", True, True)]
    cut = len(FRESH) + 9 + 1
    assert contents(read(raw[:cut], raw[cut : cut + 2], raw[cut + 2 : cut + 6], raw[cut + 6 :])) == [
        (2, 1, b"ab", False, False),
        (3, 1, b"cdef", False, False),
        (4, 1, b"", True, True),
    ]
    assert contents(read(FRESH + data(1, b"", end=True, pad=0))) == [(1, 1, b"", True, True)]


def test_marks_of_content() -> None:
    """Every byte keeps its moment."""
    items = read(FRESH + data(1, b"abcdef")[:11], data(1, b"abcdef")[11:13], data(1, b"abcdef")[13:])
    assert [(i.content()[0], i.content()[1].times) for i in items if isinstance(i, Chunk)] == [
        (b"ab", [1]),
        (b"cd", [2]),
        (b"ef", [3]),
    ]


def test_blocks_in_pieces() -> None:
    """CONTINUATION, padding and priority make no difference; the moment is the last byte's, the first one's is told."""
    s = Side()
    raw = s.headers(1, [(":status", "200"), ("x-long", "y" * 100)], end=True, size=20, pad=7)
    fields = read(FRESH + raw[:15], raw[15:])
    expected = [(":status", "200"), ("x-long", "y" * 100)]
    assert fields == [Fields(2, 2, S2C, 1, 1, expected, True, False)]


def test_blocks_that_are_interrupted() -> None:
    """Anything between HEADERS and its CONTINUATION breaks the block, the same in any split."""
    s = Side()
    first = frame(h2.HEADERS, s.block((":status", "200")), 1)
    raw = FRESH + first + frame(h2.PING, bytes(8)) + s.answer(3, 404, end=True)
    items = read(raw)
    assert [type(i).__name__ for i in items] == ["Damage", "Fields"]
    assert items == [i._replace(time=1, frame=1) if isinstance(i, Damage) else i for i in items]
    lone = read(FRESH + frame(h2.CONTINUATION, b"\x88", 1, 4))
    assert isinstance(lone[0], Damage)
    assert "missing" in lone[0].detail


def test_gaps_inside_frames_are_exact() -> None:
    """Framing and, where no block is hit, the table survive."""
    s = Side()
    one, two = s.answer(1, x="table"), s.answer(3, x="table")
    body = data(1, b"abcdef", end=True)
    items = read(FRESH + one + body[:11], Gap(2, 2, 2), body[13:] + two)
    assert [items[2], items[4]] == [
        Hole(2, 2, S2C, 1, 2),
        Fields(3, 3, S2C, 3, 3, [(":status", "200"), ("x", "table")], False, False),
    ]
    assert contents(items) == [(1, 1, b"ab", False, False), (3, 1, b"ef", True, True)]
    ending = read(FRESH + body[:11], Gap(4, 2, 2), two)
    assert contents(ending)[-1] == (2, 1, b"", True, True)
    ping = frame(h2.PING, bytes(8))
    skipped = read(FRESH + one + ping[:12], Gap(5, 2, 2), two)
    assert skipped[-1] == Fields(3, 3, S2C, 3, 3, [(":status", "200"), ("x", "table")], False, False)


def test_gaps_inside_blocks_lose_the_table() -> None:
    """The frame's end is known, its fields are not, and indices afterwards are unknown."""
    s = Side()
    one, two = s.answer(1, end=True, x="table"), s.answer(3, x="table")
    items = read(FRESH + one[:12], Gap(len(one) - 12, 2, 2), two)
    assert items == [
        Fields(2, 2, S2C, 1, 1, [], True, True),
        Fields(3, 3, S2C, 3, 3, [(":status", "200"), ("?", "?")], False, True),
    ]
    reset = frame(h2.RST, bytes(4), 9)
    assert read(FRESH + reset[:10], Gap(3, 2, 2), two)[0] == Reset(2, 2, S2C, 9, -1)


def test_gaps_beyond_a_frame() -> None:
    """Frames are looked for; what lies before them is told."""
    s = Side()
    s.answer(1, x="table")
    again = s.answer(3, x="table") + data(3, b"abc", end=True) + frame(h2.PING, bytes(8))
    items = read(FRESH, Gap(-1, 2, 2), b"rest of something" + again)
    assert items[0] == Hole(2, 2, S2C, 0, -1)
    assert isinstance(items[1], Damage)
    assert items[1].raw == b"rest of something"
    assert items[2] == Fields(3, 3, S2C, 3, 3, [(":status", "200"), ("?", "?")], False, True)
    assert contents(items) == [(3, 3, b"abc", True, True)]


def test_the_start() -> None:
    """The preface or SETTINGS come first; otherwise the connection began earlier."""
    c = Side()
    raw = PREFACE + frame(h2.SETTINGS) + c.ask(1, "/a")
    for side, begin, blind in ((C2S, raw, False), (C2S, raw[24:], True), (S2C, FRESH, False), (S2C, FRESH * 3, False)):
        for size in (1, 5, 1000):
            reader = FrameReader(side, DEFAULT)
            for at in range(0, len(begin), size):
                reader.read([piece(begin[at : at + size], 1)])
            assert reader.blind == blind
    ack = FrameReader(S2C, DEFAULT)
    ack.read([piece(frame(h2.SETTINGS, flags=1), 1)])
    assert ack.blind


def test_frames_that_are_too_large() -> None:
    """A block beyond the limit is passed over, and the frames behind it are read."""
    s = Side()
    large = frame(h2.HEADERS, b"\x88" + b"\x00" * 3000, 1, 5)
    for pieces in ((FRESH + large + s.answer(3),), (FRESH + large[:20], large[20:2000], large[2000:] + s.answer(3))):
        items = read(*pieces, limits=Limits(head=2000))
        assert [type(i).__name__ for i in items] == ["Damage", "Fields", "Fields"]
        assert items[1][5:] == ([], True, True)


def test_the_end_of_a_direction() -> None:
    """What is half there is told."""
    items = read(FRESH + data(1, b"abc", end=True)[:5], closed(2))
    assert isinstance(items[0], Damage)
    assert items[0].detail == "the connection ended inside a frame; 5 bytes"
    assert items[1] == Over(2, 2, S2C, "fin")
