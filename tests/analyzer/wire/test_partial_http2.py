"""HTTP/2 of which only a part is in the capture."""

from analyzer.records import C2S, S2C
from tests import http2frames as h2
from tests.http2frames import POLL, PREFACE, Said, Side, data, frame, hear, hole, piece, told
from tests.streams import KEY
from tests.streams import frame as ws

START: list[Said] = [(C2S, PREFACE + frame(h2.SETTINGS)), (S2C, frame(h2.SETTINGS) + frame(h2.SETTINGS, flags=1))]


def test_only_one_side_was_captured() -> None:
    """Answers alone are told by their content; requests alone stay without an answer; frames show a WebSocket."""
    c, s = Side(), Side()
    answers = hear([START[1], (S2C, s.answer(1) + data(1, b"0{}", end=True) + s.answer(3, 204, end=True))])
    assert told(answers) == [("Answered", 2, None, b"0{}")]
    asked = hear([START[0], (C2S, c.ask(1, "/a") + c.connect(3)), (C2S, data(3, ws(b"42[1,2,3,4]", key=KEY)))])
    assert told(asked) == [
        ("Requested", 2, "/a", None),
        ("Requested", 2, h2.SOCKET, None),
        ("Upgraded", 3, h2.SOCKET, None),
        ("ws1", 3, b"42[1,2,3,4]", None),
        ("Answered", 4, "/a", None),
    ]


def test_a_request_that_is_readable_late() -> None:
    """Behind a hole a request may become readable after its answer: they belong together all the same."""
    c, s = Side(), Side()
    first, lost, late = c.ask(1, "/a"), c.ask(3, "/lost"), c.ask(5, "/b")
    answers = [(S2C, s.answer(n) + data(n, b"%d" % n, end=True)) for n in (1, 3, 5)]
    known = [(C2S, hole(len(lost), 7)), (C2S, piece(late + frame(h2.PING, bytes(8)) + frame(h2.PING, bytes(8)), 7))]
    events = hear([*START, (C2S, first), *answers, *known])
    assert told(events) == [
        ("Requested", 3, "/a", None),
        ("Answered", 4, "/a", b"1"),
        ("Answered", 7, None, b"3"),
        ("Requested", 7, "/b", None),
        ("Answered", 7, "/b", b"5"),
    ]


def test_a_start_in_the_middle() -> None:
    """Without the first bytes names are lost, not paths, statuses or bodies; nothing is made up."""
    c, s = Side(), Side()
    c.ask(1, "/before", cookie="secret", accept="*/*")
    s.answer(1, content_type="text/plain", server="x")
    asked = c.ask(3, f"{POLL}&t=9", cookie="secret", accept="*/*") + frame(h2.PING, bytes(8), 0)
    said = s.answer(3, content_type="text/plain", server="x") + data(3, b"4x", end=True)
    events = hear([(C2S, asked), (S2C, said + frame(h2.PING, bytes(8), 0, 1))])
    assert told(events) == [("Requested", 1, f"{POLL}&t=9", None), ("Answered", 2, f"{POLL}&t=9", b"4x")]
    exchange = events[1].payload.exchange
    assert exchange.head.headers == [(":scheme", "https"), ("?", "?"), ("?", "?"), ("?", "?")]
    assert exchange.answer.headers == [("?", "?"), ("?", "?")]


def test_a_websocket_from_before_the_capture() -> None:
    """Its frames tell what it is."""
    talk = [
        (S2C, data(7, ws(b'42["news",{"a":1}]')) + frame(h2.PING, bytes(8)) + frame(h2.PING, bytes(8), 0, 1)),
        (C2S, data(7, ws(b"3", key=KEY)) + data(7, ws(b"3", key=KEY)) + data(7, ws(b"3", key=KEY))),
        (C2S, data(7, ws(b'42["told",{"a":1}]', key=KEY))),
        (C2S, data(7, b"", end=True)),
    ]
    events = hear(talk)
    assert told(events)[:2] == [("Guessed", 1, "ws1", C2S), ("ws1", 1, b'42["news",{"a":1}]', None)]
    assert ("ws1", 3, b'42["told",{"a":1}]', None) in told(events)
    assert told(events)[-1] == ("Ended", 4, "ws1", C2S)
