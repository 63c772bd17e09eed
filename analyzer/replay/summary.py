"""A run's report as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from analyzer.replay import outcome
from analyzer.replay.compare import Difference
from analyzer.replay.played import Played
from analyzer.replay.report import COULD_NOT_RUN, Report
from analyzer.text import elide, printable

_MOST = 20
"""Sessions and kinds of difference shown at most; ``--json`` has them all."""
_KINDS = {
    "not_sent": "not sent",
    "ending": "ended differently",
    "upgrade": "not upgraded",
    "value": "other value",
    "type": "other type",
    "member_missing": "member missing",
    "member_unexpected": "member unexpected",
}


def lines(report: Report) -> Iterator[str]:
    """The report, one line after the other, every one printable."""
    for line in _lines(report):
        yield printable(line)


def _lines(report: Report) -> Iterator[str]:
    totals = report.totals()
    if report.status == COULD_NOT_RUN:
        yield f"Nothing could be replayed against {report.target}"
        yield from _troubled(report)
        return
    yield f"Replayed against {report.target} in {report.seconds:.1f} s"
    yield f"  sessions     {totals['completed']} of {totals['sessions']} completed" + _skipped(report)
    unsent = f", {totals['not_sent']} not sent" if totals["not_sent"] else ""
    yield f"  sent         {totals['sent']} packets{unsent}"
    yield f"  received     {totals['received']} packets, {totals['expected']} expected"
    if totals["gate_timeouts"]:
        yield f"  waits        {totals['gate_timeouts']} ended in vain"
    yield f"  lateness     {_percentiles(totals['lateness_ms'])}"
    yield from _latency(totals["ack_latency"])
    yield from _troubled(report)
    yield from _waits(report)
    yield from _differences(report)


def _skipped(report: Report) -> str:
    return f", {len(report.skipped)} not replayable" if report.skipped else ""


def _percentiles(values: dict[str, float | None]) -> str:
    return " · ".join(f"{name} {'-' if value is None else f'{value:.1f} ms'}" for name, value in values.items())


def _latency(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield ""
        yield "Acks                            captured p50 / max        observed p50 / max"
    for row in rows[:_MOST]:
        name = elide(f"{row['event']}" + ("" if row["namespace"] == "/" else f" ({row['namespace']})"), 28)
        told = "".join(f"{_pair(row[side]):<26}" for side in ("captured_ms", "observed_ms"))
        yield f"  {name:<30}{told}".rstrip()
    if len(rows) > _MOST:
        yield f"  and {len(rows) - _MOST} more"


def _pair(values: dict[str, float | None]) -> str:
    return " / ".join("-" if values[name] is None else f"{values[name]:.1f}" for name in ("p50", "max")) + " ms"


def _troubled(report: Report) -> Iterator[str]:
    """Sessions that did not go to their end, and those that were not begun."""
    bad = [each for each in report.played if each.outcome != outcome.COMPLETED]
    if bad or report.skipped:
        yield ""
        yield "Sessions"
    for each in bad[:_MOST]:
        yield f"  {each.plan.session:<22} {each.outcome}: {_where(each)}{each.detail}"
    for session, why in report.skipped[:_MOST]:
        yield f"  {session or '-':<22} not replayable: {why}"
    more = max(0, len(bad) - _MOST) + max(0, len(report.skipped) - _MOST)
    if more:
        yield f"  and {more} more"


def _where(played: Played) -> str:
    steps = len(played.sent) + len(played.unsent)
    return f"after {len(played.sent)} of {steps} steps: " if played.sid is not None else ""


def _waits(report: Report) -> Iterator[str]:
    waits = [(each, wait) for each in report.played for wait in each.timeouts]
    if waits:
        yield ""
        yield "Waited in vain"
    for each, wait in waits[:_MOST]:
        awaited = ", ".join(wait.awaited)
        yield f"  {each.plan.session:<22} {wait.seconds:.1f} s for {awaited} before {wait.step}"
    if len(waits) > _MOST:
        yield f"  and {len(waits) - _MOST} more"


def _differences(report: Report) -> Iterator[str]:
    yield ""
    if not report.differences:
        yield "No differences" if report.level != "none" else "Not compared"
        return
    yield f"Differences: {sum(each.count for each in report.differences)} in {len(report.differences)} places"
    for each in report.differences[:_MOST]:
        yield f"  {each.count:>4} × {_KINDS.get(each.kind, each.kind.replace('_', ' '))}{_place(each)}"
        if each.captured is not None:
            yield f"         captured {elide(each.captured, 100)}"
        if each.observed is not None:
            yield f"         observed {elide(each.observed, 100)}"
    if len(report.differences) > _MOST:
        yield f"  and {len(report.differences) - _MOST} more places"


def _place(each: Difference) -> str:
    parts = [each.event and f" {each.event!r}", each.path and f" {each.path}"]
    where = f" in {each.namespace}" if each.namespace not in (None, "/") else ""
    return ":" * any(parts) + "".join(filter(None, parts)) + where
