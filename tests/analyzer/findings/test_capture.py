"""What the capture lacks."""

import pytest

from analyzer import findings
from analyzer.records import Row
from tests.analyzer.findings.failures import found, only
from tests.rows import MS, START, Talk, log_of


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        ("capture_truncated", "capture_truncated"),
        ("capture_midstream", "capture_midstream"),
        ("capture_one_way", "capture_one_way"),
        ("capture_encrypted", "undecryptable"),
    ],
)
def test_whole_sources(issue, code):
    """A finding a source, in the words of who read it."""
    talk = Talk().open(0).join(1).close(500)
    for name in ("a.pcap", "b.pcap"):
        talk.rows += [Row(START + 600 * MS, source=name, type="issue", issue=issue, detail="seven of them")]
    table = findings(log_of(talk))
    assert table["code"].tolist() == [code] * 2
    assert "In a.pcap, seven of them" in table["explanation"][0]


def test_gap():
    """How much is missing, where."""
    talk = Talk().open(0).join(1).tcp(100, "gap", "c2s", size=1500, issue="tcp_gap")
    said = only(findings(log_of(talk.tcp(200, "gap", "s2c", size=500).close(500))), "capture_gap")
    assert "2.00 kB are missing from the capture in 2 holes of 1 connection" in said["explanation"]


def test_truncated_is_not_a_gap_too():
    """What was cut off shows as holes: one finding."""
    talk = Talk().open(0).join(1).tcp(100, "gap", "c2s", size=1500, issue="tcp_gap").close(500)
    talk.rows.append(
        Row(START + 600 * MS, source="x.pcap", type="issue", issue="capture_truncated", detail="2 packets")
    )
    assert findings(log_of(talk))["code"].tolist() == ["capture_truncated"]


def test_seen_twice():
    """A real talk, recorded before and behind a proxy."""
    said = only(found("seen-twice"), "seen_twice")
    assert said["explanation"].count("127.0.0.1:") == 2
    assert found("seen-twice")["code"].tolist() == ["seen_twice"]
