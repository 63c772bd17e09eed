"""Requests and answers, paired."""

from analyzer.limits import DEFAULT
from analyzer.wire.events import Answered, Event, Exchange, Garbled, Guessed, Requested, Upgraded
from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.http1 import Head
from analyzer.wire.http_dialogue import EARLY, HttpDialogue
from analyzer.wire.marks import Marks


def wanted(head: Head) -> bool:
    """All but requests for other.html."""
    return "other" not in head.target


def dialogue() -> HttpDialogue:
    """A fresh one."""
    return HttpDialogue("link", DEFAULT, wanted)


def data(text: bytes, time: int) -> Data:
    """Bytes that came at ``time`` in one segment."""
    return Data(text, Marks([len(text)], [time], [time]))


def request(path: str, body: bytes = b"") -> bytes:
    """A request."""
    return b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)


def answer(body: bytes) -> bytes:
    """An answer."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def told(events: list[Event]) -> list[tuple[str, int, str | None, bytes | None]]:
    """Kind, time, path and body of events about exchanges."""
    found = []
    for event in events:
        assert isinstance(event.payload, Requested | Answered | Upgraded)
        e: Exchange = event.payload.exchange
        body = e.response.body if isinstance(event.payload, Answered) and e.response else None
        found.append((type(event.payload).__name__, event.time, e.head.target if e.head else None, body))
    return found


def test_a_batch_of_exchanges() -> None:
    """All requests of a block come before all answers: they are paired by their order."""
    d = dialogue()
    asked = d.client(
        Data(
            request("/a") + request("/b"),
            Marks([len(request("/a")), len(request("/a") + request("/b"))], [1, 3], [1, 3]),
        )
    )
    both = answer(b"A") + answer(b"B")
    answered = d.server(Data(both, Marks([len(answer(b"A")), len(both)], [2, 4], [2, 4])))
    assert told(asked) == [("Requested", 1, "/a", None), ("Requested", 3, "/b", None)]
    assert told(answered) == [("Answered", 2, "/a", b"A"), ("Answered", 4, "/b", b"B")]
    assert {event.link for event in asked + answered} == {"link"}


def test_an_answer_from_before_the_first_request_seen() -> None:
    """A capture that begins between a request and its answer does not pair the answer with a later request."""
    d = dialogue()
    d.client(data(request("/b"), 5))
    (first, second) = d.server(data(answer(b"A"), 4)) + d.server(data(answer(b"B"), 6))
    assert told([first, second]) == [("Answered", 4, None, b"A"), ("Answered", 6, "/b", b"B")]


def test_an_answer_lost_in_a_hole() -> None:
    """Behind a hole the next answer belongs to the last request before it; those in between have none."""
    d = dialogue()
    d.client(data(request("/a"), 1))
    d.client(data(request("/b"), 5))
    d.server(Gap(100, 4, 4))
    assert told(d.server(data(answer(b"B"), 6))) == [("Answered", 6, "/a", None), ("Answered", 6, "/b", b"B")]


def test_what_is_not_wanted_is_not_told() -> None:
    """Exchanges of other kinds on the same connection pass by."""
    d = dialogue()
    assert d.client(data(request("/other.html"), 1)) == []
    assert d.server(data(answer(b"A"), 2)) == []


def test_the_end_leaves_requests_without_answers() -> None:
    """They are told, once, and say whether the connection or only the capture ended."""
    d = dialogue()
    d.client(data(request("/a"), 1))
    (event,) = d.finish(9, 9, ended=True)
    assert isinstance(event.payload, Answered)
    assert (event.payload.exchange.response, event.payload.ended) == (None, True)
    assert d.finish(10, 10, ended=True) == []


UPGRADE = b"GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def test_the_switch() -> None:
    """A 101 is told with its request; what follows is no HTTP."""
    d = dialogue()
    d.client(data(UPGRADE, 1))
    events = d.server(data(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00", 2))
    assert told(events) == [("Upgraded", 2, "/ws", None)]
    assert d.upgraded is not None
    assert d.responses.take()[0] == b"\x81\x00"


def test_a_switch_whose_request_is_not_in_the_capture() -> None:
    """The frames will have to tell what it is."""
    (event,) = dialogue().server(data(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 2))
    assert isinstance(event.payload, Guessed)


def test_a_refused_upgrade_goes_on_in_http() -> None:
    """Requests behind a refused upgrade are read once the answer has come, and not earlier."""
    d = dialogue()
    asked = d.client(data(UPGRADE + request("/b"), 1))
    assert [path for _, _, path, _ in told(asked)] in ([], ["/ws"])
    events = d.server(data(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 3))
    assert [(kind, time, path) for kind, time, path, _ in told(events)] == [
        ("Answered", 3, "/ws"),
        ("Requested", 3, "/b"),
    ]


def test_bytes_that_are_no_http() -> None:
    """They are told with their bytes."""
    d = dialogue()
    d.client(data(request("/a"), 1))
    events = d.client(data(b"\x00\x01garbage" + request("/b"), 2))
    assert any(isinstance(event.payload, Garbled) for event in events)
    assert any(isinstance(event.payload, Requested) for event in events)


def test_an_answer_captured_a_little_before_its_request() -> None:
    """On a connection seen from its start every answer has a request: it comes, at the latest, when that does."""
    for apart in (True, False):
        d = HttpDialogue("link", DEFAULT, wanted, whole=True)
        events = d.server(data(answer(b"A"), 1000)) if apart else []
        assert not events
        events += d.client(data(request("/a"), 3000))
        events += [] if apart else d.server(data(answer(b"A"), 1000))
        assert told(events) == [("Requested", 3000, "/a", None), ("Answered", 3000, "/a", b"A")]
        events = d.client(data(request("/b"), 4000)) + d.server(data(answer(b"B"), 5000))
        assert told(events) == [("Requested", 4000, "/b", None), ("Answered", 5000, "/b", b"B")]


def test_patience_with_an_answer_without_a_request_is_bounded() -> None:
    """In time, in bytes, by the end, and by a hole in the requests; where the start is missing there is none."""
    late = EARLY + 2
    d = HttpDialogue("link", DEFAULT, wanted, whole=True)
    assert d.server(data(answer(b"A"), 1)) == []
    assert told(d.server(data(answer(b"B"), late))) == [("Answered", 1, None, b"A"), ("Answered", late, None, b"B")]
    d = HttpDialogue("link", DEFAULT, wanted, whole=True)
    assert len(d.server(data(answer(bytes(1 << 20)), 1))) == 1
    d = HttpDialogue("link", DEFAULT, wanted, whole=True)
    assert d.server(data(answer(b"A"), 1)) == []
    assert told(d.finish(2, 2, ended=True)) == [("Answered", 1, None, b"A")]
    d = HttpDialogue("link", DEFAULT, wanted, whole=True)
    assert d.server(data(answer(b"A"), 1)) == []
    assert told(d.client(Gap(9, 2, 2))) == [("Answered", 1, None, b"A")]
    assert len(dialogue().server(data(answer(b"A"), 1))) == 1
