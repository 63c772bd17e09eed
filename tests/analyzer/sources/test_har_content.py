"""Content of a HAR as bytes."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.sources import har_content
from analyzer.sources.har_content import Content, from_base64, to_utf8


def sent(text: str | None, kind: str = "text/plain", writer: str = "", **more: Any) -> Content:
    """A request with this body."""
    data = {"mimeType": kind} | ({} if text is None else {"text": text}) | more
    return har_content.request({"request": {"postData": data}}, writer)


def got(content: Any, writer: str = "") -> Content:
    """A response with this content."""
    return har_content.response({"response": {"content": content}}, writer)


def test_text_is_utf8() -> None:
    """Half a surrogate pair becomes what a browser sends."""
    assert sent("4é€").data == "4é€".encode()
    assert got({"text": "4é€", "mimeType": "text/plain"}).data == "4é€".encode()
    assert to_utf8("a\ud800b\ud83d\ude00") == "a\ufffdb\U0001f600".encode()


@given(st.binary())
def test_base64_is_read_in_both_alphabets(data: bytes) -> None:
    """With padding, without, and over several lines."""
    for text in (base64.b64encode(data), base64.urlsafe_b64encode(data).rstrip(b"="), base64.encodebytes(data)):
        assert from_base64(text.decode()) == data


@pytest.mark.parametrize("text", ["a", "%%%%", "é", "ab=cd"])
def test_what_is_no_base64_is_kept_and_marked(text: str) -> None:
    """The text is all there is."""
    assert from_base64(text) is None
    found = got({"text": text, "encoding": "base64"})
    assert found[:2] == (text.encode(), Issue.HTTP_BODY_CUT)


def test_a_form_is_put_together_again() -> None:
    """Where only its fields were saved."""
    assert sent(None, params=[{"name": "d", "value": "2:40é"}]).data == b"d=2%3A40%C3%A9"
    assert sent("", params=[{"name": "d", "value": "x y"}, {"name": "e", "value": ""}]).data == b"d=x+y&e="


def test_a_body_that_was_left_out_is_told() -> None:
    """By its size, or by what the head says of it."""
    for request in (
        {"bodySize": 5},
        {"headers": [{"name": "Content-Length", "value": "5"}]},
        {"postData": {"mimeType": "application/octet-stream", "text": ""}, "bodySize": 9},
    ):
        assert har_content.request({"request": request}, "").issue == Issue.HTTP_BODY_CUT
    for request in ({"bodySize": 0}, {"headers": [{"name": "content-length", "value": "0"}]}, {}):
        assert har_content.request({"request": request}, "") == Content(b"")
    assert got({"size": 5}).issue == Issue.HTTP_BODY_CUT
    assert got({}).issue == Issue.HTTP_BODY_CUT
    assert got({"size": 0}) == Content(b"")


def test_binary_that_was_read_as_text_is_told() -> None:
    """Chrome reads all that is posted as UTF-8: what is not is gone."""
    assert sent("\1\1\0\2\ufffd\4", "application/octet-stream").issue == Issue.HTTP_BODY_CUT
    assert sent("\0\2\ufffd", "text/plain").issue is None


def test_binary_payloads_as_characters_are_bytes() -> None:
    """Lengths of Engine.IO 3 end in FF, which no UTF-8 has."""
    assert sent("\0\2\xff4\xe9", "application/octet-stream").data == b"\0\2\xff4\xe9"
    assert sent("\0\2\xff4\u20ac", "application/octet-stream").data == "\0\2\xff4\u20ac".encode()
    assert sent("4\xe9", "application/octet-stream").data == "4\xe9".encode()


def test_mitmproxy_reads_what_names_no_encoding_byte_by_byte() -> None:
    """So is it put back."""
    assert sent("4Ã©", "text/plain", "mitmproxy").data == "4é".encode()
    assert sent("4é", "text/plain; charset=UTF-8", "mitmproxy").data == "4é".encode()
    assert sent("4€", "text/plain", "mitmproxy").data == "4€".encode()


def test_messages() -> None:
    """Text as it is, binary as base64."""
    assert har_content.message({"opcode": 1, "data": "AQI="}) == Content(b"AQI=")
    assert har_content.message({"opcode": 2, "data": "AQI="}) == Content(b"\1\2")
    assert har_content.message({"opcode": 2, "data": "%"})[:2] == (b"%", Issue.WS_MESSAGE_CUT)
    assert har_content.message({"opcode": 1, "data": {"x": 1}})[:2] == (b"", Issue.WS_MESSAGE_CUT)


def test_a_limit_keeps_the_beginning() -> None:
    """And says so."""
    assert Content(b"abc").within(3, "x") == Content(b"abc")
    assert Content(b"abc").within(2, "x") == Content(b"ab", "x", "3 bytes, of which 2 are kept")
