"""The sections on acks and events."""

import re

from analyzer.report.text import events


def test_acks(printed, few):
    """Per event how many were asked for, how many never came, and the latencies."""
    lines = printed(events.show_acks, few.acks)
    assert lines[1] == "Acks  61 asked for, 4 unanswered"
    assert lines[2].split() == ["event", "namespace", "sent", "count", "unanswered", "p50", "p95", "max"]
    assert lines[3].split() == ["chat", "message", "/admin", "s2c", "61", "4", "3.1", "ms", "14.8", "ms", "34.8", "ms"]


def test_busiest_first(printed, few):
    """Events are in order of their number, with rates and sizes."""
    lines = printed(events.show_events, few.events)
    assert lines[1] == "Busiest events  177 events of 10 kinds"
    assert lines[3].split()[:7] == ["chat", "message", "/admin", "s2c", "61", "5.3/s", "4.82"]
    counts = [int(re.search(r"[cs]2[cs] +(\d+)", line)[1]) for line in lines[3:13]]
    assert counts == sorted(few.events["count"].tolist(), reverse=True)


def test_many(printed, table_of):
    """Of many kinds the busiest are shown and the rest counted; long names are cut in the middle of nothing else."""
    rows = [
        {
            "namespace": "/",
            "event": f"{number:03d}" + "x" * 90,
            "direction": "c2s",
            "count": number,
            "bytes": 1,
            "sessions": 1,
        }
        for number in range(40)
    ]
    lines = printed(events.show_events, table_of("events", rows))
    assert lines[3].split()[0].startswith("039")
    assert lines[-2] == "  and 25 more kinds"
    assert all(len(line) <= 80 for line in lines)
    acks = [{"event": str(number), "state": "unanswered"} for number in range(40)]
    assert printed(events.show_acks, table_of("acks", acks))[-2] == "  and 25 more kinds of event"


def test_one_namespace(printed, table_of):
    """Where there is only the default namespace its column is the first to go."""
    rows = [{"namespace": "/", "event": "x" * 60, "direction": "c2s", "count": 1}]
    assert "namespace" not in printed(events.show_events, table_of("events", rows))[2]
    rows = [row | {"namespace": "/admin"} for row in rows]
    assert "namespace" in printed(events.show_events, table_of("events", rows))[2]


def test_none(printed, empty):
    """Without events and acks the sections are left out."""
    assert printed(events.show_acks, empty.acks) == printed(events.show_events, empty.events) == [""]
