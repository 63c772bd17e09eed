"""Reading HTTP costs in proportion to its bytes, however they come and whatever they are."""

import random
from collections.abc import Callable
from functools import partial

import pytest

from analyzer.limits import DEFAULT
from analyzer.wire.http1 import HttpMessage, Item, Problem, RequestReader
from tests.streams import chunked, drip
from tests.work import in_proportion


def reading(data: bytes, size: int) -> Callable[[], list[Item]]:
    """To read ``data`` in pieces of ``size``."""
    return partial(drip, RequestReader(DEFAULT, lambda head: True), data, size)


@pytest.mark.parametrize("size", [1, 1448])
def test_a_large_head_drips(size: int) -> None:
    """A quarter of a megabyte, as one line and as many."""

    def head(filler: bytes, count: int) -> Callable[[], list[Item]]:
        return reading(b"GET / HTTP/1.1\r\nX: " + filler * count + b"\r\n\r\n", size)

    for filler, count in ((b"y", 250_000), (b"x\r\nX: ", 40_000)):
        assert [type(item).__name__ for item in head(filler, count)()] == ["Head", "HttpMessage"]
        assert in_proportion(partial(head, filler), count // 128)


@pytest.mark.parametrize("size", [1, 1448, 1 << 20])
@pytest.mark.parametrize(
    "unit",
    [None, b"\n", b"GET ", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA: b\r\n", b"\r", b"HTTP/1.1 200 OK\r\n", b"x"],
)
def test_garbage_is_searched_in_proportion(unit: bytes | None, size: int) -> None:
    """Noise, and what looks like a beginning again and again; without a storm of rows."""
    total = 1 << (17 if size == 1 else 20)
    data = random.Random(5).randbytes(total) if unit is None else unit * (total // len(unit))
    assert in_proportion(lambda count: reading(b"\x00\n" + data[:count], size), total >> 6)
    found = reading(b"\x00\n" + data, size)()
    assert len([item for item in found if isinstance(item, Problem)]) <= 10


@pytest.mark.parametrize("size", [1448, 1 << 20])
def test_large_bodies_in_small_segments(size: int) -> None:
    """16 MiB of known length, and a quarter of that in small chunks."""

    def known(count: int) -> Callable[[], list[Item]]:
        return reading(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % count + bytes(count), size)

    def in_chunks(count: int) -> Callable[[], list[Item]]:
        head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        return reading(head + chunked(bytes(count), 100), size)

    for body, total in ((known, 1 << 24), (in_chunks, 1 << 22)):
        message = body(total)()[1]
        assert isinstance(message, HttpMessage)
        assert message.body == bytes(total)
        assert in_proportion(body, total >> 8)


def test_only_the_beginning_of_garbage_is_kept() -> None:
    """However much there is of it."""
    (problem,) = reading(b"\x01" * (1 << 20), 1448)()
    assert isinstance(problem, Problem)
    assert (len(problem.raw), problem.size) == (4096, 1 << 20)
