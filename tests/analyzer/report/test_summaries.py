"""Many rows in a few."""

import pytest

from analyzer.report import summaries

BEAT = {"session": "A", "server": "s:1", "pinger": "server", "state": "answered"}


def test_beats(table_of):
    """Per session: medians, spread, extremes, and how many came late or never."""
    beats = table_of(
        "heartbeats",
        [
            BEAT | {"interval_ms": 400.0, "deviation_ms": -1.0, "rtt_ms": 1.0, "margin_ms": 600.0},
            BEAT | {"interval_ms": 410.0, "deviation_ms": 1.0, "rtt_ms": 3.0, "margin_ms": 500.0},
            BEAT | {"interval_ms": 420.0, "deviation_ms": 0.0, "rtt_ms": 2.0, "margin_ms": -5.0, "state": "late"},
            BEAT | {"session": "B", "state": "missed"},
        ],
    )
    sessions = table_of(
        "sessions",
        [
            {"session": "A", "server": "s:1", "ping_interval_ms": 400, "ping_timeout_ms": 200},
            {"session": "A", "server": "s:2", "ping_interval_ms": 999},
        ],
    )
    first, second = summaries.beats(beats, sessions).to_dict("records")
    assert (first["pings"], first["late"], first["missed"], first["pinger"]) == (3, 1, 0, "server")
    assert (first["interval"], first["jitter"], first["margin"]) == (410.0, 1.0, -5.0)
    assert (first["rtt_p50"], first["rtt_p95"], first["rtt_max"]) == (2.0, pytest.approx(2.9), 3.0)
    assert (first["advertised"], first["timeout"]) == (400.0, 200.0)
    assert (second["session"], second["missed"]) == ("B", 1)
    assert second["rtt_max"] != second["rtt_max"]


def test_acks(table_of):
    """Per namespace, event and direction; unanswered ones first."""
    ack = {"namespace": "/", "event": "a", "direction": "c2s", "latency_ms": 2.0, "state": "answered"}
    table = table_of(
        "acks", [ack, ack | {"latency_ms": 4.0}, ack | {"event": None, "latency_ms": None, "state": "unanswered"}]
    )
    first, second = summaries.acks(table).to_dict("records")
    assert (first["count"], first["unanswered"]) == (1, 1)
    assert first["event"] != first["event"] or first["event"] is None
    assert (second["count"], second["unanswered"], second["latency_p50"], second["latency_max"]) == (2, 0, 3.0, 4.0)


def test_oddities(table_of):
    """Per code how often, in how many sessions, and the first one whole."""
    odd = {
        "time": 1,
        "layer": "tcp",
        "issue": "tcp_gap",
        "session": "A",
        "source": "a.pcap",
        "frame": 7,
        "detail": "one",
    }
    log = table_of(
        "log", [odd, odd | {"session": "B", "detail": "two"}, {"time": 2, "layer": "tcp"}, odd | {"issue": "x"}]
    )
    first, second = summaries.oddities(log).to_dict("records")
    assert (first["issue"], first["count"], first["sessions"]) == ("tcp_gap", 2, 2)
    assert (first["frame"], first["detail"], first["source"]) == (7, "one", "a.pcap")
    assert (second["issue"], second["count"]) == ("x", 1)


def test_nothing(empty, table_of):
    """Empty tables give empty summaries."""
    assert summaries.beats(empty.heartbeats, empty.sessions).empty
    assert summaries.acks(empty.acks).empty
    assert summaries.oddities(table_of("log", [])).empty


def test_is_in(few):
    """Membership is a plain boolean array, missing cells are in nothing."""
    assert summaries.is_in(few.upgrades["outcome"], "completed").tolist() == [True, True, False]
    assert not summaries.is_in(few.upgrades["probe_sent"], "x").any()
