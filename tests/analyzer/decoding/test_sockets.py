"""WebSocket messages to rows: named and nameless sessions, control frames, oddities, guesses."""

import pytest

from analyzer.records import C2S, S2C
from analyzer.wire.websocket import Message
from tests.analyzer.decoding.drive import OPEN4, Drive


def test_a_websocket_is_named_by_its_open_packet() -> None:
    """The row of the 101 waits for the sid, and leaves before the packet."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, C2S, "40")
    opened, packet, connect = drive.rows()
    assert (opened.layer, opened.type, opened.session, opened.status) == ("websocket", "open", "S", 101)
    assert (opened.direction, opened.transport, opened.duration) == ("c2s", "websocket", 0.001)
    assert (packet.type, packet.session) == ("open", "S")
    assert (connect.layer, connect.type, connect.direction, connect.size) == ("socket.io", "CONNECT", "c2s", 2)


def test_an_upgrade_goes_on_with_the_session() -> None:
    """The sid is in the query; the probe is Engine.IO, what follows the switch too."""
    drive = Drive()
    drive.post(drive.open(), "40")
    link = drive.websocket("EIO=4&transport=websocket&sid=S")
    for direction, text in ((C2S, "2probe"), (S2C, "3probe"), (C2S, "5"), (C2S, '42["a"]')):
        drive.say(link, direction, text)
    rows = [r for r in drive.rows() if r.transport == "websocket"]
    assert [(r.layer, r.type, r.data) for r in rows] == [
        ("websocket", "open", None),
        ("engine.io", "ping", "probe"),
        ("engine.io", "pong", "probe"),
        ("engine.io", "upgrade", None),
        ("socket.io", "EVENT", "[]"),
    ]
    assert {r.session for r in rows} == {"S"}


def test_header_by_post_and_attachment_by_websocket() -> None:
    """A binary event may change transports on its way; it is told of where its last part came."""
    drive = Drive()
    drive.post(polling := drive.open(), "40")
    link = drive.websocket("EIO=4&transport=websocket&sid=S")
    header = '451-["f",{"_placeholder":true,"num":0}]'
    drive.post(polling, header)
    for text in ("2probe", "5"):
        drive.say(link, C2S, text)
    drive.say(link, C2S, b"\x01\x02")
    (event,) = [r for r in drive.rows() if r.type == "BINARY_EVENT"]
    assert (event.transport, event.stream, event.attachments) == ("websocket", link.stream, [b"\x01\x02"])
    assert event.size == len(header) + 2


def test_close_codes() -> None:
    """The first close frame is a row; one without a code is 1005 (RFC 6455 section 7.1.5)."""
    for payload, status, reason in ((b"", 1005, None), (b"\x03\xf1big", 1009, "big")):
        drive = Drive()
        link = drive.websocket()
        drive.say(link, S2C, OPEN4)
        drive.say(link, S2C, payload, 8)
        drive.say(link, C2S, payload, 8)
        closes = [r for r in drive.rows() if r.type == "close"]
        assert [(r.layer, r.direction, r.status, r.data) for r in closes] == [("websocket", "s2c", status, reason)]


def test_pings_of_the_websocket_are_not_heartbeats() -> None:
    """Control frames are rows of the WebSocket layer."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, S2C, b"x", 9)
    drive.say(link, C2S, b"x", 10)
    assert [(r.layer, r.type, r.attachments) for r in drive.rows()[2:]] == [
        ("websocket", "ping", [b"x"]),
        ("websocket", "pong", [b"x"]),
    ]


def test_a_session_that_stays_nameless() -> None:
    """A WebSocket on which the open packet never shows is named after its stream."""
    drive = Drive()
    link = drive.websocket()
    drive.end(link)
    opened, fin = drive.rows()
    assert (opened.session, fin.layer, fin.type) == ("?0", "tcp", "fin")


def test_attachments_still_due_when_the_connection_ends() -> None:
    """Header and what had come are rows of their own, with an issue."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, C2S, "40")
    drive.say(link, C2S, '452-["f",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    drive.say(link, C2S, b"\x01")
    drive.end(link)
    odd = [r for r in drive.rows() if r.issue]
    assert [(r.layer, r.type, r.issue) for r in odd] == [("engine.io", "message", "sio_attachment_missing")] * 2
    assert (odd[0].data or "").startswith('52-["f"')
    assert odd[1].attachments == [b"\x01"]


@pytest.mark.parametrize("issue", ["ws_bad_frame", "ws_message_cut", "ws_bad_deflate", "ws_message_limit"])
def test_what_cannot_be_read_is_a_row(issue: str) -> None:
    """Oddities of the WebSocket keep their code and their bytes."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.take(link, C2S, Message(0, 1, 2, b"\x00\x01", 9, issue, "why"))
    row = drive.rows()[-1]
    assert (row.layer, row.type, row.issue, row.detail, row.attachments) == (
        "websocket",
        None,
        issue,
        "why",
        [b"\x00\x01"],
    )


def test_text_that_is_not_utf8() -> None:
    """It is a row with its bytes; the session goes on."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, C2S, b"4\xff", 1)
    drive.say(link, C2S, "40")
    assert [r.issue for r in drive.rows()[2:]] == ["ws_bad_text", None]


def test_a_guess_that_convinces() -> None:
    """Rows of a WebSocket without handshake wait until a packet can only be Engine.IO; then all leave."""
    drive = Drive()
    link = drive.guessed()
    drive.say(link, S2C, "2")
    assert drive.trunk.release(drive.time) == []
    drive.say(link, C2S, "3")
    assert [(r.type, r.session) for r in drive.trunk.release(drive.time)] == [("ping", "?0"), ("pong", "?0")]


def test_a_guess_that_fails_leaves_no_rows() -> None:
    """One message that is no packet, and the connection is passed over."""
    drive = Drive()
    link = drive.guessed()
    drive.say(link, S2C, "2")
    drive.say(link, S2C, "hello")
    drive.say(link, S2C, '42["a"]')
    drive.end(link)
    assert drive.rows() == []
    assert not link.recognised


def test_a_guess_nothing_speaks_against() -> None:
    """At the end of the capture, what held only valid packets counts."""
    drive = Drive()
    drive.say(drive.guessed(), S2C, "2")
    assert [r.type for r in drive.rows()] == ["ping"]


def test_a_guess_that_begins_with_what_cannot_be_read() -> None:
    """Attachments without their header, and messages compressed against what is gone, speak neither for nor against."""
    drive = Drive()
    link = drive.guessed()
    drive.say(link, S2C, b"\x01\x02")
    drive.take(link, C2S, Message(0, 1, 1, b"\x00", 1, "ws_bad_deflate", "why"))
    drive.say(link, S2C, '42["a"]')
    assert [(r.layer, r.issue) for r in drive.rows()] == [
        ("engine.io", "sio_attachment_surplus"),
        ("websocket", "ws_bad_deflate"),
        ("socket.io", None),
    ]


def test_a_guess_with_nothing_that_can_be_read() -> None:
    """It is no Engine.IO as far as anyone can tell."""
    drive = Drive()
    link = drive.guessed()
    drive.say(link, S2C, b"\x01\x02")
    assert drive.rows() == []


def test_what_comes_behind_a_close_frame_is_told_and_marked() -> None:
    """It was sent; a second close frame of the same side is a row as well."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    drive.say(link, C2S, "40")
    drive.take(link, C2S, Message(0, 1, 8, b"\x03\xe8", 2))
    drive.take(link, S2C, Message(0, 1, 8, b"\x03\xe8", 2))
    drive.take(link, C2S, Message(0, 1, 1, b'42["late"]', 10, "ws_after_close", "behind"))
    drive.take(link, C2S, Message(0, 1, 8, b"\x03\xe9", 2, "ws_after_close", "behind"))
    rows = drive.rows()[3:]
    assert [(r.type, r.issue) for r in rows] == [
        ("close", None),
        ("EVENT", "ws_after_close"),
        ("close", "ws_after_close"),
    ]
    assert (rows[1].event, rows[1].detail) == ("late", "behind")
