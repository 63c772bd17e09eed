"""JSONP wrapping, as browsers, node and python write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engineio.jsonp import Kind, Unwrapped, kind_of, unescape, unwrap, wrap
from analyzer.issues import Issue, PacketError


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b'___eio[0]("4a");', b"4a"),
        (b'/**/___eio[12]("4a")', b"4a"),
        (b' ___eio[] ( "4\\u20ac\\ud83d\\ude00" ) ; \n', "4€😀".encode()),
        (b'___eio[0]("42[\\"a\nb\\"]");', b'42["a\nb"]'),
        (b'___eio[0]("42[\\"a\\\\"b\\"]");', b'42["a\\"b"]'),
        (b'___eio[0]("4\\x41\\q\\0\\v\\\n");', b"4Aq\0\v"),
        ('___eio[0]("4é");'.encode(), "4é".encode()),
    ],
    ids=["plain", "comment", "blanks", "raw-newline", "python-quotes", "script-escapes", "utf-8"],
)
def test_responses(body: bytes, payload: bytes) -> None:
    """The string is what a script engine reads, or nearly so where it would refuse it."""
    assert kind_of(body) == "response"
    assert unwrap(body, "response") == Unwrapped(payload, True)


def test_buffer_in_a_response() -> None:
    """1.x without b64 writes JSON of a Buffer."""
    body = b'___eio[0]({"type":"Buffer","data":[0,1,255,50]});'
    assert unwrap(body, "response") == Unwrapped(b"\0\1\xff2", True, packed=True)


@pytest.mark.parametrize(
    "body",
    [
        b"4a",
        b'{"code":1}',
        b"___eio[0]({});",
        b'___eio[0]({"data":5});',
        b'___eio[0]({"data":[300]});',
        b'___eio[0]({"data":["x"]});',
        b'___eio[0]({"data":' + b"[" * 100_000 + b"});",
    ],
)
def test_no_response(body: bytes) -> None:
    """What calls nothing, or hands over something else, is one documented error."""
    with pytest.raises(PacketError) as caught:
        unwrap(body, "response")
    assert caught.value.code == Issue.EIO_BAD_PAYLOAD


def test_response_that_breaks_off() -> None:
    """What came of the string is given, and that it is not whole."""
    assert unwrap(b'___eio[0]("4a\\u20', "response") == Unwrapped(b"4au20", False)
    assert unwrap(b'___eio[0]("4a"', "response").whole is False


@pytest.mark.parametrize(
    ("body", "payload"),
    [(b"d=4a", b"4a"), (b"x=1&d=4%20+&d=5", b"4  "), (b"d=", b""), (b"d=%FF%zz", "\ufffd%zz".encode())],
)
def test_requests(body: bytes, payload: bytes) -> None:
    """The first field d counts."""
    assert unwrap(body, "request") == Unwrapped(payload, True)


def test_form_without_payload() -> None:
    """A form of other fields is one documented error."""
    with pytest.raises(PacketError):
        unwrap(b"e=4a", "request")


@pytest.mark.parametrize("body", [b"4a", b"", b"2:40", b"\0\1\xff2", b'"d="'])
def test_other_bodies(body: bytes) -> None:
    """No other payload looks like JSONP."""
    assert kind_of(body) is None


@given(
    st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["request", "response"]),
)
def test_unwrap_gives_back_what_wrap_took(text: str, kind: Kind) -> None:
    """unwrap(wrap(x)) == x."""
    body = wrap(text.encode(), kind)
    assert kind_of(body) == kind
    assert unwrap(body, kind) == Unwrapped(text.encode(), True)


@pytest.mark.parametrize("text", ['42["a\\nb"]', '42["a\\\\nb"]', "a\\b"])
def test_escapes_of_json_survive(text: str) -> None:
    """Escapes inside of the payload are not those around it."""
    for kind in ("request", "response"):
        assert unwrap(wrap(text.encode(), kind), kind).payload == text.encode()


@given(st.text('\\"ux0dn\r\n8', max_size=20))
def test_any_literal(inner: str) -> None:
    """Any literal has a value."""
    assert isinstance(unescape(inner), str)
