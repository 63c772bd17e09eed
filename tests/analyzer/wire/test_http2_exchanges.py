"""Exchanges by their streams."""

import pytest

from analyzer.limits import DEFAULT
from analyzer.records import C2S, S2C
from analyzer.wire import http2_streams
from analyzer.wire.events import Answered, Event
from analyzer.wire.http2_exchanges import ENDED, Exchanges
from analyzer.wire.http2_items import Chunk, Fields
from tests.http2frames import piece, told

ASK = [(":method", "GET"), (":path", "/a"), (":scheme", "https")]
POST = [(":method", "POST"), (":path", "/a"), (":scheme", "https")]
OK = [(":status", "200")]
CONNECT = [(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws")]


def exchanges() -> Exchanges:
    """All are wanted but those for other.html."""
    return Exchanges("link", DEFAULT, lambda head: "other" not in head.target)


def fields(direction: str, number: int, time: int, names: list[tuple[str, str]], end: bool = False) -> Fields:
    """A field section."""
    return Fields(time, time, direction, number, time, names, end, False)


def content(direction: str, number: int, time: int, raw: bytes, end: bool = False) -> Chunk:
    """A DATA frame."""
    data, marks = piece(raw, time)
    return Chunk(time, time, direction, number, data, marks, 0, len(raw), True, end)


def say(talk: Exchanges, *items: Fields | Chunk) -> list[Event]:
    """Events of items."""
    for item in items:
        stream = talk.streams.get(item.stream)
        if isinstance(item, Chunk):
            if stream is not None:
                talk.content(stream, item)
        elif item.direction == C2S:
            talk.asks(item)
        else:
            talk.answers(item)
    events, talk.events = talk.events, []
    return events


def test_a_whole_exchange() -> None:
    """Head, body, trailers on both sides; then the stream is forgotten."""
    talk = exchanges()
    asked = say(talk, fields(C2S, 1, 1, POST), content(C2S, 1, 2, b"ab"), fields(C2S, 1, 3, [("x-sum", "1")], True))
    assert told(asked) == [("Requested", 3, "/a", None)]
    answered = say(talk, fields(S2C, 1, 4, [(":status", "103")]), fields(S2C, 1, 5, OK), content(S2C, 1, 6, b"A"))
    answered += say(talk, fields(S2C, 1, 7, [("x-sum", "1")], True))
    assert told(answered) == [("Answered", 7, "/a", b"A")]
    assert asked[0].payload.exchange is answered[0].payload.exchange
    assert talk.streams.get(1) is None


def test_what_nobody_wants() -> None:
    """Not told, not kept, and forgotten like the others."""
    talk = exchanges()
    other = [(":method", "GET"), (":path", "/other")]
    assert say(talk, fields(C2S, 1, 1, other, True), fields(S2C, 1, 2, OK), content(S2C, 1, 3, b"A", True)) == []
    assert talk.streams.get(1) is None


def test_answers_to_requests_that_are_not_seen() -> None:
    """Only those with a body that was kept, which is that of a 200."""
    talk = exchanges()
    assert told(say(talk, fields(S2C, 1, 2, OK), content(S2C, 1, 3, b"A", True))) == [("Answered", 3, None, b"A")]
    assert say(talk, fields(S2C, 3, 4, OK, True)) == []
    assert say(talk, fields(S2C, 5, 4, [(":status", "404")]), content(S2C, 5, 5, b"A", True)) == []
    assert say(talk, fields(S2C, 7, 4, [("x-sum", "1")], True), content(S2C, 9, 4, b"rest", True)) == []


def test_an_answer_whose_head_is_missing() -> None:
    """It was given, and is lost."""
    talk = exchanges()
    say(talk, fields(C2S, 1, 1, ASK, True), fields(C2S, 3, 1, ASK, True))
    lost = say(talk, content(S2C, 1, 2, b"rest", True), fields(S2C, 3, 3, [("x-sum", "1")], True))
    assert [e.payload.lost for e in lost if isinstance(e.payload, Answered)] == [True, True]
    assert talk.streams.everything() == []


def test_what_is_still_open_at_the_end() -> None:
    """An answer that never came, though there was a hole, was lost; one that was given up was not."""
    talk = exchanges()
    say(talk, fields(C2S, 1, 1, ASK, True), fields(C2S, 3, 1, ASK, True))
    talk.holes[S2C] += 1
    say(talk, fields(C2S, 5, 3, ASK, True))
    talk.abandon(1, (5, 5), "the stream was reset")
    for number in (3, 5):
        talk.abandon(number, (6, 6), ENDED)
    assert [e.payload.lost for e in talk.events if isinstance(e.payload, Answered)] == [False, True, False]


def test_holes_cut_bodies() -> None:
    """A hole anywhere may have taken some of it."""
    talk = exchanges()
    say(talk, fields(C2S, 1, 1, ASK, True), fields(S2C, 1, 2, OK), content(S2C, 1, 3, b"ab"))
    talk.holes[S2C] += 1
    (answered,) = say(talk, content(S2C, 1, 5, b"cd", True))
    response = answered.payload.exchange.response
    assert (response.body, response.tail, response.issue) == (b"ab", b"cd", "http_body_cut")


def test_websockets_are_handed_on() -> None:
    """A granted request is whoever asked's; a refused one stays here."""
    talk = exchanges()
    talk.asks(fields(C2S, 1, 1, CONNECT))
    stream = talk.answers(fields(S2C, 1, 2, OK))
    assert stream is talk.streams.get(1)
    assert stream is not None
    assert stream.exchange.answer is not None
    talk.asks(fields(C2S, 3, 1, CONNECT))
    assert talk.answers(fields(S2C, 3, 2, [(":status", "400")], True)) is None
    talk.forget(1)
    assert talk.streams.everything() == []


def test_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest exchange makes room, and has no answer."""
    monkeypatch.setattr(http2_streams, "STREAMS", 2)
    talk = exchanges()
    events = say(talk, *(fields(C2S, number, number, ASK, True) for number in (1, 3, 5)))
    assert [(e.time, e.payload.ended) for e in events if isinstance(e.payload, Answered)] == [(5, False)]
    assert say(talk, fields(S2C, 3, 6, OK, True))


def test_an_early_answer_that_is_given_up() -> None:
    """The client opened a later stream: the request will not come any more."""
    talk = exchanges()
    say(talk, fields(C2S, 1, 1, ASK, True))
    assert say(talk, fields(S2C, 3, 2, OK), content(S2C, 3, 3, b"A", True)) == []
    assert told(say(talk, fields(C2S, 5, 4, ASK, True))) == [("Answered", 4, None, b"A"), ("Requested", 4, "/a", None)]
    assert say(talk, fields(S2C, 7, 5, OK), content(S2C, 7, 6, b"B", True)) == []
    talk.abandon(7, (9, 9), None)
    assert told(talk.events) == [("Answered", 9, None, b"B")]
