"""Streams by their numbers."""

from analyzer.wire.events import Exchange
from analyzer.wire.http2_streams import STREAMS, Stream, Streams


def test_open_and_closed() -> None:
    """A closed stream is forgotten, a buried one remembered as dead."""
    streams = Streams()
    for number in (1, 3, 5):
        streams.open(number, Stream(Exchange(None)))
    streams.close(1)
    streams.bury(3)
    assert [number for number, _ in streams.everything()] == [5]
    assert (streams.get(1), streams.dead(1), streams.dead(3)) == (None, False, True)
    streams.close(77)


def test_newest_first() -> None:
    """Those above a number."""
    streams = Streams()
    for number in (1, 3, 5, 7):
        streams.open(number, Stream(Exchange(None)))
    found = []
    for number, _ in streams.above(3):
        found.append(number)
        streams.bury(number)
    assert found == [7, 5]
    assert [number for number, _ in streams.everything()] == [1, 3]


def test_room() -> None:
    """The oldest has to go; the dead are not remembered for ever."""
    streams = Streams()
    for number in range(STREAMS):
        streams.open(number, Stream(Exchange(None)))
    assert streams.surplus() is None
    streams.open(STREAMS, Stream(Exchange(None)))
    assert streams.surplus() == 0
    for number in range(STREAMS):
        streams.bury(number)
    assert not streams.dead(0)
    assert streams.dead(STREAMS - 1)
