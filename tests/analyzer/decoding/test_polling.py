"""Exchanges to rows: every encoding's packets, refusals, and requests or answers the capture does not show."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.decoding.channel import Channel
from analyzer.records import S2C, Row
from analyzer.wire.events import Answered, Exchange
from analyzer.wire.http1 import HttpMessage
from tests.analyzer.decoding.drive import OPEN4, Drive, answer_head

OPEN3 = '0{"sid":"T","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":5000}'


def test_a_handshake_names_its_session() -> None:
    """The exchange's row carries the sid of the open packet in its answer, and comes before the packet's."""
    drive = Drive()
    drive.open()
    http, opened = drive.rows()
    assert (http.layer, http.type, http.session, http.status, http.engine) == ("http", "GET", "S", 200, 4)
    assert http.url == "/socket.io/?EIO=4&transport=polling"
    assert json.loads(http.headers or "")["request"] == {"host": "h"}
    assert (opened.layer, opened.type, opened.direction, opened.data) == ("engine.io", "open", "s2c", OPEN4[1:])
    assert opened.time == http.time
    assert (opened.source, opened.frame, opened.stream, opened.client, opened.server) == (
        "test.pcap",
        1,
        0,
        "c:1001",
        "s:1",
    )


def test_a_post_comes_before_its_answer() -> None:
    """Packets of a POST carry the time it was sent, so they precede the exchange's row."""
    drive = Drive()
    link = drive.open()
    drive.post(link, '40\x1e42["a",1]')
    rows = drive.rows()[2:]
    assert [(r.layer, r.type, r.event, r.data) for r in rows] == [
        ("socket.io", "CONNECT", None, None),
        ("socket.io", "EVENT", "a", "[1]"),
        ("http", "POST", None, None),
    ]
    assert rows[0].time == rows[1].time < rows[2].time
    assert [r.size for r in rows[:2]] == [2, 9]


def test_packets_of_a_refused_post_are_marked() -> None:
    """They were sent, but never delivered; the answer's body is kept."""
    drive = Drive()
    link = drive.open()
    drive.post(link, "40")
    drive.answer(link, drive.ask(link, "POST", "EIO=4&transport=polling&sid=S", b'42["a"]'), b"too large", 413)
    rows = drive.rows()
    assert [(r.type, r.issue) for r in rows if r.layer == "socket.io"] == [("CONNECT", None), ("EVENT", "http_refused")]
    assert (rows[-1].status, rows[-1].data) == (413, "too large")


def test_an_attachment_in_a_refused_post() -> None:
    """It completes its event, which is marked as never delivered; the next one comes unannounced."""
    drive = Drive()
    link = drive.open()
    drive.post(link, "40")
    drive.post(link, '451-["f",{"_placeholder":true,"num":0}]')
    drive.post(link, "bAQID", status=400)
    drive.post(link, "bBAUG")
    rows = [(r.type, r.attachments, r.issue) for r in drive.rows() if r.attachments]
    assert rows == [
        ("BINARY_EVENT", [b"\x01\x02\x03"], "http_refused"),
        ("message", [b"\x04\x05\x06"], "sio_attachment_surplus"),
    ]


def test_an_unknown_session_is_refused_in_its_name() -> None:
    """The sid asked for is the row's session even where the server does not know it."""
    drive = Drive()
    drive.get(drive.link(), '{"code":1,"message":"Session ID unknown"}', status=400)
    (http,) = drive.rows()
    assert (http.session, http.status) == ("S", 400)
    assert "Session ID unknown" in (http.data or "")


def test_a_refused_handshake_has_no_session() -> None:
    """There was none yet."""
    drive = Drive()
    drive.get(drive.link(), '{"code":5,"message":"Unsupported protocol version"}', "EIO=3&transport=polling", 400)
    (http,) = drive.rows()
    assert (http.session, http.engine, http.status) == (None, 3, 400)


def test_revision_3_with_its_connect_in_the_handshake() -> None:
    """socket.io 2.x connects the client to the main namespace unasked."""
    drive = Drive()
    drive.get(drive.link(), f"{len(OPEN3)}:{OPEN3}2:40", "EIO=3&transport=polling")
    assert [(p[0], p[2]) for p in drive.packets()] == [("engine.io", "open"), ("socket.io", "CONNECT")]


def test_text_of_socketio_1_is_decoded_twice() -> None:
    """Socket.IO 1.x encodes polling text as UTF-8 twice; it is recognised by a handshake without CONNECT."""
    drive = Drive()
    link = drive.link()
    drive.get(link, f"{len(OPEN3)}:{OPEN3}", "EIO=3&transport=polling")
    drive.get(link, "2:40", "EIO=3&transport=polling&sid=T")
    text = '42["€"]'.encode().decode("latin-1")
    drive.get(link, f"{len(text)}:{text}", "EIO=3&transport=polling&sid=T")
    assert drive.packets()[-1][3:5] == ("€", "[]")


def test_a_compressed_body_shares_its_bytes() -> None:
    """The bytes on the wire are shared out by size and add up to what was sent."""
    drive = Drive()
    link = drive.open()
    drive.post(link, "40")
    body = gzip.compress(b'42["a","' + b"x" * 500 + b'"]\x1e2')
    headers = [("content-type", "text/plain"), ("content-encoding", "gzip")]
    drive.answer(link, drive.ask(link, "GET", "EIO=4&transport=polling&sid=S"), body, headers=headers)
    event, ping = drive.rows()[-2:]
    assert (event.event, ping.type) == ("a", "ping")
    assert (event.wire_size or 0) + (ping.wire_size or 0) == len(body)
    assert event.size == 510


def test_packets_behind_a_bad_one_are_marked() -> None:
    """Official parsers read no further; what they threw away is shown all the same."""
    drive = Drive()
    link = drive.open()
    drive.post(link, '40\x1e7x\x1e42["b"]')
    kinds = [(p[0], p[2], p[5]) for p in drive.packets()][1:]
    assert kinds == [
        ("socket.io", "CONNECT", None),
        ("engine.io", None, "eio_bad_packet"),
        ("socket.io", "EVENT", "eio_after_error"),
    ]


def test_an_exchange_without_answer() -> None:
    """A connection that ends leaves a row without status, and says so."""
    drive = Drive()
    link = drive.open()
    drive.take(link, S2C, Answered(drive.ask(link, "GET", "EIO=4&transport=polling&sid=S")))
    row = drive.rows()[-1]
    assert (row.status, row.duration, row.issue) == (None, None, "http_no_response")


def test_a_poll_still_open_when_the_capture_ends_is_no_oddity() -> None:
    """A hanging poll is the normal state of long-polling."""
    drive = Drive()
    link = drive.open()
    drive.take(link, S2C, Answered(drive.ask(link, "GET", "EIO=4&transport=polling&sid=S"), ended=False))
    assert drive.rows()[-1].issue is None


def orphan(body: bytes) -> Exchange:
    """An answer whose request is not in the capture."""
    head = answer_head(0, 200)
    return Exchange(None, answer=head, response=HttpMessage(head, body, len(body), 0, 1))


def test_an_answer_without_request_is_recognised_by_its_packets() -> None:
    """Where only the server's side was captured, payloads that hold only valid packets tell."""
    drive = Drive()
    drive.take(drive.link(), S2C, Answered(orphan(OPEN4.encode())))
    drive.take(drive.link(), S2C, Answered(orphan(b'42["a"]\x1e2')))
    rows = drive.rows()
    assert [(r.layer, r.type, r.session) for r in rows] == [
        ("http", None, "S"),
        ("engine.io", "open", "S"),
        ("http", None, "?1"),
        ("socket.io", "EVENT", "?1"),
        ("engine.io", "ping", "?1"),
    ]


def test_an_answer_without_request_that_proves_nothing_is_passed_over() -> None:
    """`ok`, numbers and prose are no Engine.IO."""
    drive = Drive()
    for body in (b"ok", b"2", b"42", b"hello", b"{}", b"4 score and seven years"):
        drive.take(drive.link(), S2C, Answered(orphan(body)))
    assert drive.rows() == []


def test_an_answer_without_request_says_so() -> None:
    """The exchange's row tells what is missing."""
    drive = Drive()
    drive.take(drive.link(), S2C, Answered(orphan(OPEN4.encode())))
    http, opened = drive.rows()
    assert (http.issue, http.type, http.url) == ("http_no_request", None, "")
    assert opened.issue is None


@pytest.mark.parametrize("body", ["", "0", "0{}", "<html>busy</html>", "40"])
def test_a_handshake_answered_with_no_session(body: str) -> None:
    """An answer that holds no open packet, or a broken one, is kept as it is on the exchange's row."""
    drive = Drive()
    drive.get(drive.link(), body, "EIO=4&transport=polling")
    (http,) = drive.rows()
    assert (http.session, http.status, http.issue, http.data) == (None, 200, "eio_bad_handshake", body or None)
    assert http.detail


def test_answers_that_need_no_open_packet() -> None:
    """A preflight, a poll of a known session, a refusal and a WebSocket's request are no handshakes gone wrong."""
    drive = Drive()
    link = drive.open()
    drive.get(link, "6")
    drive.answer(link, drive.ask(link, "OPTIONS", "EIO=4&transport=polling"), b"")
    drive.get(link, "no", "EIO=4&transport=polling", 400)
    drive.get(link, "no", "EIO=4&transport=websocket")
    assert {row.issue for row in drive.rows()} == {None}


def test_what_is_wrong_with_a_request_is_told() -> None:
    """A POST that was cut, or is larger than the limit, has the code on its exchange."""
    drive = Drive()
    link = drive.open()
    exchange = drive.ask(link, "POST", "EIO=4&transport=polling&sid=S", b"42[")
    assert exchange.request is not None
    exchange.request = exchange.request._replace(issue="http_body_limit", detail="the body is larger than 3 bytes")
    drive.answer(link, exchange, b"ok")
    (http,) = [row for row in drive.rows() if row.type == "POST"]
    assert (http.issue, http.detail) == ("http_body_limit", "the body is larger than 3 bytes")


@pytest.mark.parametrize("telling", ['42["中"]', "40/adm,"])
def test_text_encoded_once_is_left_alone(telling: str) -> None:
    """A session that shows text encoded once, or a comma that 1.x never writes, is no 1.x whatever its handshake looks
    like.
    """
    drive = Drive()
    link = drive.link()
    drive.get(link, f"{len(OPEN3)}:{OPEN3}", "EIO=3&transport=polling")
    drive.get(link, "2:40", "EIO=3&transport=polling&sid=T")
    for text in (telling, '42["Ã©"]'):
        drive.get(link, f"{len(text)}:{text}", "EIO=3&transport=polling&sid=T")
    assert drive.packets()[-1][3] == "Ã©"


PACKETS = st.sampled_from(
    [
        '40{"sid":"x"}',
        "40/chat,",
        '42["a",1]',
        '42/chat,7["b"]',
        "430[1]",
        '42["a\\n"]',
        "2",
        "3",
        "6",
        "1",
        "41",
        "4hello",
        "x",
        "bAQI=",
        "42[1]",
        '42["é"]',
        '451-["c",{"_placeholder":true,"num":0}]',
        '4{"type":2,"nsp":"/","data":["d"]}',
    ]
)
TURNS = st.lists(st.tuples(st.booleans(), st.lists(PACKETS, min_size=1, max_size=4), st.sampled_from([200, 200, 400])))


def told(turns: list[tuple[bool, list[str], int]]) -> list[Row]:
    """The rows of a session in which these bodies were posted or polled."""
    drive = Drive()
    link = drive.open()
    drive.post(link, "40")
    for posted, packets, status in turns:
        (drive.post if posted else drive.get)(link, "\x1e".join(packets), status=status)
    return drive.rows()


@settings(max_examples=150, deadline=None)
@given(TURNS)
def test_the_quick_way_gives_the_same(turns: list[tuple[bool, list[str], int]]) -> None:
    """Events and acks are written at once where nothing else is under way, as they would be otherwise."""
    quick = told(turns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Channel, "common", lambda *_: False)
        assert told(turns) == quick
