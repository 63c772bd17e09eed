"""A connection's bytes to events: HTTP, the switch to WebSocket, starts that are missing."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.limits import DEFAULT
from analyzer.wire.conversation import Conversation
from analyzer.wire.events import Answered, Ended, Event, Guessed, Lost, Requested, Upgraded
from analyzer.wire.halfstream import Closed, Data, Gap, Piece
from analyzer.wire.http1 import Head
from analyzer.wire.marks import Marks
from analyzer.wire.websocket import Message
from tests import http2frames as h2

ASK = b"GET /?EIO=4 HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
UPGRADE = b"GET /?EIO=4&ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
TEXT = b"\x81\x07" + b'42["a"]'
MASKED = b"\x81\x87\x00\x00\x00\x00" + b'42["b"]'
LONG = b"\x81\x14" + b'42["a long one","x"]'
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad"


def wanted(head: Head) -> bool:
    """Engine.IO by a simple sign."""
    return "EIO" in head.target


def conversation(client: int | None = 0) -> Conversation:
    """One whose client is side 0, or not known."""
    return Conversation("link", DEFAULT, wanted, client)


def data(payload: bytes, time: int) -> Data:
    """Bytes of one segment."""
    return Data(payload, Marks([len(payload)], [time], [time]))


def feed(talk: Conversation, *said: tuple[int, Piece], one_way: bool = False) -> list[Event]:
    """Events of pieces given one by one, each with the side that sent it."""
    events: list[Event] = []
    for side, piece in said:
        pieces: tuple[list[Piece], list[Piece]] = ([], [])
        pieces[side].append(piece)
        events += talk.receive(pieces, one_way=one_way)
    return events


def told(events: list[Event]) -> list[tuple[str, int, str]]:
    """Kind, time and direction of events; of messages their payload."""
    return [
        (
            e.payload.payload.decode() if isinstance(e.payload, Message) else type(e.payload).__name__,
            e.time,
            e.direction,
        )
        for e in events
    ]


def test_polling_then_websocket_on_one_connection() -> None:
    """A connection that has polled may be upgraded; frames in the segment of the 101 are frames."""
    talk = conversation()
    events = feed(
        talk,
        (0, data(ASK, 1)),
        (1, data(OK, 2)),
        (0, data(UPGRADE, 3)),
        (1, data(SWITCH + TEXT, 4)),
        (0, data(MASKED, 5)),
    )
    kinds = [kind for kind in told(events) if kind[:2] != ("Requested", 3)]
    assert kinds == [
        ("Requested", 1, "c2s"),
        ("Answered", 2, "s2c"),
        ("Upgraded", 4, "s2c"),
        ('42["a"]', 4, "s2c"),
        ('42["b"]', 5, "c2s"),
    ]


def test_frames_ahead_of_the_answer_count_from_it() -> None:
    """What a client sends before the 101 could be understood only when that had come."""
    talk = conversation()
    events = feed(talk, (0, data(UPGRADE + MASKED, 1)), (1, data(SWITCH, 4)))
    assert told(events)[-1] == ('42["b"]', 4, "c2s")


def test_http_text_behind_a_101() -> None:
    """A server that refuses revision 3 answers 101 and then in HTTP; frames of the client are still frames."""
    talk = conversation()
    events = feed(talk, (0, data(UPGRADE, 1)), (1, data(SWITCH + REFUSAL, 2)))
    answered = [e.payload for e in events if isinstance(e.payload, Answered)]
    assert [(a.exchange.after_101, a.exchange.response and a.exchange.response.body) for a in answered] == [
        (True, b"bad")
    ]


def test_other_websockets_are_passed_over() -> None:
    """A 101 to a request that does not ask for Engine.IO ends the reading."""
    talk = conversation()
    feed(talk, (0, data(UPGRADE.replace(b"EIO", b"abc"), 1)), (1, data(SWITCH + TEXT, 2)))
    assert talk.passed_over == "websocket"


def test_other_protocols_are_passed_over() -> None:
    """So does anything that is no HTTP/1."""
    for first, reason in (
        (b"\x16\x03\x01\x00\x10", "tls"),
        (b"\x00" * 20, "other"),
    ):
        talk = conversation()
        assert feed(talk, (0, data(first, 1))) == []
        assert talk.passed_over == reason


def test_midstream_frames() -> None:
    """Without a start the frames tell, and which side masks them tells the client."""
    talk = conversation(None)
    events = feed(talk, (1, data(MASKED, 1)), (0, data(LONG, 2)))
    assert talk.client == 1
    assert told(events) == [("Guessed", 1, "c2s"), ('42["b"]', 1, "c2s"), ('42["a long one","x"]', 2, "s2c")]


def test_midstream_http() -> None:
    """The rest of a body says nothing; the next request does."""
    talk = conversation(None)
    events = feed(talk, (1, data(b"rest of a body", 1)), (0, data(ASK, 2)), (1, data(OK, 3)))
    assert [kind for kind, _, _ in told(events) if kind != "Garbled"] == ["Requested", "Answered"]


def test_a_gap_is_told_where_it_was() -> None:
    """Before what can be read behind it."""
    talk = conversation()
    events = feed(talk, (0, data(UPGRADE, 1)), (1, data(SWITCH, 2)), (1, Gap(5, 3, 3)), (1, data(LONG, 4)))
    lost = [e for e in events if isinstance(e.payload, Lost)]
    assert [(e.time, e.direction, e.payload.size) for e in lost if isinstance(e.payload, Lost)] == [(3, "s2c", 5)]
    assert told(events)[-1] == ('42["a long one","x"]', 4, "s2c")


def test_the_end() -> None:
    """Both directions end; a request still open stays without an answer."""
    talk = conversation()
    events = feed(talk, (0, data(ASK, 1)), (0, Closed("fin", 2, 2)), (1, Closed("fin", 3, 3)))
    assert told(events) == [("Requested", 1, "c2s"), ("Ended", 2, "c2s"), ("Answered", 3, "s2c"), ("Ended", 3, "s2c")]
    assert talk.finished


def test_an_answer_before_the_reset_of_the_client() -> None:
    """A reset ends both directions, but not before the answer that was captured ahead of it, in one block or in two."""
    asked, answered, reset = data(ASK, 1), data(OK, 2), Closed("reset", 3, 3)
    at_once = conversation().receive(([asked, reset], [answered]))
    one_by_one = feed(conversation(), (0, asked), (1, answered), (0, reset))
    assert sorted(told(at_once)) == sorted(told(one_by_one))
    (exchange,) = [e.payload.exchange for e in at_once if isinstance(e.payload, Answered)]
    assert (exchange.head is not None, exchange.response is not None) == (True, True)


def test_only_the_client_was_captured() -> None:
    """Frames behind a request for a WebSocket say that it was granted."""
    talk = conversation()
    events = feed(talk, (0, data(UPGRADE, 1)), (0, data(MASKED, 2)), one_way=True)
    assert any(isinstance(e.payload, Upgraded) for e in events)
    assert told(events)[-1] == ('42["b"]', 2, "c2s")


def test_only_the_server_was_captured() -> None:
    """A 101 without its request: the frames have to tell."""
    talk = conversation()
    events = feed(talk, (1, data(SWITCH + TEXT, 1)), one_way=True)
    assert [type(e.payload) for e in events] == [Guessed, Message]


def test_a_capture_that_ends_is_no_end_of_the_connection() -> None:
    """Nobody closed it."""
    talk = conversation()
    feed(talk, (0, data(ASK, 1)))
    (event,) = talk.finish(9, 9)
    assert isinstance(event.payload, Answered)
    assert not event.payload.ended
    assert not isinstance(event.payload, Ended)


@given(st.lists(st.integers(1, 400), max_size=12), st.lists(st.integers(1, 400), max_size=12))
def test_any_split(up: list[int], down: list[int]) -> None:
    """However the bytes are cut up, the same things happened."""
    sent = (ASK + UPGRADE + MASKED * 3, OK + SWITCH + TEXT * 3)
    expected = said(feed(conversation(), (0, data(sent[0], 1)), (1, data(sent[1], 1))))
    talk, events = conversation(), list[Event]()
    for side, cuts in ((0, up), (1, down)):
        bounds = [0, *sorted({c for c in cuts if c < len(sent[side])}), len(sent[side])]
        parts = [(side, data(sent[side][a:b], 1)) for a, b in pairwise(bounds)]
        events += feed(talk, *parts)
    assert said(events) == expected


def said(events: list[Event]) -> dict[str, list[object]]:
    """What each direction said."""
    found: dict[str, list[object]] = {"c2s": [], "s2c": []}
    for event in events:
        is_message = isinstance(event.payload, Message)
        found[event.direction].append(event.payload.payload if is_message else type(event.payload))  # type: ignore[union-attr]
    return found


def test_requested_is_an_event() -> None:
    """The request is told when it is complete, not when it is answered."""
    assert isinstance(feed(conversation(), (0, data(ASK, 1)))[0].payload, Requested)


def test_http2_from_its_preface() -> None:
    """A connection with prior knowledge is read as HTTP/2, its ends and holes are told as of any other."""
    asks, answers = h2.Side(), h2.Side()
    talk = conversation(None)
    talk.branch = lambda: "websocket"
    events = feed(
        talk,
        (1, data(h2.PREFACE + h2.frame(h2.SETTINGS) + asks.ask(1, "/?EIO=4") + asks.connect(3, "/?EIO=4&ws"), 1)),
        (0, data(h2.frame(h2.SETTINGS) + answers.answer(1) + h2.data(1, b"4", end=True) + answers.answer(3), 2)),
        (0, data(h2.data(3, TEXT), 3)),
        (1, Gap(7, 4, 4)),
        (0, Closed("fin", 5, 5)),
        (1, Closed("fin", 6, 6)),
    )
    assert (talk.client, talk.kind, talk.finished) == (1, "http2", True)
    kinds = [("link" if e.link == "link" else e.link, kind[0]) for e, kind in zip(events, told(events), strict=True)]
    assert kinds == [
        ("link", "Requested"),
        ("link", "Requested"),
        ("link", "Answered"),
        ("websocket", "Upgraded"),
        ("websocket", '42["a"]'),
        ("link", "Lost"),
        ("websocket", "Lost"),
        ("websocket", "Ended"),
        ("link", "Ended"),
        ("websocket", "Ended"),
        ("link", "Ended"),
    ]


def test_http2_upgraded_from_http1() -> None:
    """The request that asked for it is answered on stream 1; what follows the 101 is HTTP/2 (RFC 7540 section 3.2)."""
    ask = ASK.replace(
        b"\r\n\r\n", b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
    )
    asks, answers = h2.Side(), h2.Side()
    client = h2.PREFACE + h2.frame(h2.SETTINGS) + asks.ask(3, "/?EIO=4&b")
    server = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + h2.frame(h2.SETTINGS)
    server += answers.answer(1) + h2.data(1, b"4a", end=True)
    late = answers.answer(3) + h2.data(3, b"4b", end=True)
    apart = feed(conversation(), (0, data(ask, 1)), (1, data(server, 2)), (0, data(client, 3)), (1, data(late, 4)))
    talk = conversation()
    one, other = [data(ask, 1), data(client, 3)], [data(server, 2), data(late, 4)]
    events = sorted(talk.receive(([*one], [*other])), key=lambda event: event.time)
    assert told(events) == told(apart)
    assert talk.kind == "http2"
    assert told(apart) == [
        ("Requested", 1, "c2s"),
        ("Answered", 2, "s2c"),
        ("Requested", 3, "c2s"),
        ("Answered", 4, "s2c"),
    ]
    bodies = [e.payload.exchange.response.body for e in apart if isinstance(e.payload, Answered)]
    assert bodies == [b"4a", b"4b"]


def test_an_upgrade_that_the_server_ignores() -> None:
    """It goes on in HTTP/1."""
    ask = ASK.replace(b"\r\n\r\n", b"\r\nUpgrade: h2c\r\n\r\n")
    events = feed(conversation(), (0, data(ask, 1)), (0, data(ASK, 2)), (1, data(OK, 3)), (1, data(OK, 4)))
    assert sum(isinstance(e.payload, Answered) for e in events) == 2
