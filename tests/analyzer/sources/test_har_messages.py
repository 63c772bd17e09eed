"""The WebSocket messages of a HAR entry."""

from typing import Any

import pytest

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.sources import har_messages
from analyzer.sources.har_messages import Talk
from tests.hars import EPOCH, SECOND, message


def read(*records: Any, limits: Limits = DEFAULT, deflate: bool = False) -> Talk:
    """What is read of a WebSocket with these records."""
    return har_messages.read({"_webSocketMessages": list(records)}, EPOCH, 7, limits, deflate=deflate)


def short(talk: Talk) -> list[tuple[str, float, int, bytes]]:
    """Direction, seconds, opcode and payload."""
    return [(way, (m.time - EPOCH) / SECOND, m.opcode, m.payload) for way, m in talk.messages]


def test_text_and_binary() -> None:
    """With their directions and times, in frame 7's name."""
    talk = read(message("send", 1, "2probe"), message("receive", 1.5, "AQID", 2))
    assert short(talk) == [("c2s", 1.0, 1, b"2probe"), ("s2c", 1.5, 2, b"\1\2\3")]
    assert [(m.frame, m.wire_size) for _, m in talk.messages] == [(7, 6), (7, 3)]
    assert talk[1:] == (0, 0, 0)


@pytest.mark.parametrize("scale", [1, 1000, 1_000_000])
def test_times_are_in_any_unit(scale: int) -> None:
    """Chrome and mitmproxy give seconds, Playwright ms."""
    record = message("send", 0.25, "3")
    record["time"] *= scale
    assert short(read(record)) == [("c2s", 0.25, 1, b"3")]


@pytest.mark.parametrize("time", [None, -1, 0, "1", 12.5])
def test_a_message_without_a_time_goes_with_the_one_before(time: Any) -> None:
    """Playwright writes -1 when it is told to leave times out."""
    talk = read(message("send", 1, "a"), message("receive", 2, "b") | {"time": time}, message("send", 3, "c"))
    assert [moment for _, moment, *_ in short(talk)] == [1.0, 1.0, 3.0]
    assert talk.dateless == 1


def test_a_direction_keeps_its_order() -> None:
    """A clock that was set back changes no order; what lies between the directions is sorted."""
    talk = read(
        message("send", 2, "a"), message("send", 1, "b"), message("receive", 1.5, "c"), message("send", 3, "d")
    )  # fmt: skip
    assert [(m, t) for _, t, _, m in short(talk)] == [(b"c", 1.5), (b"a", 2.0), (b"b", 2.0), (b"d", 3.0)]
    assert talk.backwards == 1


def test_what_is_no_message_is_counted() -> None:
    """But for the records that Chrome keeps of errors."""
    error = {"type": "error", "time": 1, "opcode": -1, "data": "closed"}
    strange = [message("send", 1, "x", 9), message("sideways", 1, "x"), 5, None, {"type": "send", "opcode": "1"}]
    talk = read(error, *strange, {"type": "send", "data": "y"})
    assert (len(talk.messages), talk.strange, talk.dateless) == (1, 5, 1)


def test_compressed_messages_have_no_size_on_the_wire() -> None:
    """A HAR holds them inflated."""
    assert read(message("send", 1, "x"), deflate=True).messages[0][1].wire_size is None


def test_a_message_over_the_limit_is_cut() -> None:
    """And marked."""
    ((_, cut),) = read(message("send", 1, "abc"), limits=Limits(message=2)).messages
    assert (cut.payload, cut.issue, cut.wire_size) == (b"ab", Issue.WS_MESSAGE_LIMIT, None)


@pytest.mark.parametrize("records", [None, {}, "x", [None]])
def test_there_may_be_none(records: Any) -> None:
    """Whatever stands there instead."""
    assert har_messages.times({"_webSocketMessages": records}) == []
    assert har_messages.read({"_webSocketMessages": records}, 5, 0, DEFAULT, deflate=False).messages == []
