"""Servers that do not go along."""

import pytest

from analyzer.replay import outcome, refusal
from analyzer.replay.actions import Failed, HungUp


@pytest.mark.parametrize(
    ("status", "body", "opening", "code", "said"),
    [
        (400, b'{"code":1,"message":"Session ID unknown"}', False, outcome.CLOSED_BY_SERVER, "Session ID unknown"),
        (404, b"nope\x1b[31m", True, outcome.REFUSED, "is the path right?"),
        (308, b"", True, outcome.REDIRECTED, "not followed"),
        (400, b'{"code":5,"message":"Unsupported protocol version"}', True, outcome.WRONG_REVISION, "revision"),
        (500, b"[1", True, outcome.REFUSED, "500"),
    ],
)
def test_statuses(status: int, body: bytes, opening: bool, code: str, said: str) -> None:
    """Each with its outcome and a printable sentence."""
    found, detail = refusal.of(status, body, opening)
    assert found == code
    assert said in detail
    assert detail.isprintable()


def test_failures() -> None:
    """Of requests and of sockets."""
    assert refusal.of_failure(Failed(1, "reset"), False) == (outcome.UNREACHABLE, "reset")
    assert refusal.of_failure(Failed(1, "refused", 403), True)[0] == outcome.REFUSED
    assert refusal.of_failure(HungUp(1, 1006), True)[0] == outcome.UNREACHABLE
    assert refusal.of_failure(HungUp(1, 1002), True)[0] == outcome.WRONG_REVISION
    assert refusal.of_failure(HungUp(1, 1009), False) == (
        outcome.CLOSED_BY_SERVER,
        "the server closed the WebSocket with code 1009",
    )
