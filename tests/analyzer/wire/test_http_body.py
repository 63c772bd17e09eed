"""Where bodies end."""

from functools import partial

import pytest

from analyzer.wire.http_body import (
    LINE,
    Body,
    ChunkedBody,
    CloseBody,
    LengthBody,
    LengthError,
    request_body,
    response_body,
)
from analyzer.wire.http_head import Head
from tests.streams import chunked
from tests.work import in_proportion


def response(status: int, *headers: tuple[str, str]) -> Head:
    """A response head."""
    return Head(0, 0, 0, "", "", status, "", "1.1", list(headers))


def request(*headers: tuple[str, str]) -> Head:
    """A request head."""
    return Head(0, 0, 0, "POST", "/", 0, "", "1.1", list(headers))


def fed(body: Body, data: bytes, size: int) -> int:
    """Bytes of ``data`` that the body takes, in pieces of ``size``."""
    taken = 0
    while taken < len(data) and not body.done and not body.broken:
        taken += body.read(data[taken : taken + size], 0)
    return taken


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_a_body_of_known_length(size: int) -> None:
    """Not one byte more."""
    body = LengthBody(100, 8)
    assert fed(body, b"12345678GET", size) == 8
    assert (bytes(body.kept), body.size, body.done, body.cut) == (b"12345678", 8, True, None)


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize("step", [1, 3, 100])
def test_a_body_in_chunks(size: int, step: int) -> None:
    """With extensions and trailers, whatever the split."""
    wire = chunked(b"hello chunky world", step, b" ; a=b", b"Trailer: x\r\nB: c\r\n")
    body = ChunkedBody(100, 100)
    assert fed(body, wire + b"HTTP/1.1", size) == len(wire)
    assert (bytes(body.kept), body.size, body.done, body.cut) == (b"hello chunky world", 18, True, None)


def test_chunks_with_bare_line_feeds_and_leading_zeros() -> None:
    """As lenient servers take them."""
    body = ChunkedBody(100, 100)
    fed(body, b"00005\nhello\n0A \n0123456789\n0\n\n", 1000)
    assert (bytes(body.kept), body.done) == (b"hello0123456789", True)


@pytest.mark.parametrize("size", [1, 3, 100_000])
@pytest.mark.parametrize(
    ("wire", "taken", "why"),
    [
        (b"5\r\nhello\r\nxyz\r\nGET", 15, "no number"),
        (b"5\r\nhello\r\n\r\n", 12, "no number"),
        (b"-5\r\nhello", 4, "no number"),
        (b"5\r\nhello!\r\n", 11, "longer than its size"),
        (b"5\r\nhello\r\n" + b"0" * 9000, 10 + LINE, "too long"),
        (b"5\r\nhello\r\n0\r\n" + b"a: b\r\n" * 99, 13 + 6 * 20, "trailers"),
    ],
)
def test_chunks_that_break(wire: bytes, taken: int, why: str, size: int) -> None:
    """What came before stays; where it broke does not depend on the split."""
    body = ChunkedBody(100, 99)
    assert fed(body, wire, size) == taken
    assert body.broken
    assert bytes(body.kept) == b"hello" or wire.startswith(b"-")
    assert why in str(body.cut)


def test_a_body_until_the_connection_ends() -> None:
    """The end is no accident."""
    body = CloseBody(100)
    fed(body, b"hello", 2)
    assert not body.done
    body.end()
    assert (bytes(body.kept), body.done, body.cut) == (b"hello", True, None)


@pytest.mark.parametrize("body", [LengthBody(100, 8), ChunkedBody(100, 100)])
def test_the_end_inside_a_body(body: Body) -> None:
    """It is cut."""
    body.read(b"4\r\nabcd", 0)
    body.end()
    assert "ended before" in str(body.cut)
    assert not body.done


def test_a_hole_in_a_body_of_known_length() -> None:
    """The body ends at it, the tail begins behind it; of two holes, behind the second one."""
    body = LengthBody(100, 20)
    body.read(b"0123", 0)
    assert body.gap(4)
    body.read(b"89ab", 0)
    assert bytes(body.tail) == b"89ab"
    assert body.gap(4)
    body.read(b"ghij", 0)
    assert (bytes(body.kept), bytes(body.tail), body.size, body.done) == (b"0123", b"ghij", 20, True)
    assert "behind byte 4" in str(body.cut)


@pytest.mark.parametrize("size", [9, -1])
def test_a_hole_larger_than_the_body(size: int) -> None:
    """How to read on is not known."""
    body = LengthBody(100, 8)
    assert not body.gap(size)
    assert (body.size, body.done) == (8, True)


def test_a_hole_in_chunks() -> None:
    """Exact inside one chunk, else not."""
    body = ChunkedBody(100, 100)
    body.read(b"a\r\n01", 0)
    assert body.gap(5)
    body.read(b"789\r\n0\r\n\r\n", 0)
    assert (bytes(body.kept), bytes(body.tail), body.size, body.done) == (b"01", b"789", 10, True)
    other = ChunkedBody(100, 100)
    other.read(b"a\r\n01", 0)
    assert not other.gap(9)


def test_only_the_limit_is_kept() -> None:
    """The size goes on counting; where nothing is to be kept, nothing is over a limit."""
    body = LengthBody(5, 8)
    fed(body, b"12345678", 3)
    assert (bytes(body.kept), body.size, body.over) == (b"12345", 8, True)
    none = LengthBody(0, 8)
    fed(none, b"12345678", 3)
    assert (bytes(none.kept), none.size, none.over) == (b"", 8, False)


@pytest.mark.parametrize(
    ("head", "method", "kind"),
    [
        (response(200, ("content-length", "5")), "GET", LengthBody),
        (response(200, ("transfer-encoding", "chunked"), ("content-length", "5")), "GET", ChunkedBody),
        (response(200, ("transfer-encoding", "gzip, Chunked")), None, ChunkedBody),
        (response(200, ("transfer-encoding", "gzip")), "GET", CloseBody),
        (response(200), "GET", CloseBody),
        (response(200, ("content-length", "5, 5"), ("content-length", "5")), "GET", LengthBody),
    ],
)
def test_how_a_response_says_where_its_body_ends(head: Head, method: str | None, kind: type) -> None:
    """RFC 9112 section 6.3."""
    assert type(response_body(head, method, 100, 100)) is kind


@pytest.mark.parametrize(
    ("status", "method"), [(200, "HEAD"), (204, "GET"), (304, "GET"), (200, "CONNECT"), (103, "GET")]
)
def test_answers_without_a_body(status: int, method: str) -> None:
    """Whatever their fields say."""
    assert response_body(response(status, ("content-length", "5")), method, 100, 100).done
    assert response_body(response(status, ("transfer-encoding", "chunked")), method, 100, 100).done


def test_requests() -> None:
    """Without a length there is no body."""
    assert request_body(request(), 100, 100).done
    assert not request_body(request(("content-length", "1")), 100, 100).done
    assert type(request_body(request(("transfer-encoding", "chunked")), 100, 100)) is ChunkedBody


@pytest.mark.parametrize("value", ["5, 6", "five", "-5", "+5", "5.0", "²", "9" * 30, "0x5"])
def test_lengths_that_are_none(value: str) -> None:
    """Nobody may guess where the next message begins."""
    with pytest.raises(LengthError):
        response_body(response(200, ("content-length", value)), "GET", 100, 100)
    with pytest.raises(LengthError):
        request_body(request(("content-length", value)), 100, 100)


def test_a_request_must_end_somewhere() -> None:
    """A transfer encoding that is not chunked never does."""
    with pytest.raises(LengthError):
        request_body(request(("transfer-encoding", "gzip")), 100, 100)


@pytest.mark.parametrize("size", [1, 1448, 1 << 20])
def test_chunks_of_one_byte_cost_in_proportion(size: int) -> None:
    """However many they are, and however they come."""
    assert in_proportion(lambda count: partial(fed, ChunkedBody(1 << 20, 100), chunked(b"x" * count, 1), size), 2_000)
    body = ChunkedBody(1 << 20, 100)
    fed(body, chunked(b"x" * 30_000, 1), size)
    assert body.size == 30_000
