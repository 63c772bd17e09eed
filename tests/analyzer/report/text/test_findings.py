"""The section on findings."""

import pandas as pd
import pytest
from rich.cells import cell_len

from analyzer.report.text import findings
from analyzer.tables import schema

LONG = "the server pinged at 12:00:01.200, no answer came within pingTimeout 20.0 s, and the server gave up. " * 2


def table(*severities, **changed):
    """Findings of some severities."""
    rows = [
        {
            "code": f"code_{severity}",
            "severity": severity,
            "session": "A" * 20,
            "time": 1_715_000_000_123_456_789,
            "frames": list(range(1, 12)),
            "explanation": LONG,
            "advice": "Do this.",
        }
        | changed
        for severity in severities
    ]
    return schema.table(schema.FINDINGS, {name: [row[name] for row in rows] for name in schema.FINDINGS})


def test_a_finding(printed):
    """Severity, code, session, time, frames; the explanation and the advice below."""
    lines = printed(findings.show, table("error", "warning", "info", "info"), {"A" * 20: "AAAA"}, width=100)
    assert lines[1] == "Findings  1 error, 1 warning, 2 for information"
    assert lines[2] == ("  ERROR   code_error  AAAA, 12:53:20.123 UTC, frames 1, 2, 3, 4, 5, 6, 7, 8, ...")
    assert lines[3].startswith("    the server pinged at")
    assert "    What to do: Do this." in lines


def test_none(printed):
    """That nothing was found is said."""
    assert printed(findings.show, table(), {})[1:3] == ["Findings  none", "  No rule found anything wrong."]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_fits(printed, width, encoding):
    """At every width, whatever is in it."""
    shown = table("error", code="x" * 90, explanation="\x1b[31mred\u202e " + "y" * 3000, advice="語 " * 50)
    for line in printed(findings.show, shown, {}, width=width, encoding=encoding):
        assert line.isprintable()
        assert cell_len(line) <= width


def test_without_session(printed):
    """Of several sessions none is named."""
    lines = printed(findings.show, table("info", session=None, frames=[]), {})
    assert lines[2] == "  INFO    code_info  12:53:20.123 UTC"


def test_many(printed):
    """Thirty are shown, the rest counted."""
    shown = pd.concat([table("info")] * 35, ignore_index=True)
    assert "  and 5 more findings" in printed(findings.show, shown, {})
