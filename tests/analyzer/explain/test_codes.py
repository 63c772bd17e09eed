"""What codes mean."""

import re
from pathlib import Path

import pytest

from analyzer.explain import codes
from analyzer.findings import KINDS
from analyzer.issues import Issue


@pytest.mark.parametrize("code", [*KINDS, *Issue])
def test_every_code(code):
    """Of findings and of issues has a text that says what to do."""
    texts = codes.explain(code)
    assert texts is not None
    assert texts[-1][0] == "What to do"
    assert texts[-1][1].endswith(".")


def test_no_code():
    """Others are none; something near is offered."""
    assert codes.explain("no_such_code") is None
    assert codes.near("upgrade_refuse")[0] == "upgrade_refused"
    assert not codes.is_code("hello")
    assert not codes.is_code('42["a_b"]')


def test_everything():
    """Each once."""
    listed = [code for code, _, _ in codes.everything()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*KINDS, *Issue}


def test_issues_are_those_of_the_document():
    """In the same words."""
    from analyzer.explain.issue_texts import ISSUES

    text = (Path(__file__).parents[3] / "docs" / "issues.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert {code: (meaning, advice) for code, meaning, advice in rows} == ISSUES
