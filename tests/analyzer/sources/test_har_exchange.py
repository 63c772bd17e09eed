"""One HAR entry as an exchange."""

from typing import Any

import pytest

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.sources import har_exchange
from analyzer.sources.har_exchange import Entry
from analyzer.sources.seen import Seen, Terms
from tests.hars import EPOCH, SECOND, URL, entry, message, socket

MS = SECOND // 1000


def read(made: Any, limits: Limits = DEFAULT, *, wanted: bool = True) -> Seen:
    """The exchange of an entry that starts at `EPOCH`."""
    terms = Terms(3, lambda head: wanted, limits)
    return har_exchange.read(Entry(made, made["request"]["url"], EPOCH, 0, "WebInspector"), terms)[0]


def test_request_and_answer() -> None:
    """Heads, bodies, and the four moments."""
    seen = read(entry(method="post", sent="40", got="ok"))
    request, response = seen.exchange.request, seen.exchange.response
    assert request is not None
    assert response is not None
    assert (request.head.method, request.head.target, request.body, request.complete) == ("POST", URL, b"40", True)
    assert (response.head.status, response.body, response.wire_size) == (200, b"ok", 2)
    assert [(moment - EPOCH) / MS for moment in (seen.begun, seen.asked, seen.ended)] == [1, 1.5, 3.75]
    assert (request.time, response.time) == (seen.asked, seen.ended)
    assert seen.exchange.answer is not None
    assert seen.exchange.answer.begun - EPOCH == 3.5 * MS


def test_what_is_not_wanted_is_not_kept() -> None:
    """But that it was there."""
    seen = read(entry(sent="40", got="ok"), wanted=False)
    assert (seen.exchange.request, seen.exchange.response, seen.exchange.wanted) == (None, None, False)
    assert read(socket(message("send", 1, "x")), wanted=False).messages == []


def test_content_is_given_unpacked() -> None:
    """The answer says how it came, the message that is read does not."""
    packed = entry(got="hello")
    packed["response"]["headers"] = [{"name": "Content-Encoding", "value": "gzip"}]
    seen = read(packed)
    assert seen.exchange.response is not None
    assert seen.exchange.answer is not None
    assert (seen.exchange.response.head.get("content-encoding"), seen.exchange.response.wire_size) == (None, None)
    assert seen.exchange.answer.get("content-encoding") == "gzip"
    packed["response"]["headers"].append({"name": "Content-Length", "value": "25"})
    response = read(packed).exchange.response
    assert response is not None
    assert response.wire_size == 25


def test_types_of_content_are_found_beside_the_heads() -> None:
    """Where a HAR was saved without them."""
    seen = read(entry(sent="40", got="ok"))
    assert seen.exchange.request is not None
    assert seen.exchange.response is not None
    assert seen.exchange.request.head.get("content-type") == "text/plain;charset=UTF-8"
    assert seen.exchange.response.head.get("content-type") == "text/plain; charset=UTF-8"


def test_heads_of_http2() -> None:
    """The pseudo fields are no fields, but the host is."""
    made = entry()
    made["request"]["headers"] = [
        {"name": ":authority", "value": "h"},
        {"name": ":path", "value": "/"},
        {"name": "X", "value": "1"},
    ]
    made["request"]["httpVersion"] = "h2"
    head = read(made).exchange.head
    assert head is not None
    assert (head.headers, head.version) == ([("host", "h"), ("x", "1")], "2")


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (304, "GET"), (200, "HEAD")])
def test_some_answers_have_no_body(status: int, method: str) -> None:
    """So none is missing."""
    made = entry(status=status, method=method)
    made["response"]["content"] = {}
    response = read(made).exchange.response
    assert response is not None
    assert (response.issue, response.body) == (None, b"")


def test_a_body_that_was_not_saved_is_told() -> None:
    """The size says that there was one."""
    made = entry()
    made["response"]["content"] = {"size": 100, "mimeType": "text/plain"}
    response = read(made).exchange.response
    assert response is not None
    assert (response.issue, response.complete, response.wire_size) == (Issue.HTTP_BODY_CUT, False, None)


@pytest.mark.parametrize(
    ("more", "failed", "asked"),
    [
        ({"_error": "net::ERR_CONNECTION_RESET"}, True, True),
        ({"_failureText": "net::ERR_ABORTED"}, True, True),
        ({"_error": None}, False, True),
        ({}, False, True),
        ({"_error": "net::ERR_CONNECTION_REFUSED"}, True, False),
        ({"_error": "net::ERR_NAME_NOT_RESOLVED"}, True, False),
    ],
)
def test_no_answer(more: Any, failed: bool, asked: bool) -> None:
    """It failed, or the recording ended; what never left the browser was not sent."""
    for status in (0, -1, None, "200"):
        made = entry(sent="41", method="POST")
        made["response"] = {"status": status} | more
        seen = read(made)
        assert (seen.exchange.response, seen.failed, seen.exchange.request is not None) == (None, failed, asked)


def test_a_websocket_opens_no_later_than_it_speaks() -> None:
    """Chrome counts its whole life as waiting for the 101."""
    seen = read(socket(message("send", 0.5, "2probe"), message("receive", 0.6, "3probe")))
    assert seen.upgraded
    assert (seen.ended - EPOCH) / MS == 500
    assert [(way, m.payload) for way, m in seen.messages] == [("c2s", b"2probe"), ("s2c", b"3probe")]
    early = read(socket(message("send", -0.001, "2probe")))
    assert early.begun == early.asked == early.ended == EPOCH - MS


def test_a_websocket_is_known_by_any_of_its_marks() -> None:
    """The 101, its messages, or its kind where HTTP/2 carried it."""
    assert read(entry(status=101)).upgraded
    assert read(entry(status=0, _webSocketMessages=[message("send", 1, "x")])).upgraded
    assert read(entry(_resourceType="websocket")).upgraded
    assert not read(entry(status=400, _resourceType="websocket")).upgraded
    assert not read(entry(_webSocketMessages=[])).upgraded


def test_compression_of_a_websocket_shows_in_the_answer() -> None:
    """Without its head, nobody knows."""
    made = socket(message("send", 1, "x"))
    assert read(made).messages[0][1].wire_size is None
    made["response"]["headers"] = [{"name": "Upgrade", "value": "websocket"}]
    assert read(made).messages[0][1].wire_size == 1
    made["response"]["headers"].append({"name": "Sec-WebSocket-Extensions", "value": "permessage-deflate"})
    assert read(made).messages[0][1].wire_size is None


def test_bodies_over_the_limit_are_cut() -> None:
    """And marked."""
    seen = read(entry(sent="abc", got="defg"), Limits(message=2, inflated=3))
    assert seen.exchange.request is not None
    assert seen.exchange.response is not None
    assert (seen.exchange.request.body, seen.exchange.request.issue) == (b"ab", Issue.HTTP_BODY_LIMIT)
    assert (seen.exchange.response.body, seen.exchange.response.issue) == (b"def", Issue.HTTP_BODY_LIMIT)
