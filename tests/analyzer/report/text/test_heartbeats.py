"""The section on heartbeats."""

from analyzer.report.text import heartbeats


def test_narrow(printed, few, names_of):
    """At 80 columns: both intervals, jitter, round trips, late and missed ones, and the margin."""
    lines = printed(heartbeats.show, few.heartbeats, few.sessions, names_of(few))
    assert lines[1] == "Heartbeats  60 pings in 3 sessions: 0 late, 0 missed"
    assert lines[2].split() == ["session", "adv.", "seen", "jitter", "rtt", "p50/p95/max", "late", "missed", "margin"]
    cells = ["400", "ms", "403", "ms", "1.1", "ms", "1.5/2.7/2.9", "ms", "0", "0", "997", "ms"]
    assert lines[3].split()[1:] == cells
    assert lines[6].startswith("  adv.: advertised interval")


def test_wide(printed, few, names_of):
    """With room there is who pings, and how often."""
    lines = printed(heartbeats.show, few.heartbeats, few.sessions, names_of(few), width=130)
    assert lines[3].split()[1:3] == ["server", "29"]


def test_missed(printed, table_of):
    """Where a ping was missed no margin was left, and a late one shows how late."""
    beat = {"session": "A", "server": "s", "margin_ms": 5.0, "state": "answered"}
    beats = table_of(
        "heartbeats", [beat, beat | {"margin_ms": None, "state": "missed"}, beat | {"session": "B", "margin_ms": -7.0}]
    )
    lines = printed(heartbeats.show, beats, table_of("sessions", []), {"A": "A", "B": "B"})
    assert lines[3].split()[-3:] == ["0", "1", "none"]
    assert lines[4].split()[-2:] == ["-7.0", "ms"]


def test_many(printed, crowd, names_of):
    """Of many sessions those with missed and late pings are shown."""
    lines = printed(heartbeats.show, crowd.heartbeats, crowd.sessions, names_of(crowd))
    rows = [line for line in lines if line.rstrip().endswith(("ms", "none", " s")) and "pings in" not in line]
    assert len(rows) == heartbeats.SHOWN
    assert all(line.rstrip().endswith("none") or "-" in line.split()[-2] for line in rows)
    assert f"  and {crowd.heartbeats['session'].nunique() - heartbeats.SHOWN} more sessions" in lines


def test_none(printed, empty):
    """Without heartbeats the section is left out."""
    assert printed(heartbeats.show, empty.heartbeats, empty.sessions, {}) == [""]
