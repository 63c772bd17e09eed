"""One HTTP flow of mitmproxy as an exchange."""

from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.sources import flow_exchange
from analyzer.sources.seen import Seen, Terms
from tests.flowfiles import START, flow, headers, request, response, said, socket
from tests.hars import EPOCH, SECOND

MS = SECOND // 1000


def read(made: Any, limits: Limits = DEFAULT, *, wanted: bool = True) -> Seen:
    """The exchange of a flow."""
    return flow_exchange.read(made, Terms(3, lambda head: wanted, limits))[0]


def moments(*times: int) -> list[float]:
    """Times in ms after `EPOCH`."""
    return [round((time - EPOCH) / MS, 3) for time in times]


def test_request_and_answer() -> None:
    """Heads, bodies as stored, the proxy's times, both ends."""
    packed = response(content=b"\x1f\x8b", headers=headers(("Content-Encoding", "gzip")))
    seen = read(flow(request(method=b"POST", content=b"40"), packed))
    asked, answered = seen.exchange.request, seen.exchange.response
    assert asked is not None
    assert answered is not None
    assert (asked.head.method, asked.head.get("host"), asked.body, asked.wire_size) == ("POST", "h:1", b"40", 2)
    assert (answered.head.status, answered.head.get("content-encoding"), answered.body) == (200, "gzip", b"\x1f\x8b")
    assert moments(seen.begun, seen.asked, seen.ended) == [0, 1, 3]
    assert (seen.client, seen.server, seen.connection) == ("10.0.0.9:50000", "[::1]:3000", "conn")
    assert (asked.frame, answered.frame) == (3, 3)


def test_what_is_not_wanted_is_not_kept() -> None:
    """But that it was there."""
    seen = read(flow(answered=response()), wanted=False)
    assert (seen.exchange.request, seen.exchange.response, seen.exchange.wanted) == (None, None, False)
    assert read(socket(said(b"2", 1)), wanted=False).messages == []


def test_a_server_that_was_never_reached() -> None:
    """Is called by what was asked for, or not at all."""
    assert (
        read(flow(server_conn=SimpleNamespace(peername=None, address=("example.org", 80)))).server == "example.org:80"
    )
    assert read(flow(server_conn=SimpleNamespace(peername=None, address=None))).server is None


def test_http2_names_its_host_apart() -> None:
    """As a field it stands with the others."""
    head = read(flow(request(authority=b"example.org", headers=headers(), http_version=b"HTTP/2.0"))).exchange.head
    assert head is not None
    assert (head.headers, head.version) == ([("host", "example.org")], "2.0")


def test_flows_without_an_answer() -> None:
    """It became impossible at the time of the error, or the proxy had not seen it yet."""
    failed = read(flow(error=SimpleNamespace(msg="Client disconnected.", timestamp=START + 0.5)))
    assert (failed.failed, failed.exchange.response, moments(failed.ended)) == (True, None, [500])
    assert not read(flow()).failed
    partly = read(flow(answered=response(), error=SimpleNamespace(msg="Client\ndisconnected.", timestamp=START)))
    assert partly.exchange.response is not None
    assert (partly.exchange.response.issue, partly.exchange.response.detail) == (
        None,
        "the proxy says: Client\\ndisconnected.",
    )


def test_bodies_that_were_not_kept() -> None:
    """Streamed through, or over the limit."""
    seen = read(flow(request(content=b"abc"), response(content=None)), Limits(message=2))
    assert seen.exchange.request is not None
    assert seen.exchange.response is not None
    assert (seen.exchange.request.body, seen.exchange.request.issue) == (b"ab", Issue.HTTP_BODY_LIMIT)
    assert (seen.exchange.response.body, seen.exchange.response.issue) == (b"", Issue.HTTP_BODY_CUT)
    assert (seen.exchange.request.wire_size, seen.exchange.response.wire_size) == (3, None)


def test_messages_with_what_the_proxy_did_to_them() -> None:
    """Dropped, made up, or both."""
    seen = read(
        socket(
            said(b"4a", 0.1), said(b"\1", 0.2, is_text=False, from_client=False), said(b"4b", 0.3, dropped=True),
            said(b"4c", 0.4, injected=True), said(b"4d", 0.5, dropped=True, injected=True),
        )
    )  # fmt: skip
    assert [(way, m.opcode, m.payload, m.issue) for way, m in seen.messages] == [
        ("c2s", 1, b"4a", None),
        ("s2c", 2, b"\1", None),
        ("c2s", 1, b"4b", Issue.MITM_DROPPED),
        ("c2s", 1, b"4c", Issue.MITM_INJECTED),
        ("c2s", 1, b"4d", Issue.MITM_DROPPED),
    ]
    assert [m.wire_size for _, m in seen.messages] == [2, 1, 2, 2, 2]
    assert moments(seen.ended, *(m.time for _, m in seen.messages)) == [3, 100, 200, 300, 400, 500]


def test_an_addon_says_why() -> None:
    """Where it was one of ours that did something to a message."""
    seen = read(
        socket(said(b"4a", 0.1, dropped=True, sioscope="rule 'x'"), said(b"4b", 0.2, injected=True, sioscope="y"))
    )
    assert [(m.detail or "").partition("(")[2] for _, m in seen.messages] == ["rule 'x')", "y)"]


def test_messages_before_the_101_do_not_exist() -> None:
    """It was there when the first one came."""
    assert moments(read(socket(said(b"2", 0.0015))).ended) == [1.5]


def test_a_direction_keeps_its_order() -> None:
    """Where the proxy's clock was set back."""
    terms = Terms(0, lambda head: True, DEFAULT)
    seen, backwards = flow_exchange.read(
        socket(said(b"a", 2), said(b"b", 1), said(b"c", 1.5, from_client=False)), terms
    )
    assert ([m.payload for _, m in seen.messages], backwards) == ([b"c", b"a", b"b"], 1)


def test_compressed_messages_have_no_size_on_the_wire() -> None:
    """mitmproxy holds them inflated."""
    made = socket(said(b"2", 1))
    made.response.data.headers = headers(("Sec-WebSocket-Extensions", "permessage-deflate"))
    assert read(made).messages[0][1].wire_size is None


@pytest.mark.parametrize(
    ("code", "reason", "payload", "closed"),
    [
        (1000, "bye", b"\x03\xe8bye", False),
        (1005, "", b"", False),
        (1005, None, b"", False),
        (1006, None, b"\x03\xee", True),
        (4001, "é", b"\x0f\xa1" + "é".encode(), False),
    ],
)
def test_closes(code: int, reason: str | None, payload: bytes, closed: bool) -> None:
    """Code and reason; 1006 stands for an end without a close frame."""
    end = {"closed_by_client": False, "close_code": code, "close_reason": reason, "timestamp_end": START + 2}
    seen = read(socket(said(b"2", 1), **end))
    way, close = seen.messages[-1]
    assert (way, close.opcode, close.payload, close.issue, moments(close.time)) == ("s2c", 8, payload, None, [2000])
    assert (seen.closed is not None) == closed


def test_a_socket_that_was_open_when_it_was_saved() -> None:
    """Has no close."""
    assert [m.opcode for _, m in read(socket(said(b"2", 1))).messages] == [1]


def test_a_message_over_the_limit_is_cut() -> None:
    """And marked."""
    ((_, cut),) = read(socket(said(b"abc", 1)), Limits(message=2)).messages
    assert (cut.payload, cut.issue, cut.wire_size) == (b"ab", Issue.WS_MESSAGE_LIMIT, None)


@pytest.mark.parametrize(
    "made",
    [
        flow(request(at=float("nan"))),
        flow(request(method=5)),  # type: ignore[arg-type]
        flow(SimpleNamespace()),
        flow(answered=SimpleNamespace(status_code="x")),
        flow(answered=response(99_999)),
        flow(client_conn=SimpleNamespace(id="c", peername=5)),
        socket(said(b"2", 1, is_text=None), None),
        socket(said(5, 1)),  # type: ignore[arg-type]
        socket(closed_by_client=True, close_code="x"),
        socket(closed_by_client=True, close_code=-5),
    ],
)
def test_parts_of_other_kinds(made: Any) -> None:
    """mitmproxy takes what the file says; nothing else is raised than what is documented."""
    with pytest.raises((AttributeError, LookupError, TypeError, ValueError, ArithmeticError)):
        read(made)


def test_a_number_is_no_content() -> None:
    """Not even of a WebSocket that may compress; bytes() would make that many."""
    made = socket(said(1 << 50, 1))  # type: ignore[arg-type]
    made.response.data.headers = headers(("Sec-WebSocket-Extensions", "permessage-deflate"))
    with pytest.raises(TypeError):
        read(made)
