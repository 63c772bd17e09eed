"""What was read."""

from analyzer.report.text import sources

FULL = {
    "source": "day.pcap",
    "packets": 1204,
    "bytes": 56_249,
    "connections": 7,
    "passed_over": 3,
    "passed_over_kinds": {"tls": 2, "other": 1},
    "truncated": 0,
    "dropped": 5,
    "missing_bytes": None,
    "midstream": 1,
    "moon_phase": 4,
    "first_time": "2026-11-20T08:32:12.167000000Z",
    "last_time": "2026-11-20T08:32:37.167000000Z",
    "comments": ["section 1: made\nby hand"],
}


def test_everything(printed):
    """Size, span, connections, what was passed over, counters known or not, and comments."""
    assert printed(sources.show, [FULL])[1:-1] == [
        "Sources",
        "  day.pcap",
        "    1,204 packets, 56.2 kB in 25.0 s from 2026-11-20 08:32:12.167 UTC",
        "    7 connections, 3 passed over (2 tls, 1 other)",
        "    5 packets dropped by the capture, 1 connection begun before the capture, 4",
        "    moon phase",
        "    comment: section 1: made\\nby hand",
        "  to read TLS, give --keylog FILE: the secrets that a peer writes while it",
        "  talks, with SSLKEYLOGFILE=FILE in its environment (browsers, curl, Python), as",
        "  node --tls-keylog=FILE, or with MITMPROXY_SSLKEYLOGFILE=FILE (mitmproxy)",
    ]


def test_little(printed):
    """A source that says nothing of itself shows by its name, one of rows by their number."""
    assert printed(sources.show, [{"source": "x"}])[1:-1] == ["Sources", "  x"]
    rows = {"source": "log.jsonl", "rows": 3, "first_time": "1970-01-01T00:00:00Z", "last_time": "1970-01-01T00:00:01Z"}
    assert "    3 rows in 1.00 s from 1970-01-01 00:00:00.000 UTC" in printed(sources.show, [rows])


def test_nonsense(printed):
    """Members of any type do no harm."""
    odd = {
        "source": "\x1b[2J",
        "packets": "many",
        "passed_over": [1],
        "passed_over_kinds": 3,
        "comments": {},
        "x": {"y": 1},
    }
    assert printed(sources.show, [odd])[1:-1] == ["Sources", "  \\x1b[2J"]


def test_many(printed):
    """Of many sources the first are shown and the rest counted."""
    lines = printed(sources.show, [{"source": f"part{number}"} for number in range(15)])
    assert lines[1] == "Sources  15"
    assert lines[-2] == "  and 3 more sources"
