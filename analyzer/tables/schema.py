"""Columns and dtypes of the tables, and how one is made. Every table has all its columns, also when it is empty."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

TEXT, TIME, FLOAT, WHOLE, LISTS = "string", "datetime64[ns, UTC]", "Float64", "Int64", "object"

NO_TIME = np.iinfo(np.int64).min
"""A missing time among ns since 1970 UTC; the same number that numpy's NaT is."""

SESSIONS = {
    "session": TEXT,
    "engine": "Int8",
    "client": TEXT,
    "server": TEXT,
    "opened": TIME,
    "closed": TIME,
    "duration_s": FLOAT,
    "transports": TEXT,
    "upgrade": TEXT,
    "ping_interval_ms": WHOLE,
    "ping_timeout_ms": WHOLE,
    "max_payload": WHOLE,
    "namespaces": TEXT,
    "packets_c2s": WHOLE,
    "packets_s2c": WHOLE,
    "bytes_c2s": WHOLE,
    "bytes_s2c": WHOLE,
    "closed_by": TEXT,
    "close_cause": TEXT,
}
HEARTBEATS = {
    "session": TEXT,
    "server": TEXT,
    "pinger": TEXT,
    "transport": TEXT,
    "ping_time": TIME,
    "pong_time": TIME,
    "rtt_ms": FLOAT,
    "interval_ms": FLOAT,
    "expected_ms": FLOAT,
    "deviation_ms": FLOAT,
    "margin_ms": FLOAT,
    "state": TEXT,
}
UPGRADES = {
    "session": TEXT,
    "from": TEXT,
    "to": TEXT,
    "started": TIME,
    "probe_sent": TIME,
    "probe_answered": TIME,
    "upgrade_sent": TIME,
    "drained": TIME,
    "duration_ms": FLOAT,
    "outcome": TEXT,
    "status": "Int16",
    "cause": TEXT,
}
ACKS = {
    "session": TEXT,
    "namespace": TEXT,
    "direction": TEXT,
    "ack_id": WHOLE,
    "event": TEXT,
    "sent": TIME,
    "answered": TIME,
    "latency_ms": FLOAT,
    "state": TEXT,
}
EVENTS = {
    "namespace": TEXT,
    "event": TEXT,
    "direction": TEXT,
    "count": WHOLE,
    "rate_per_s": FLOAT,
    "bytes": WHOLE,
    "size_p50": FLOAT,
    "size_p95": FLOAT,
    "size_max": WHOLE,
    "sessions": WHOLE,
}
BROADCASTS = {
    "broadcast": WHOLE,
    "room": WHOLE,
    "namespace": TEXT,
    "event": TEXT,
    "time": TIME,
    "spread_ms": FLOAT,
    "frame": WHOLE,
    "size": WHOLE,
    "payload": WHOLE,
    "recipients": LISTS,
    "sender": TEXT,
    "sender_is": TEXT,
}
ROOMS = {
    "room": WHOLE,
    "namespace": TEXT,
    "scope": TEXT,
    "members": LISTS,
    "former": LISTS,
    "events": LISTS,
    "broadcasts": WHOLE,
    "payloads": WHOLE,
    "left_out": WHOLE,
    "included": WHOLE,
    "first": TIME,
    "last": TIME,
    "spread_ms": FLOAT,
    "confidence": TEXT,
}
FINDINGS = {
    "code": TEXT,
    "severity": TEXT,
    "session": TEXT,
    "time": TIME,
    "frames": LISTS,
    "explanation": TEXT,
    "advice": TEXT,
}
"""Columns of `analyzer.findings`, whose rows are made from all tables."""
TABLES = {"sessions": SESSIONS, "heartbeats": HEARTBEATS, "upgrades": UPGRADES, "acks": ACKS, "events": EVENTS}
"""Name of a table to its columns."""


def table(schema: Mapping[str, str], columns: Mapping[str, Any]) -> pd.DataFrame:
    """A table with the columns and dtypes of ``schema``.

    Times come as ns since 1970 UTC (int64, `NO_TIME` for none); of other numbers NaN is missing, of text None.
    """
    return pd.DataFrame({name: _column(dtype, columns[name]) for name, dtype in schema.items()})


def empty(schema: Mapping[str, str]) -> pd.DataFrame:
    """The table without rows."""
    return table(schema, {name: np.empty(0, np.int64) if dtype == TIME else [] for name, dtype in schema.items()})


def _column(dtype: Any, values: Any) -> Any:
    if dtype == TIME:
        return pd.Series(np.asarray(values, np.int64).view("datetime64[ns]")).dt.tz_localize("UTC")
    if dtype == LISTS:
        lists = np.empty(len(values), object)
        for place, value in enumerate(values):  # at once, numpy would take lists of one length for a matrix
            lists[place] = value
        return pd.Series(lists, dtype=dtype)
    if dtype == TEXT:
        return pd.array(np.asarray(values, object), dtype=dtype)
    numbers = np.asarray(values)
    missing = np.isnan(numbers.astype(np.float64))
    column: Any = pd.array(
        np.where(missing, 0, numbers).astype(np.float64 if dtype == FLOAT else np.int64), dtype=dtype
    )
    column[missing] = pd.NA
    return column
