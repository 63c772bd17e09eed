"""The WebSockets of a connection."""

import pytest

from analyzer.limits import DEFAULT
from analyzer.records import C2S, S2C
from analyzer.wire import http2_sockets
from analyzer.wire.events import Exchange
from analyzer.wire.held import Held
from analyzer.wire.http2_items import Chunk
from analyzer.wire.http2_sockets import Sockets
from analyzer.wire.http_head import Head
from tests.http2frames import piece, told
from tests.streams import KEY, frame

ANSWER = Head(1, 1, 1, "", "", 200, "", "2", [])


def sockets() -> Sockets:
    """None is open yet."""
    links = iter("abcdefgh")
    return Sockets(lambda: next(links), DEFAULT)


def exchange(answer: Head | None = ANSWER) -> Exchange:
    """An extended CONNECT."""
    return Exchange(Head(1, 1, 1, "CONNECT", "/p", 0, "", "2", []), answer=answer)


def chunk(number: int, raw: bytes, time: int, direction: str = S2C, end: bool = False) -> Chunk:
    """Content of a DATA frame."""
    data, marks = piece(raw, time)
    return Chunk(time, time, direction, number, data, marks, 0, len(raw), True, end)


def test_from_open_to_end() -> None:
    """Opened by an answer, ended by both sides."""
    all_of_them = sockets()
    (opened,) = all_of_them.open(1, exchange(), (2, 2), Held())
    assert (opened.link, opened.direction) == ("a", S2C)
    assert all_of_them.has(1)
    assert told(all_of_them.take(chunk(1, frame(b"hi"), 3))) == [("a", 3, b"hi", None)]
    all_of_them.take(chunk(1, b"", 4, end=True))
    assert all_of_them.has(1)
    all_of_them.end(1, C2S, "fin", (5, 5))
    assert not all_of_them.has(1)


def test_without_an_answer() -> None:
    """What the client sent is read at once."""
    held = Held()
    held.append(*piece(frame(b"2", key=KEY), 3))
    opened, message = sockets().open(1, exchange(None), (3, 3), held)
    assert opened.direction == C2S
    assert told([message]) == [("a", 3, b"2", None)]


def test_from_before_the_capture() -> None:
    """Frames that begin with the DATA frame, or somewhere in it."""
    text = frame(b'42["news",{"a":"b"}]')
    for raw, count in ((text * 2, 2), (b"the rest" + text * 3, 4)):
        all_of_them = sockets()
        events = all_of_them.guess(chunk(7, raw, 2))
        assert told(events)[0] == ("Guessed", 2, "a", C2S)
        assert len([e for e in told(events) if e[2] == b'42["news",{"a":"b"}]']) == min(count, 3)
        assert all_of_them.has(7)
    assert sockets().guess(chunk(7, b"something else", 2)) == []


def test_holes_are_told_to_those_that_spoke_since_the_last() -> None:
    """A second hole tells nothing new to those that were silent."""
    all_of_them = sockets()
    for number in (1, 3):
        all_of_them.open(number, exchange(), (2, 2), Held())
    assert [e.link for e in all_of_them.gap_in_all(S2C, (3, 3))] == ["a", "b"]
    assert all_of_them.gap_in_all(S2C, (4, 4)) == []
    all_of_them.take(chunk(3, frame(b"hi"), 5))
    assert {e.link for e in all_of_them.gap_in_all(S2C, (6, 6))} == {"b"}
    assert [e.link for e in all_of_them.gap_in_all(C2S, (6, 6))] == ["a", "b"]


def test_the_end_of_all() -> None:
    """The connection ends, or the capture."""
    for kind, left in (("fin", True), ("reset", False)):
        all_of_them = sockets()
        for number in (1, 3):
            all_of_them.open(number, exchange(), (2, 2), Held())
        assert [e.link for e in all_of_them.end_all(S2C, kind, (3, 3))] == ["a", "b"]
        assert (all_of_them.has(1)) == left
        all_of_them.finish(4, 4)
        assert not all_of_them.has(1)


def test_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest has to go."""
    monkeypatch.setattr(http2_sockets, "SOCKETS", 2)
    all_of_them = sockets()
    for number in (1, 3, 5):
        all_of_them.open(number, exchange(), (2, 2), Held())
    assert [all_of_them.has(number) for number in (1, 3, 5)] == [False, True, True]
