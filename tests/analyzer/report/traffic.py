"""Made-up traffic as tables with the real columns and dtypes: a few sessions, a crowd, none, hostile ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyzer.records import COLUMNS
from analyzer.report.analysis import Analysis, no_findings
from analyzer.stamps import to_text
from analyzer.tables.frame import DTYPES
from analyzer.tables.schema import TABLES

START = 1_795_402_732_211_299_000
MS = 1_000_000


def table(name, rows):
    """Rows (dicts) as the table of that name, every column present and of its dtype."""
    dtypes = {column: DTYPES[kind] for column, kind in COLUMNS.items()} if name == "log" else TABLES[name]
    return pd.DataFrame({column: series([row.get(column) for row in rows], dtype) for column, dtype in dtypes.items()})


def series(values, dtype):
    """Values of a column; times are ns."""
    if dtype.startswith("datetime"):
        values = [pd.NaT if value is None else pd.Timestamp(value, tz="UTC") for value in values]
    return pd.Series(values, dtype=dtype)


@dataclass
class Traffic:
    """Rows of every table, gathered session by session."""

    log: list
    sessions: list
    heartbeats: list
    upgrades: list
    acks: list

    def analysis(self, sources=()):
        """What was gathered, as an Analysis."""
        self.log.sort(key=lambda row: row["time"])
        return Analysis(
            log=table("log", self.log),
            sessions=table("sessions", self.sessions),
            heartbeats=table("heartbeats", self.heartbeats),
            upgrades=table("upgrades", self.upgrades),
            acks=table("acks", self.acks),
            events=count_events(self.log),
            findings=no_findings(),
            sources=list(sources),
        )


def count_events(log):
    """The table of events of such a log."""
    rows = pd.DataFrame([row for row in log if row.get("event") is not None])
    if rows.empty:
        return table("events", [])
    groups = rows.groupby(["namespace", "event", "direction"], sort=False)
    span = max((rows["time"].max() - rows["time"].min()) / 1e9, 1e-9)
    return table(
        "events",
        [
            {
                "namespace": n,
                "event": e,
                "direction": d,
                "count": len(g),
                "rate_per_s": len(g) / span,
                "bytes": int(g["size"].sum()),
                "size_p50": g["size"].median(),
                "size_p95": g["size"].quantile(0.95),
                "size_max": g["size"].max(),
                "sessions": g["session"].nunique(),
            }
            for (n, e, d), g in groups
        ],
    )


def make(count=3, seconds=12.0, interval=400, timeout=1000, seed=1, names=None, event_names=None, messages=60):
    """``count`` sessions of various fates, each some ``seconds`` long."""
    random = np.random.default_rng(seed)
    traffic = Traffic([], [], [], [], [])
    for number in range(count):
        sid = (
            names[number] if names else "".join(random.choice(list("ABCDEFabcdef0123_-xyzXYZ"), 15)) + f"A{number:04d}"
        )
        _session(traffic, random, number, sid, (seconds, interval, timeout, event_names or EVENTS, messages))
    sources = [
        {
            "source": "capture.pcap",
            "packets": 404 * count,
            "bytes": 56_300 * count,
            "connections": 3 * count,
            "passed_over": 1,
            "passed_over_kinds": {"tls": 1},
            "truncated": 2,
            "dropped": None,
            "missing_bytes": 1448,
            "scapy": 0,
            "not_tcp": 17,
            "first_time": to_text(START - 5 * MS),
            "last_time": to_text(START + int(seconds * 1e9)),
        }
    ]
    return traffic.analysis(sources)


EVENTS = (
    "chat message",
    "cursor",
    "presence:update",
    "typing",
    "sync",
    "metrics",
    "file.chunk",
    "error",
    "joined",
    "left",
)


def _session(traffic, random, number, sid, plan):
    seconds, interval, timeout, event_names, messages = plan
    opened = START + (int(random.uniform(0, 0.3 * seconds * 1e9)) if number else 0)
    length = seconds * (random.uniform(0.4, 0.7) if number else 1.0)
    fate = number % 7
    outcome = {2: "refused", 5: "failed"}.get(fate, "completed") if fate != 4 else None
    switch = opened + int(random.uniform(30, 80) * MS)
    cause = {3: "ping_timeout", 5: "transport_cut"}.get(fate, None if fate == 6 else "client_close")
    closed = None if cause is None else opened + int(length * 1e9)
    end = closed or START + int(seconds * 1e9)
    base = {
        "source": "capture.pcap",
        "session": sid,
        "client": f"127.0.0.1:{36974 + number}",
        "server": "127.0.0.1:3001",
    }
    traffic.log.append(
        base | {"time": opened, "layer": "engine.io", "type": "open", "direction": "s2c", "transport": "polling"}
    )
    if outcome:
        _upgrade(traffic, random, base, outcome, switch)
    _beats(traffic, random, base, (opened, end, interval, timeout, cause, outcome, switch))
    rows = _events(traffic, random, base, (opened, end, event_names, messages, outcome, switch))
    transports = {None: "websocket", "completed": "polling>websocket"}.get(outcome, "polling")
    traffic.sessions.append(
        base
        | {
            "engine": 4,
            "opened": opened,
            "closed": closed,
            "duration_s": (end - opened) / 1e9 if closed else None,
            "transports": transports,
            "upgrade": outcome or "none",
            "ping_interval_ms": interval,
            "ping_timeout_ms": timeout,
            "max_payload": 1_000_000,
            "namespaces": "/,/admin" if number % 3 == 0 else "/",
            "packets_c2s": rows // 2 + 3,
            "packets_s2c": rows // 2 + 9,
            "bytes_c2s": rows * 37,
            "bytes_s2c": rows * 53,
            "closed_by": {"ping_timeout": "server", "transport_cut": "network", "client_close": "client"}.get(cause),
            "close_cause": cause,
        }
    )


def _upgrade(traffic, random, base, outcome, switch):
    steps = np.cumsum(random.gamma(2.0, [2.0, 1.0, 1.0, 4.0, 2.0])) * MS
    started, sent, answered, done, drained = (int(switch - steps[3] + step - steps[0]) for step in steps)
    row = {"session": base["session"], "from": "polling", "to": "websocket", "started": started, "outcome": outcome}
    if outcome == "completed":
        row |= {"probe_sent": sent, "probe_answered": answered, "upgrade_sent": done, "drained": drained, "status": 101}
        row |= {"duration_ms": (done - started) / MS}
    elif outcome == "refused":
        row |= {"status": 400, "cause": '{"code":3,"message":"Bad request"}', "duration_ms": (answered - started) / MS}
    else:
        row |= {"probe_sent": sent, "status": 101, "cause": "the WebSocket closed before 3probe", "duration_ms": 38.0}
    traffic.upgrades.append(row)


def _beats(traffic, random, base, plan):
    opened, end, interval, timeout, cause, outcome, switch = plan
    at, before, wait = opened + interval * MS, opened, 0.0
    while at < end:
        rtt = float(random.lognormal(0.3, 0.6))
        beat = {
            "session": base["session"],
            "server": base["server"],
            "pinger": "server",
            "ping_time": at,
            "transport": "websocket" if outcome in (None, "completed") and at > switch else "polling",
            "pong_time": at + int(rtt * MS),
            "rtt_ms": rtt,
            "interval_ms": (at - before) / MS,
            "expected_ms": interval + wait,
            "margin_ms": timeout - rtt,
            "state": "answered",
        }
        beat["deviation_ms"] = beat["interval_ms"] - beat["expected_ms"]
        jitter = float(abs(random.normal(0, 2)))
        before, wait = at, rtt
        at += int((interval + rtt + jitter) * MS)
        if cause == "ping_timeout" and at >= end:
            beat |= {"pong_time": None, "rtt_ms": None, "state": "missed", "margin_ms": None}
        elif random.random() < 0.005:
            beat |= {"state": "late", "margin_ms": -12.5, "rtt_ms": timeout + 12.5}
        traffic.heartbeats.append(beat)
        traffic.log.append(
            base
            | {
                "time": beat["ping_time"],
                "layer": "engine.io",
                "type": "ping",
                "direction": "s2c",
                "transport": beat["transport"],
                "size": 1,
            }
        )


def _events(traffic, random, base, plan):
    opened, end, event_names, messages, outcome, switch = plan
    count = int(random.poisson(messages))
    weights = 1.0 / np.arange(1, len(event_names) + 1)
    burst = opened + (end - opened) * random.beta(1.2, 1.8, count)
    picked = random.choice(len(event_names), count, p=weights / weights.sum())
    for at, which in zip(burst.astype(np.int64).tolist(), picked.tolist(), strict=True):
        ws = outcome in (None, "completed") and at > switch
        row = base | {
            "time": at,
            "layer": "socket.io",
            "type": "EVENT",
            "namespace": "/" if which % 3 else "/admin",
            "event": event_names[which],
            "direction": "c2s" if which % 2 else "s2c",
            "transport": "websocket" if ws else "polling",
            "size": int(random.lognormal(4, 1)),
            "frame": int(random.integers(1, 9999)),
        }
        traffic.log.append(row)
        if which == 0:
            answered = random.random() > 0.05
            latency = float(random.lognormal(1, 0.8))
            traffic.acks.append(
                {
                    "session": base["session"],
                    "namespace": row["namespace"],
                    "direction": row["direction"],
                    "ack_id": len(traffic.acks),
                    "event": row["event"],
                    "sent": at,
                    "answered": at + int(latency * MS) if answered else None,
                    "latency_ms": latency if answered else None,
                    "state": "answered" if answered else "unanswered",
                }
            )
    if count and base["session"].endswith(("1", "2")):
        traffic.log.append(
            base
            | {
                "time": end - 1,
                "layer": "tcp",
                "type": "gap",
                "issue": "tcp_gap",
                "frame": 123,
                "detail": "1448 bytes are missing from the capture, reading went on at the next frame",
            }
        )
    return count
