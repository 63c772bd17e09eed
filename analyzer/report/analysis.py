"""What a report is made from: the tables of a log, and what its sources said of themselves."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyzer.findings.kind import SEVERITIES
from analyzer.records import Layer, Row
from analyzer.report import refusals as refused
from analyzer.report.values import text, times
from analyzer.stamps import to_text
from analyzer.tables import schema

if TYPE_CHECKING:
    from analyzer.tables.payloads import Payloads

LOG_COLUMNS = (
    "time",
    "source",
    "frame",
    "session",
    "transport",
    "layer",
    "type",
    "namespace",
    "event",
    "data",
    "issue",
    "detail",
)
"""Columns of the log that reports read; ``data`` only on the rows of layer ``capture``."""

SUMMARY = "summary"
"""Type of the one row a source has of layer ``capture`` without an issue."""


def no_findings() -> pd.DataFrame:
    """The table of findings, empty."""
    return schema.empty(schema.FINDINGS)


def no_refusals() -> pd.DataFrame:
    """The table of refusals, empty."""
    return pd.DataFrame(columns=list(refused.COLUMNS))


@dataclass(frozen=True)
class Analysis:
    """A log, its tables, and its sources (one dict of counters each, with the file name as ``source``)."""

    log: pd.DataFrame
    """The log, or no more than `LOG_COLUMNS` of it."""
    sessions: pd.DataFrame
    heartbeats: pd.DataFrame
    upgrades: pd.DataFrame
    acks: pd.DataFrame
    events: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=no_findings)
    sources: list[dict[str, Any]] = field(default_factory=list)
    refusals: pd.DataFrame = field(default_factory=no_refusals)
    """Requests that were refused (`analyzer.report.refusals`)."""
    fanout: dict[str, pd.DataFrame] = field(default_factory=dict)
    """The tables ``broadcasts`` and ``rooms``, where they were asked for."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name to table, in the order they are reported."""
        names = ("sessions", "heartbeats", "upgrades", "acks", "events", "findings")
        return {name: getattr(self, name) for name in names} | self.fanout

    def worst_is(self, severity: str) -> bool:
        """Whether there is a finding of a severity, or of a worse one."""
        enough = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return bool(self.findings["severity"].isin(enough).any())


def of(rows: Iterable[Sequence[Row]], payloads: "Payloads | None" = None) -> Analysis:
    """Analyses rows of the log as they come, in time order; of each no more is kept than tables and reports need.

    ``payloads``, which has watched the same rows, asks for the rooms as well.
    """
    from analyzer import store, tables

    log = tables.frame((batch for some in rows for batch in store.batches(some)), lean=True)
    return of_log(log if payloads is None else payloads.beside(log), rooms=payloads is not None)


def of_log(log: pd.DataFrame, *, rooms: bool = False) -> Analysis:
    """Analyses a log that is a DataFrame already; ``rooms``: with those, which takes a log that has its payloads."""
    from analyzer.findings.case import Case
    from analyzer.findings.table import of_case
    from analyzer.tables.rooms import fanout

    case = Case(log)
    found = of_case(case)
    more = fanout(log) if rooms else {}
    kept, sources, refusals = log[list(LOG_COLUMNS)], sources_of(log), refused.refusals(log)
    return Analysis(kept, sources=sources, refusals=refusals, findings=found, fanout=more, **case.tables)


def sources_of(log: pd.DataFrame) -> list[dict[str, Any]]:
    """The counters of each source, in order of appearance, from its ``summary`` rows.

    A source without one (a log still being written, a live proxy) has the number of its ``rows`` and their ``first``
    and ``last`` time instead.
    """
    summaries = _summaries(log)
    return [
        {"source": name} | (summaries.get(name) or _from_rows(log[(log["source"] == name).fillna(False).astype(bool)]))
        for name in map(str, log["source"].dropna().unique())
    ]


def _summaries(log: pd.DataFrame) -> dict[str, dict[str, Any]]:
    rows = log[((log["layer"] == Layer.CAPTURE) & (log["type"] == SUMMARY)).fillna(False).astype(bool)]
    pairs = zip(rows["source"].tolist(), rows["data"].tolist(), strict=True)
    return {name: _counters(text(data)) for source, data in pairs if (name := text(source)) is not None}


def _from_rows(rows: pd.DataFrame) -> dict[str, Any]:
    moments = times(rows["time"])
    return {"rows": len(rows), "first_time": to_text(int(moments.min())), "last_time": to_text(int(moments.max()))}


def _counters(data: str | None) -> dict[str, Any]:
    """The members of a JSON object that are values, or lists or objects of values: no source has deeper ones."""
    try:
        found = json.loads(data or "{}")
    except (ValueError, RecursionError):
        return {}
    members = found.items() if isinstance(found, dict) else ()
    return {name: _clean(value, 1) for name, value in members if name != "source"}


def _clean(value: Any, depth: int = 0) -> Any:
    """The value; None for numbers that are not finite, and for what lies deeper than ``depth``."""
    if isinstance(value, dict):
        return {name: _clean(item, depth - 1) for name, item in value.items()} if depth else None
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value] if depth else None
    return None if isinstance(value, float) and not math.isfinite(value) else value
