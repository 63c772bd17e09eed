"""Tables of many rows in a few: the heartbeats of a session, the acks of an event, the oddities of a code."""

from typing import Any

import numpy as np
import pandas as pd

from analyzer.report.values import floats, texts

TAP = ["session", "server"]
"""A session, as seen at one place."""
ACKED = ["namespace", "event", "direction"]


def beats(heartbeats: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """One row a session and tap that has pings, in the order of their first one; times in ms.

    Columns: session, server, pinger, pings, advertised, timeout, interval (median), jitter (standard deviation of an
    interval from what was due), rtt_p50, rtt_p95, rtt_max, late, missed, margin (the smallest).
    """
    rows = _plain(heartbeats, [*TAP, "pinger"], ["interval_ms", "deviation_ms", "rtt_ms", "margin_ms"])
    rows["late"] = is_in(heartbeats["state"], "late")
    rows["missed"] = is_in(heartbeats["state"], "missed")
    groups = rows.groupby(TAP, sort=False, dropna=False)
    found = groups.agg(
        pinger=("pinger", "first"),
        pings=("late", "size"),
        interval=("interval_ms", "median"),
        jitter=("deviation_ms", "std"),
        late=("late", "sum"),
        missed=("missed", "sum"),
        margin=("margin_ms", "min"),
    )
    return _with_advertised(_spread(found, groups["rtt_ms"], "rtt"), sessions)


def _with_advertised(found: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """``found`` with what each session advertised."""
    numbers = zip(floats(sessions["ping_interval_ms"]), floats(sessions["ping_timeout_ms"]), strict=True)
    advertised = dict(zip(_taps(sessions), numbers, strict=True))
    nothing = (np.nan, np.nan)
    found[["advertised", "timeout"]] = np.array([advertised.get(tap, nothing) for tap in _taps(found)]).reshape(-1, 2)
    return found


def _taps(table: pd.DataFrame) -> list[tuple[str | None, ...]]:
    return list(zip(*(texts(table[name]) for name in TAP), strict=True))


def acks(table: pd.DataFrame) -> pd.DataFrame:
    """One row a namespace, event and direction, those with unanswered acks first, then the most frequent.

    Columns: namespace, event, direction, count, unanswered, latency_p50, latency_p95, latency_max (ms).
    """
    rows = _plain(table, ACKED, ["latency_ms"])
    rows["unanswered"] = is_in(table["state"], "unanswered")
    groups = rows.groupby(ACKED, sort=False, dropna=False)
    found = groups.agg(count=("unanswered", "size"), unanswered=("unanswered", "sum"))
    found = _spread(found, groups["latency_ms"], "latency")
    return found.sort_values(["unanswered", "count"], ascending=False, kind="stable", ignore_index=True)


def oddities(log: pd.DataFrame) -> pd.DataFrame:
    """One row an issue code, most frequent first: issue, count, sessions; source, frame and detail of its first row."""
    names = ["issue", "session", "source", "frame", "detail"]
    rows = log.loc[log["issue"].notna().to_numpy(dtype=bool), names].astype("object")
    found = rows.drop_duplicates("issue").drop(columns="session")
    groups = rows.groupby("issue")["session"]
    found["count"], found["sessions"] = found["issue"].map(groups.size()), found["issue"].map(groups.nunique())
    return found.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def is_in(column: "pd.Series[Any]", *values: str) -> Any:
    """Where a column holds one of the values, as a boolean array."""
    return column.astype("object").isin(values).to_numpy(dtype=bool)


def _plain(table: pd.DataFrame, names: list[str], numbers: list[str]) -> pd.DataFrame:
    """The columns as objects and as float64, whatever extension types they had."""
    columns: dict[str, Any] = {name: _objects(table[name]) for name in names}
    return pd.DataFrame(columns | {name: floats(table[name]) for name in numbers}, columns=[*names, *numbers])


def _objects(column: "pd.Series[Any]") -> Any:
    return column.astype("object").where(column.notna(), None).to_numpy()


def _spread(found: pd.DataFrame, values: Any, prefix: str) -> pd.DataFrame:
    """``found`` with median, 95th percentile and maximum of each group's values, its keys as columns."""
    found[f"{prefix}_p50"] = values.quantile(0.5).to_numpy()
    found[f"{prefix}_p95"] = values.quantile(0.95).to_numpy()
    found[f"{prefix}_max"] = values.max().to_numpy()
    return found.reset_index()
