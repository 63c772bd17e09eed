"""What a run has to tell."""

import json

from analyzer.replay import outcome
from analyzer.replay.choice import Choice
from analyzer.replay.compare import Terms
from analyzer.replay.noise import Noise
from analyzer.replay.normalise import Normaliser
from analyzer.replay.report import Report, found
from tests.analyzer.replay.opposite import Opposite, played, shop_says
from tests.analyzer.replay.talks import shop

TERMS = Terms("values", Normaliser(1.7e9, 1.8e9), Noise())


def test_the_contract() -> None:
    """The members of the JSON document, for sessions that were replayed and others."""
    result = played(shop(), Opposite(shop_says()))
    report = Report("http://x", "values", [result], found([result], Choice(), TERMS), [("?1", "no start")])
    document = json.loads(json.dumps(report.document()))
    assert list(document) == ["schema", "target", "sessions", "differences", "totals"]
    for session in document["sessions"]:
        assert list(session)[:9] == [
            "session", "replayed_as", "sent", "received", "expected", "acks", "gate_timeouts", "lateness_ms", "outcome",
        ]  # fmt: skip
        assert list(session["lateness_ms"]) == ["p50", "p99", "max"]
    assert [s["outcome"] for s in document["sessions"]] == ["completed", "not_replayable"]
    assert (document["sessions"][0]["sent"], document["sessions"][0]["expected"]) == (4, 6)
    assert document["differences"] == []
    assert report.status == 0


def test_differences() -> None:
    """Members, and the status that follows."""
    result = played(shop(), Opposite(lambda m: [(d, x.replace("paid", "payed")) for d, x in shop_says()(m)]))
    report = Report("http://x", "values", [result], found([result], Choice(), TERMS))
    assert [d["kind"] for d in report.document()["differences"]] == ["event_missing", "event_unexpected"]
    assert list(report.document()["differences"][0]) == [
        "kind", "namespace", "event", "path", "captured", "observed", "count",
    ]  # fmt: skip
    assert report.status == 1
    assert report.totals()["gate_timeouts"] == 1


def test_endings() -> None:
    """What was not sent, and an end that should not have been, are differences; without any session nothing was run."""
    result = played(shop(), Opposite(lambda m: [(0.001, "bye")] if "order" in str(m) else shop_says()(m)))
    kinds = {d.kind for d in found([result], Choice(), TERMS)}
    assert {"not_sent", "ending"} <= kinds
    assert Report("", "none", [result]).status == 1
    nothing = played(shop(), Opposite(shop_says(), opening="x"))
    assert nothing.outcome == outcome.GARBAGE
    assert Report("", "values", [nothing]).status == 2
    assert Report("", "values").status == 2
