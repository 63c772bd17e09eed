"""The table: cases alike become one, what is explained is left out, the worst comes first."""

import pandas as pd

from analyzer import findings
from analyzer.findings.kind import SEVERITIES
from analyzer.tables import schema
from analyzer.tables.frame import frame
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of


def refusal(number, reason="no"):
    """A session that is refused a namespace."""
    talk = Talk(f"s{number}").open(number).join(number + 1)
    data = f'{{"message":"{reason}"}}'
    talk.socket(number + 9, "CONNECT_ERROR", "s2c", "/x", data=data, frame=5 + number)
    return talk.close(number + 500)


def test_nothing():
    """No rows, and a healthy session, give no findings but all columns."""
    for log in (frame([]), log_of(Talk().open(0).join(1).beat(1000).close(1500))):
        table = findings(log)
        assert table.empty
        assert list(table.columns) == list(schema.FINDINGS)


def test_columns():
    """With their dtypes; frames are lists of numbers."""
    table = findings(log_of(refusal(0)))
    assert dict(table.dtypes.astype(str)) == schema.FINDINGS
    assert table["frames"][0] == [5]
    assert table["session"][0] == "s0"


def test_alike_become_one():
    """Several sessions of one cause are one finding, with a count and no session; of two causes they are two."""
    table = findings(log_of(refusal(0), refusal(10), refusal(20), refusal(30, "other")))
    assert len(table) == 2
    assert table["explanation"][0].startswith("3 sessions alike (s0, s1")
    assert pd.isna(table["session"][0])
    assert table["session"][1] == "s30"


def test_frames_are_limited():
    """Of a thousand cases a few prove it."""
    table = findings(log_of(*(refusal(number) for number in range(60))))
    assert len(only(table, "namespace_refused")["frames"]) == 20


def test_worst_first():
    """Errors before warnings before what is only for information."""
    kicked = Talk("k").open(0).join(1).socket(5, "DISCONNECT", "s2c").close(9)
    cut = Talk("c").open(0).join(1).tcp(600, "reset", "c2s")
    table = findings(log_of(kicked, refusal(0), cut))
    assert table["code"].tolist() == ["transport_cut", "namespace_refused", "server_kick"]
    assert [SEVERITIES.index(severity) for severity in table["severity"]] == [0, 1, 2]


def test_one_cause_one_finding():
    """A ping timeout is not a cut as well, though the connection is reset in the end."""
    talk = Talk().open(0).join(1).engine(1000, "ping", "s2c").tcp(1_510, "reset", "s2c")
    assert findings(log_of(talk))["code"].tolist() == ["client_unresponsive"]


def test_two_taps_one_finding():
    """Recorded on both sides of a proxy that stops forwarding: both peers give up, and one finding says so."""
    assert codes(found("network-drop"), "error", "warning", "info") == ["client_unresponsive", "seen_twice"]
    assert "sessions alike" not in only(found("network-drop"), "client_unresponsive")["explanation"]
