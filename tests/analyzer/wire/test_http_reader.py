"""Reading HTTP costs time in proportion to its bytes, however they come and whatever they are."""

import random

import pytest

from analyzer.limits import DEFAULT
from analyzer.wire.http1 import HttpMessage, Item, Problem, RequestReader
from tests.streams import chunked, timed


def read(data: bytes, size: int) -> tuple[float, list[Item]]:
    """Seconds of this process that it takes to read ``data`` in pieces of ``size``, and what it gives."""
    return timed(RequestReader(DEFAULT, lambda head: True), data, size)


@pytest.mark.parametrize("size", [1, 1448])
def test_a_large_head_drips(size: int) -> None:
    """A quarter of a megabyte, as one line and as many."""
    for filler in (b"y" * 250_000, b"x\r\nX: " * 40_000):
        head = b"GET / HTTP/1.1\r\nX: " + filler + b"\r\n\r\n"
        seconds, found = read(head, size)
        assert [type(item).__name__ for item in found] == ["Head", "HttpMessage"]
        assert seconds < 4


@pytest.mark.parametrize("size", [1, 1448, 1 << 20])
@pytest.mark.parametrize(
    "unit",
    [None, b"\n", b"GET ", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA: b\r\n", b"\r", b"HTTP/1.1 200 OK\r\n", b"x"],
)
def test_garbage_is_searched_in_proportion(unit: bytes | None, size: int) -> None:
    """Noise, and what looks like a beginning again and again; without a storm of rows."""
    total = 1 << (17 if size == 1 else 20)
    data = random.Random(5).randbytes(total) if unit is None else unit * (total // len(unit))
    seconds, found = read(b"\x00\n" + data, size)
    assert seconds < 6
    assert len([item for item in found if isinstance(item, Problem)]) <= 10


@pytest.mark.parametrize("size", [1448, 1 << 20])
def test_large_bodies_in_small_segments(size: int) -> None:
    """16 MiB of known length, and a quarter of that in small chunks."""
    body = bytes(1 << 24)
    seconds, found = read(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body, size)
    assert isinstance(found[1], HttpMessage)
    assert found[1].body == body
    assert seconds < 2
    seconds, found = read(
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body[: 1 << 22], 100), size
    )
    assert isinstance(found[1], HttpMessage)
    assert len(found[1].body) == 1 << 22
    assert seconds < 3


def test_only_the_beginning_of_garbage_is_kept() -> None:
    """However much there is of it."""
    (problem,) = read(b"\x01" * (1 << 20), 1448)[1]
    assert isinstance(problem, Problem)
    assert (len(problem.raw), problem.size) == (4096, 1 << 20)
