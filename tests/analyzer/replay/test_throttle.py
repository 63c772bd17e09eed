"""Messages a second."""

from analyzer.replay.throttle import Throttle


def test_rate() -> None:
    """A second's worth may leave at once, then the rate holds."""
    throttle, now, sent = Throttle(10), 100.0, []
    for _ in range(40):
        now = max(now, throttle.free_at)
        throttle.spend(now)
        sent.append(now)
    assert sent[9] == 100.0
    assert 102.8 < sent[-1] < 103.2
