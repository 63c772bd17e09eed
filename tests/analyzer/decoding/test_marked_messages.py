"""What a proxy did to messages, and sizes that a source does not tell."""

import pytest

from analyzer import store, tables
from analyzer.decoding.body import Body
from analyzer.issues import Issue
from analyzer.records import C2S, S2C
from analyzer.tables.view import View
from analyzer.wire.events import Answered
from analyzer.wire.http1 import HttpMessage
from analyzer.wire.websocket import Message
from tests.analyzer.decoding.drive import OPEN4, Drive, answer_head


def marked(data: bytes | str, issue: str | None, opcode: int = 1) -> Message:
    """A message that the proxy did something to; nobody knows what it cost on the wire."""
    payload = data.encode() if isinstance(data, str) else data
    return Message(0, 1, opcode, payload, None, issue, issue and "the proxy did it")


@pytest.mark.parametrize("issue", [Issue.MITM_DROPPED, Issue.MITM_INJECTED])
def test_marked_messages_are_decoded_like_others(issue: str) -> None:
    """Packets of either layer, in text and in bytes, say what was done to them."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    for message in (marked("40", None), marked('42["a"]', issue), marked("2", issue)):
        drive.take(link, C2S, message)
    drive.take(link, C2S, marked('451-["f",{"_placeholder":true,"num":0}]', None))
    drive.take(link, C2S, marked(b"\1", issue, 2))
    rows = [row for row in drive.rows() if row.direction == "c2s" and row.layer in ("engine.io", "socket.io")]
    assert [(r.type, r.event, r.issue) for r in rows] == [
        ("CONNECT", None, None),
        ("EVENT", "a", issue),
        ("ping", None, issue),
        ("BINARY_EVENT", "f", issue),
    ]
    assert rows[1].detail == "the proxy did it"
    assert {r.wire_size for r in rows} == {None}


def test_what_was_dropped_was_not_delivered() -> None:
    """So the tables leave it out; what was made up was."""
    drive = Drive()
    link = drive.websocket()
    drive.say(link, S2C, OPEN4)
    for message in (marked("40", None), marked('42["a"]', Issue.MITM_DROPPED), marked('42["b"]', Issue.MITM_INJECTED)):
        drive.take(link, C2S, message)
    view = View(tables.frame(store.batches(drive.rows())))
    assert [str(event) for event in view.log["event"][view.packets & view.socketio]] == ["<NA>", "b"]


def test_sizes_that_nobody_knows() -> None:
    """Of a body, its parts, and its exchange."""
    assert Body(b"abc", None).shares([1, 2]) == [None, None]
    drive = Drive()
    link = drive.link()
    drive.open(link)
    exchange = drive.ask(link, "GET", "EIO=4&transport=polling&sid=S")
    drive.answer(link, exchange, b"2")
    head = answer_head(drive.time, 200)
    exchange = drive.ask(link, "GET", "EIO=4&transport=polling&sid=S")
    exchange.answer, exchange.response = head, HttpMessage(head, b"2", None, drive.time, 1)
    drive.take(link, S2C, Answered(exchange))
    rows = drive.rows()
    assert [r.wire_size for r in rows if r.layer == "http"][-2:] == [1, None]
    assert [r.wire_size for r in rows if r.type == "ping"] == [1, None]
