"""How long acks took, captured and live, and how late steps were: percentiles in milliseconds."""

from collections.abc import Iterable, Sequence
from typing import Any

from analyzer.replay.played import Played

Percentiles = dict[str, float | None]


def percentiles(seconds: Iterable[float]) -> Percentiles:
    """``p50``, ``p99`` and ``max`` in ms, nearest rank; None where there is nothing."""
    values = sorted(seconds)
    return {"p50": _rank(values, 0.5), "p99": _rank(values, 0.99), "max": _rank(values, 1.0)}


def _rank(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    place = min(len(values) - 1, max(0, -int(-share * len(values) // 1) - 1))
    return round(values[place] * 1e3, 3)


def acks(played: Iterable[Played]) -> list[dict[str, Any]]:
    """Latencies of the server's acks by namespace and event, captured beside observed."""
    groups: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for each in played:
        sent = {step.number: time for step, time, _ in each.sent}
        asked = {step.number: step.time for step in each.plan.steps}
        for expected in each.plan.expected:
            if expected.answers is None or expected.answers not in asked:
                continue
            key = (expected.said.namespace, expected.said.event or "")
            then, now = groups.setdefault(key, ([], []))
            then.append((expected.said.time - asked[expected.answers]) / 1e9)
            live = each.acks.get(expected.answers)
            if live is not None and expected.answers in sent:
                now.append(live.time - sent[expected.answers])
    return [
        {
            "namespace": namespace,
            "event": event,
            "expected": len(then),
            "received": len(now),
            "captured_ms": percentiles(then),
            "observed_ms": percentiles(now),
        }
        for (namespace, event), (then, now) in groups.items()
    ]


def lateness(played: Iterable[Played]) -> Percentiles:
    """How late steps left."""
    return percentiles(late for each in played for _, _, late in each.sent)
