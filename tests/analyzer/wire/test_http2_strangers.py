"""Streams whose beginning is missing."""

from analyzer.records import C2S, S2C
from analyzer.wire.http2_items import Chunk
from analyzer.wire.http2_strangers import STREAMS, TRIES, Strangers
from tests.http2frames import piece
from tests.streams import KEY, frame

TEXT = frame(b'42["news",{"a":"b"}]')
MASKED = frame(b'42["told",{"a":"b"}]', key=KEY)


def chunk(raw: bytes, direction: str = S2C, number: int = 1, whole: bool = True) -> Chunk:
    """Content of a DATA frame, or of a part of it."""
    data, marks = piece(raw, 2)
    return Chunk(2, 2, direction, number, data, marks, 0, len(raw), whole, False)


def test_frames_are_recognised() -> None:
    """In whole DATA frames, however they came, masked as their direction asks for."""
    found = Strangers().look(chunk(TEXT))
    assert found is not None
    assert (found[0], found[2]) == (TEXT, 0)
    assert Strangers().look(chunk(MASKED, C2S)) is not None
    assert Strangers().look(chunk(TEXT, C2S)) is None
    assert Strangers().look(chunk(MASKED, S2C)) is None
    strangers = Strangers()
    assert strangers.look(chunk(TEXT[:9], whole=False)) is None
    found = strangers.look(chunk(TEXT[9:]))
    assert found is not None
    assert found[0] == TEXT


def test_other_content_is_given_up() -> None:
    """After some frames nobody looks any more, and only some streams are remembered."""
    strangers = Strangers()
    for _ in range(TRIES):
        assert strangers.look(chunk(b"{json}")) is None
    assert strangers.look(chunk(TEXT)) is None
    for number in range(3, 2 * STREAMS + 3, 2):
        strangers.look(chunk(b"{json}", number=number))
    assert strangers.look(chunk(TEXT)) is not None


def test_large_frames_are_not_looked_at() -> None:
    """They are no frames of small messages, and keep no memory."""
    strangers = Strangers()
    for _ in range(10):
        assert strangers.look(chunk(TEXT * 2000, whole=False)) is None
    assert strangers.look(chunk(TEXT)) is None
    assert strangers.look(chunk(TEXT)) is not None
