"""Upgrades as timelines."""

import pytest

from analyzer.report.text import upgrades

MS = 1_000_000
DONE = {
    "session": "A", "from": "polling", "to": "websocket", "outcome": "completed", "status": 101, "duration_ms": 3.6,
    "started": 103 * MS, "probe_sent": 104 * MS + 200_000, "probe_answered": 104 * MS + 600_000,
    "upgrade_sent": 106 * MS + 600_000, "drained": 105 * MS + 600_000,
}  # fmt: skip
REFUSED = {
    "session": "B",
    "outcome": "refused",
    "status": 400,
    "cause": "Bad\nrequest",
    "started": 5 * MS,
    "duration_ms": 2.0,
}
NAMES = {"A": "A", "B": "B"}


@pytest.fixture
def sessions(table_of):
    """The sessions of the attempts above."""
    return table_of("sessions", [{"session": "A", "opened": 100 * MS}, {"session": "B", "opened": None}])


def test_timeline(table_of):
    """Steps with their delays; a unit only where it changes, a minus where the capture has them the other way round."""
    row = table_of("upgrades", [DONE]).to_dict("records")[0] | {"opened": 99_900_000}
    steps = ["handshake", "request +3.1 ms", "2probe +1.2", "3probe +0.40", "5 +2.0"]
    assert list(upgrades.timeline(row).values()) == steps
    assert upgrades.timeline(row | {"probe_answered": 104 * MS})["probe_answered"] == "3probe -0.20"
    assert upgrades.timeline(row | {"upgrade_sent": 5_000 * MS})["upgrade_sent"] == "5 +4.90 s"


def test_narrow(printed, table_of, sessions):
    """At 80 columns an attempt has a line for its outcome, one for its steps, and one for what went wrong."""
    assert printed(upgrades.show, table_of("upgrades", [DONE, REFUSED]), sessions, NAMES)[1:-1] == [
        "Upgrades  2 attempts: 1 completed, 1 refused",
        "  A  completed in 3.6 ms; polls drained 1.0 ms before 5",
        "    handshake → request +3.0 ms → 2probe +1.2 → 3probe +0.40 → 5 +2.0",
        "  B  refused (400) after 2.0 ms",
        "    request",
        "    Bad\\nrequest",
    ]


def test_the_same_cause_again(printed, table_of, sessions):
    """A cause is given once where attempts fail alike."""
    lines = printed(upgrades.show, table_of("upgrades", [REFUSED, REFUSED]), sessions, NAMES)
    assert [line for line in lines if "Bad" in line] == ["    Bad\\nrequest"]
    assert "  B  refused (400) after 2.0 ms, likewise" in lines


def test_wide(printed, table_of, sessions):
    """With room an attempt is one line, its steps below those of the others."""
    lines = printed(upgrades.show, table_of("upgrades", [DONE, DONE, REFUSED]), sessions, NAMES, width=130)
    assert lines[3].endswith("handshake → request +3.0 ms → 2probe +1.2 → 3probe +0.40 → 5 +2.0  drained -1.0 ms")
    assert lines[5].split()[1:] == ["refused", "(400)", "2.0", "ms", "request", "Bad\\nrequest"]
    assert lines[3] == lines[4]


def test_plain_characters(printed, table_of, sessions):
    """Where the terminal has no arrows they are made of what it has."""
    lines = printed(upgrades.show, table_of("upgrades", [DONE]), sessions, NAMES, encoding="ascii")
    assert lines[3] == "    handshake -> request +3.0 ms -> 2probe +1.2 -> 3probe +0.40 -> 5 +2.0"


def test_breaks_at_arrows(printed, table_of, sessions):
    """In a narrow window a timeline goes on in the next line, at an arrow."""
    lines = printed(upgrades.show, table_of("upgrades", [DONE]), sessions, NAMES, width=50)
    assert lines[3:5] == ["    handshake → request +3.0 ms → 2probe +1.2", "      → 3probe +0.40 → 5 +2.0"]


def test_many(printed, crowd, names_of):
    """Of many attempts those that failed or were slow are shown, of every kind some."""
    lines = printed(upgrades.show, crowd.upgrades, crowd.sessions, names_of(crowd), width=130)
    assert len(lines) == 3 + upgrades.SHOWN + 2
    assert lines[-2] == f"  and {len(crowd.upgrades) - upgrades.SHOWN} more attempts"
    shown = "\n".join(lines)
    assert "refused (400)" in shown
    assert "failed" in shown


def test_none(printed, empty):
    """Without attempts the section is left out."""
    assert printed(upgrades.show, empty.upgrades, empty.sessions, {}) == [""]
