"""HTTP that is cut, garbled or none at all: nothing is lost silently, and the next message is found."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.http1 import Head, HttpMessage, Item, Problem, RequestReader, ResponseReader
from tests.reading import ANSWER, POLL, POST, SWITCH, UPGRADE, bodies, problems, requests, responses
from tests.streams import Item as Piece
from tests.streams import chunked, joined, pump


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"\x16\x03\x01\x02\x00\n", "no start line"),
        (b"hello\r\n\r\nworld\r\n", "no start line"),
        (b"GET / HTTP/2.0\r\n\r\n", "no start line"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "several lengths"),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "no number"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "does not end with chunked"),
    ],
)
def test_bytes_that_are_no_http_are_one_problem_and_the_next_start_line_is_found(bad: bytes, why: str) -> None:
    """In front of it, on a line of its own or not."""
    found = requests(POLL + bad + POST)
    (problem,) = problems(found)
    assert bodies(found) == [(b"", None), (b"40", None)]
    assert (problem.code, problem.raw, problem.size) == (Issue.HTTP_BAD_MESSAGE, bad, len(bad))
    assert problem.time == len(POLL + bad) - 1
    assert why in problem.detail


def test_a_head_beyond_the_limit() -> None:
    """It is given up, the next one is found."""
    limits = Limits(head=500)
    long = b"GET / HTTP/1.1\r\nX: " + b"y" * 600 + b"\r\n\r\n"
    found = requests(long + POST, limits=limits)
    assert bodies(found) == [(b"40", None)]
    assert "larger than the limit" in problems(found)[0].detail
    assert bodies(requests(b"GET / HTTP/1.1\r\nX: " + b"y" * 477 + b"\r\n\r\n", limits=limits)) == [(b"", None)]


def test_a_body_beyond_the_limit() -> None:
    """Its beginning is kept, what follows is in step."""
    wire = b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n" + b"x" * 50
    found = requests(wire + POST, limits=Limits(message=10))
    assert bodies(found) == [(b"x" * 10, Issue.HTTP_BODY_LIMIT), (b"40", None)]
    assert isinstance(found[1], HttpMessage)
    assert (found[1].wire_size, found[1].complete) == (50, True)


def test_a_hole_in_a_body() -> None:
    """Both ends of it are there; the next message is in step."""
    found = responses(ANSWER[:-20], 10, ANSWER[-10:] + ANSWER)
    assert bodies(found) == [(b'40{"sid":"wZ', Issue.HTTP_BODY_CUT), (b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}', None)]
    assert isinstance(cut := found[1], HttpMessage)
    assert (cut.tail, cut.wire_size, cut.complete) == (b'knAAAI"}'.rjust(10, b"?")[:0] + ANSWER[-10:], 32, False)


@pytest.mark.parametrize("size", [100, -1])
def test_a_hole_that_swallows_more(size: int) -> None:
    """What is left of the lost message is one problem; the next start line is found."""
    found = responses(ANSWER[:-20], size, ANSWER[60:] + ANSWER)
    assert bodies(found) == [(b'40{"sid":"wZ', Issue.HTTP_BODY_CUT), (b'40{"sid":"wZX3oN0bSVIhsaknAAAI"}', None)]
    (problem,) = problems(found)
    assert (problem.code, problem.raw) == (Issue.HTTP_BODY_CUT, ANSWER[60:])


def test_a_hole_between_messages_and_in_a_head() -> None:
    """A message that begins right behind it is whole."""
    found = requests(POLL, 50, POST + POST[:30], 9, POST)
    assert bodies(found) == [(b"", None), (b"40", None), (b"40", None)]
    (problem,) = problems(found)
    assert (problem.raw, problem.code) == (POST[:30], Issue.HTTP_BAD_MESSAGE)


def test_the_end_in_the_middle() -> None:
    """Of a body, of chunks before the last one, of a head."""
    assert bodies(requests(POST[:-1])) == [(b"4", Issue.HTTP_BODY_CUT)]
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"0123456789", 5)
    assert bodies(responses(wire[:-5])) == [(b"0123456789", Issue.HTTP_BODY_CUT)]
    assert bodies(responses(wire[:-17])) == [(b"01234", Issue.HTTP_BODY_CUT)]
    assert problems(requests(POST[:20]))[0].raw == POST[:20]
    assert problems(requests(b"\x00" * 10))[0].size == 10


def message(chance: random.Random, start: bytes) -> bytes:
    """A message, or what looks like one."""
    body = chance.choice((b"", b"ok", b"GET /x HTTP/1.1\r\n", chance.randbytes(300), b"a" * 600))
    end = chance.choice((b"\r\n", b"\n"))
    upgrade = chance.choice((b"", b"", b"", b"Upgrade: websocket" + end))
    in_chunks = start + end + upgrade + b"Transfer-Encoding: chunked" + end + end
    sized = start + end + upgrade + b"X: a" + end + b" b" + end + b"Content-Length: %d" % len(body) + end + end + body
    kinds = (
        sized,
        sized,
        in_chunks + chunked(body, chance.randint(1, 99), b";x=y"),
        in_chunks + chance.choice((b"zz\r\n", b"3\r\nabcdef\r\n", b"1" * 9000)),
        start + end + b"X: " + b"y" * chance.choice((150, 400, 1500)) + end + end,
        start + end + b"Content-Length: 1, 2" + end + end,
        b"HTTP/1.1 100 Continue\r\n\r\n",
    )
    return chance.choice(kinds)


def stream(chance: random.Random, start: bytes) -> list[Piece]:
    """Messages of all kinds, garbage and holes."""
    parts: list[Piece] = []
    for _ in range(chance.randint(1, 12)):
        kind = chance.random()
        if kind < 0.7:
            parts.append(message(chance, start))
        elif kind < 0.8:
            parts.append(chance.randbytes(chance.choice((1, 50, 2000))))
        elif kind < 0.9:
            parts.append(b"xx\r\ny: HTTP/1.1 \r\n\r\n\r\n" * chance.choice((1, 50)))
        else:
            parts.append(chance.choice((-1, 1, 10, 100, 3000)))
    return joined(parts)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_any_split_of_the_bytes_gives_the_same(chance: random.Random, client: bool) -> None:
    """Moments included; whole, byte by byte, in pieces of any size; paused bytes are gone on with in the end."""
    items = stream(chance, b"POST /socket.io/?EIO=4 HTTP/1.1" if client else b"HTTP/1.1 200 OK")
    methods = [chance.choice(("GET", "GET", "HEAD", None)) for _ in range(20)]
    limits = Limits(head=300, message=500)

    def read(sizes: random.Random | int | None) -> list[Item]:
        left = list(methods)
        if not client:
            server = ResponseReader(limits, lambda head: True, lambda begun: left.pop(0) if left else None)
            return pump(server, items, sizes)
        reader = RequestReader(limits, lambda head: True)
        found: list[Item] = pump(reader, items, sizes)
        while reader.paused:
            found += reader.resume()
        return found

    whole = read(None)
    assert read(1) == whole
    assert read(chance) == whole


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=100), st.integers(-1, 200)), max_size=8), st.booleans())
def test_any_bytes_and_holes_give_something_without_complaint(parts: list[bytes | int], client: bool) -> None:
    """And no byte is lost: what is no message is in a problem."""
    items = joined(parts)
    found = requests(*items) if client else responses(*items)
    total = sum(len(part) for part in parts if isinstance(part, bytes))
    assert sum(item.size for item in problems(found)) <= total


def test_a_hole_inside_a_head_leaves_what_is_known_of_it() -> None:
    """A snapshot length cuts heads: the start line says most; behind the hole the next message is found."""
    (head, message, _, last) = requests(POST[:130], len(POST) - 130, POLL)
    assert isinstance(head, Head)
    assert (head.method, head.get("host")) == ("POST", "localhost:3000")
    assert isinstance(message, HttpMessage)
    assert (message.head, message.body, message.wire_size) == (head, b"", None)
    assert (message.issue, message.complete) == ("http_head_cut", False)
    assert isinstance(last, HttpMessage)
    assert last.issue is None
    (head, message, *_) = responses(ANSWER[:60], 40, ANSWER[100:])
    assert isinstance(message, HttpMessage)
    assert (message.head.status, message.issue) == (200, "http_head_cut")


def test_a_hole_inside_the_heads_of_an_upgrade() -> None:
    """What follows may be a WebSocket."""
    reader = RequestReader(DEFAULT, lambda head: True)
    assert len(pump(reader, [UPGRADE[:80], 100])) == 2
    assert reader.paused
    assert [type(piece).__name__ for piece in (reader.take(), reader.behind()[0])] == ["tuple", "Gap"]
    server = ResponseReader(DEFAULT, lambda head: True, lambda begun: "GET")
    (head,) = pump(server, [SWITCH[:40], 100])
    assert server.paused
    assert (head.status, server.cut) == (101, True)


def test_a_hole_inside_a_start_line_leaves_nothing() -> None:
    """But a problem."""
    (problem,) = requests(POST[:20], 10)
    assert isinstance(problem, Problem)
    assert problem.raw == POST[:20]
