"""Percentiles."""

from analyzer.replay.latency import acks, lateness, percentiles
from analyzer.replay.played import Played, Sent
from analyzer.replay.steps import ACK, Said
from tests.analyzer.replay.opposite import session
from tests.analyzer.replay.talks import shop


def test_percentiles() -> None:
    """Nearest rank, in ms."""
    assert percentiles([]) == {"p50": None, "p99": None, "max": None}
    assert percentiles([0.003, 0.001, 0.002]) == {"p50": 2.0, "p99": 3.0, "max": 3.0}
    assert percentiles(i / 1000 for i in range(1, 101)) == {"p50": 50.0, "p99": 99.0, "max": 100.0}


def test_acks() -> None:
    """Captured beside observed; one that did not come has no latency."""
    played = Played(session(shop()))
    order = played.plan.steps[1]
    played.sent.append(Sent(order, 10.0, 0.5))
    played.acks[order.number] = Said(10.25, ACK)
    first, second = acks([played])
    assert (first["event"], first["captured_ms"]["p50"], first["observed_ms"]["p50"]) == ("order", 10.0, 250.0)
    assert (second["event"], second["expected"], second["received"]) == ("pay", 1, 0)
    assert lateness([played])["max"] == 500.0
