"""Heads as they are sent, also by those who do not read RFCs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.http_head import (
    REQUEST_ANYWHERE,
    REQUEST_LINE,
    STATUS_ANYWHERE,
    STATUS_LINE,
    Head,
    Span,
    fields,
    request_head,
    response_head,
    wants_switch,
)

SPAN = Span(30, 3, 10)


def head(*headers: tuple[str, str]) -> Head:
    """A request head with these fields."""
    return Head(30, 3, 10, "GET", "/", 0, "", "1.1", list(headers))


def test_a_request_head() -> None:
    """All parts of it."""
    found = request_head(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a:80\r\nX-Y:  z \r\n\r\n", SPAN)
    expected = [("host", "a:80"), ("x-y", "z")]
    assert found == Head(30, 3, 10, "GET", "/socket.io/?EIO=4&transport=polling", 0, "", "1.1", expected)


def test_a_response_head() -> None:
    """With a reason, with spaces in it, without, and of 1.0."""
    assert response_head(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n", SPAN)[3:] == (
        "",
        "",
        404,
        "Not Found",
        "1.1",
        [("a", "b")],
    )
    assert response_head(b"HTTP/1.0 200\n\n", SPAN)[3:] == ("", "", 200, "", "1.0", [])
    assert response_head(b"HTTP/1.1 200 \r\n\r\n", SPAN).reason == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"A: 1\r\nB: 2\r\n\r\n", [("a", "1"), ("b", "2")]),
        (b"A: 1\nB:2\n\n", [("a", "1"), ("b", "2")]),
        (b"A: one\r\n  two\r\n\tthree\r\nB: 2\r\n\r\n", [("a", "one two three"), ("b", "2")]),
        (b" lost\r\nA: 1\r\n\r\n", [("a", "1")]),
        (b"no colon\r\nA: b: c\r\n\r\n", [("a", "b: c")]),
        (b"A:\r\n\r\n", [("a", "")]),
        (b"A: caf\xe9\r\n\r\n", [("a", "café")]),
        (
            b"Set-Cookie: io=1; Path=/\r\nset-cookie: b=2\r\n\r\n",
            [("set-cookie", "io=1; Path=/"), ("set-cookie", "b=2")],
        ),
        (b"", []),
    ],
)
def test_fields(raw: bytes, expected: list[tuple[str, str]]) -> None:
    """Line ends, folded lines, odd lines, latin-1."""
    assert fields(raw) == expected


def test_a_field_is_got_by_its_name() -> None:
    """Several of the same name are one list."""
    found = head(("accept", "a, b"), ("x", "1"), ("accept", "C ,"))
    assert found.get("accept") == "a, b, C ,"
    assert found.tokens("accept") == ["a", "b", "c"]
    assert found.get("y") is None
    assert found.tokens("y") == []


@pytest.mark.parametrize(
    ("value", "wants"),
    [("websocket", True), ("WebSocket", True), ("h2c, websocket", True), ("h2c", True), ("h2", False), ("", False)],
)
def test_who_wants_another_protocol(value: str, wants: bool) -> None:
    """A token in any case."""
    assert wants_switch(head(("upgrade", value))) is wants


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROPFIND /a HTTP/1.1\n",
        b"GET /with space HTTP/1.0\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"GET http://host/ HTTP/1.1 \r\n",
        b"CONNECT host:443 HTTP/1.1\r\n",
    ],
)
def test_request_lines(line: bytes) -> None:
    """Also methods that are not well known."""
    assert REQUEST_LINE.match(line)


@pytest.mark.parametrize(
    "line", [b"GET /\r\n", b"GET / HTTP/2.0\r\n", b" GET / HTTP/1.1\r\n", b"\x16\x03\x01 HTTP/1.1\n"]
)
def test_lines_that_are_no_request(line: bytes) -> None:
    """HTTP/0.9, HTTP/2, TLS."""
    assert not REQUEST_LINE.match(line)


@given(st.binary(max_size=60))
def test_what_is_believed_anywhere_is_believed_where_it_is_due(noise: bytes) -> None:
    """Else a reader would look at it again and again."""
    for anywhere, due, line in (
        (REQUEST_ANYWHERE, REQUEST_LINE, b"POST /" + noise + b" HTTP/1.1\r\n"),
        (STATUS_ANYWHERE, STATUS_LINE, b"HTTP/1.1 200 " + noise + b"\r\n"),
    ):
        match = anywhere.search(noise + line)
        assert match is None or due.match(match.group())


@pytest.mark.parametrize("unit", [b"GET ", b"GET", b" ", b"HTTP/1.1 200 ", b"\r", b"a", b"GET / HTTP/1.1 "])
def test_hostile_lines_are_looked_at_once(unit: bytes) -> None:
    """No pattern goes back and forth: on a line of this length that would not come to an end."""
    data = unit * ((1 << 19) // len(unit))
    for line in (data + b"\n", data + b"\r\r\n", b"GET " + data + b"\r\n"):
        for pattern in (REQUEST_LINE, STATUS_LINE):
            pattern.match(line)
        for pattern in (REQUEST_ANYWHERE, STATUS_ANYWHERE):
            pattern.search(line)
