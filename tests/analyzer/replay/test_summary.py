"""The report on a terminal."""

from analyzer.replay.choice import Choice
from analyzer.replay.report import Report, found
from analyzer.replay.summary import lines
from tests.analyzer.replay.opposite import Opposite, played, shop_says
from tests.analyzer.replay.talks import shop
from tests.analyzer.replay.test_report import TERMS


def text(result, skipped=()) -> str:
    """The report of one session."""
    report = Report("http://x", "values", [result], found([result], Choice(), TERMS), list(skipped))
    return "\n".join(lines(report))


def test_the_same() -> None:
    """Counts, latencies and the good news."""
    shown = text(played(shop(), Opposite(shop_says())))
    assert "1 of 1 completed" in shown
    assert "order                         10.0 / 10.0 ms" in shown
    assert shown.endswith("No differences")


def test_different() -> None:
    """Waits in vain, and differences with a sample."""
    shown = text(played(shop(), Opposite(lambda m: [(d, x.replace("paid", "pa\\u001bid")) for d, x in shop_says()(m)])))
    assert "s for event 'paid' before" in shown
    assert "event missing: 'paid'" in shown
    assert "\x1b" not in shown


def test_troubled() -> None:
    """Sessions that did not get to their end, and those that were not begun."""
    result = played(shop(), Opposite(lambda m: [(0.001, "bye")] if "order" in str(m) else shop_says()(m)))
    shown = text(result, [("?1", "no start")])
    assert "closed_early: after 2 of 4 steps" in shown
    assert "not replayable: no start" in shown


def test_nothing_replayed() -> None:
    """No table of nothing: only what became of each session."""
    result = played(shop(), Opposite(lambda m: [], opening="2"))
    shown = text(result, [("?1", "no start")])
    assert shown.startswith("Nothing could be replayed against http://x")
    assert "no_answer: the handshake was not answered within 5 s" in shown
    assert "not replayable: no start" in shown
    assert "ifferences" not in shown
