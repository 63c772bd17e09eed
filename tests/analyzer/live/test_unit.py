"""Packets on their way."""

from analyzer.live import unit as module
from analyzer.live.facts import Facts
from analyzer.live.unit import Begun, Unit


def test_what_was_begun() -> None:
    """Is found once, by session and direction."""
    begun, one = Begun(), Unit(Facts(), 1)
    begun.put("S", "c2s", one)
    assert [begun.take("S", "s2c"), begun.take("S", "c2s"), begun.take("S", "c2s")] == [None, one, None]
    begun.put(None, "c2s", one)
    assert begun.take(None, "c2s") is None
    assert "waits" in one.why


def test_it_does_not_grow() -> None:
    """What was begun longest ago is forgotten."""
    begun = Begun()
    for i in range(module._MOST + 1):
        begun.put(str(i), "c2s", Unit(Facts(), 1))
    assert (begun.take("0", "c2s"), begun.take("1", "c2s") is None) == (None, False)
