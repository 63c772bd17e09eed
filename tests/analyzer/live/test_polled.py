"""Sessions that poll."""

import pytest

from analyzer.live.polled import Polled


@pytest.mark.parametrize(
    ("handshake", "seconds"),
    [('{"pingInterval":300,"pingTimeout":200}', 0.5), (None, 85), ("{}", 85), ("[", 85), ('{"pingInterval":"x"}', 85)],
)
def test_silence_ends_a_session(handshake: str | None, seconds: float) -> None:
    """After the time that its handshake gives, or the longest that is usual."""
    polled = Polled()
    polled.seen("S", "a:1", 10.0, handshake)
    assert polled.live(10.0 + seconds) == {"S": "a:1"}
    assert polled.live(10.1 + seconds) == {}
    polled.seen("S", "b:1", 11.0 + seconds)
    assert polled.live(11.0 + seconds) == {"S": "b:1"}


def test_an_end() -> None:
    """Told, or for want of room."""
    polled = Polled()
    polled.seen("S", "a:1", 0.0)
    polled.over("S")
    polled.over("S")
    assert polled.live(0.0) == {}
    assert [gone for i in range(4097) if (gone := polled.seen(str(i), "a:1", 0.0))] == ["0"]
