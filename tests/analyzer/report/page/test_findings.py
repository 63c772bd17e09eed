"""Findings as HTML: worst first, with their evidence, and inert whatever the capture says."""

import pandas as pd

from analyzer.report import refusals
from analyzer.report.page import findings
from tests.rows import Talk, log_of


def table(*rows: dict[str, object]) -> pd.DataFrame:
    """A table of findings."""
    names = ("code", "severity", "session", "time", "frames", "explanation", "advice")
    return pd.DataFrame([{name: row.get(name) for name in names} for row in rows], columns=list(names))


ONE = {
    "code": "client_unresponsive", "severity": "error", "session": "abc", "frames": [12, 40],
    "time": pd.Timestamp("2026-01-02T03:04:05.678Z"), "explanation": "No pong came.", "advice": "Look at the client.",
}  # fmt: skip


NONE_REFUSED = refusals.refusals(log_of(Talk().open(0)))


def test_a_finding() -> None:
    """All that it says, links to its session and its frames."""
    text = findings.section(table(ONE), NONE_REFUSED)
    for part in ("client_unresponsive", "No pong came.", "Look at the client.", "2026-01-02 03:04:05.678 UTC"):
        assert part in text
    assert "data-session='abc'" in text
    assert "data-frame='12' data-of='abc'" in text
    assert "frames <button" in text


def test_worst_first() -> None:
    """Errors, warnings, remarks; of one severity in the order given."""
    kinds = ["info", "error", "warning", "error"]
    text = findings.section(
        table(*({**ONE, "severity": kind, "code": f"c{i}"} for i, kind in enumerate(kinds))), NONE_REFUSED
    )
    places = [text.index(f"data-code='c{i}'") for i in (1, 3, 2, 0)]
    assert places == sorted(places)


def test_nothing_found() -> None:
    """Is said, in words."""
    assert "Nothing was found wrong" in findings.section(table(), NONE_REFUSED)
    assert findings.tally(table(), NONE_REFUSED) == "no findings"


def test_the_tally() -> None:
    """Counts by severity."""
    kinds = ["info", "error", "warning", "error"]
    assert (
        findings.tally(table(*({**ONE, "severity": kind} for kind in kinds)), NONE_REFUSED)
        == "2 errors, 1 warning, 1 remark"
    )


def test_hostile_text_is_inert() -> None:
    """Markup is text, marks that move text are escapes, quotes do not end an attribute."""
    evil = "</li><script>alert(1)</script>' onclick='x\u202e\x1b"
    text = findings.section(
        table({**ONE, "explanation": evil, "advice": evil, "session": evil, "code": evil}), NONE_REFUSED
    )
    assert "<script" not in text
    assert "' onclick='" not in text
    assert text.count("\u202e") == text.count("data-session=") + text.count("data-of=")  # as sent, for comparison only


def test_much_evidence_is_cut() -> None:
    """Two dozen frames are named, the others counted."""
    text = findings.section(table({**ONE, "frames": list(range(1000))}), NONE_REFUSED)
    assert text.count("data-frame=") == 24
    assert "and 976 more" in text


def test_refusals() -> None:
    """Behind the findings, escaped; nothing then claims that all is well."""
    evil = "<script>alert(1)</script> & \u202e"
    talk = Talk(None).http(10, status=404, url=f"/{evil}?EIO=4", data=f"<b>{evil}</b> no", headers=None)
    text = findings.section(table(), refusals.refusals(log_of(talk)))
    assert "Nothing was found wrong" not in text
    assert "answered 404 by 10.0.0.2:3000" in text
    assert findings.tally(table(), refusals.refusals(log_of(talk))) == "no findings, 1 request refused"
    assert "<script" not in text
    assert "\u202e" not in text
