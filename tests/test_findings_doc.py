"""docs/findings.md says what the registry and the recorded failures say."""

import importlib.util
import re
from pathlib import Path

import pytest

from analyzer.findings import KINDS, Kind
from analyzer.tables import schema
from tests.analyzer.findings.failures import CASES, found

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "findings.md").read_text("utf-8")


def test_every_code_is_documented():
    """Each once, with its severity, in the order of the registry, and no other."""
    assert re.findall(r"^### `(\w+)` \((\w+)\)$", TEXT, re.MULTILINE) == [(k.code, k.severity) for k in KINDS.values()]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_in_the_same_words(kind: Kind):
    """What happened, how it looks, what to do."""
    section = TEXT.partition(f"### `{kind.code}`")[2].partition("###")[0]
    assert kind.meaning[1:] in section
    assert kind.wire in section
    assert kind.general_advice in section


@pytest.mark.parametrize("name", CASES)
def test_the_matrix(name):
    """Each recorded failure, with what is found in it."""
    codes = ", ".join(f"`{code}`" for code in found(name)["code"])
    assert f"| `{name}` | {CASES[name].story} | {codes} |" in TEXT


def test_it_is_as_its_script_writes_it():
    """Nothing in it is out of date, and nothing was written by hand: run docs/make_findings.py."""
    spec = importlib.util.spec_from_file_location("make_findings", ROOT / "docs" / "make_findings.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.document(found) == TEXT


def test_every_column_is_documented():
    """Of the table."""
    assert all(f"`{column}`" in TEXT for column in schema.FINDINGS)


@pytest.mark.parametrize("code", KINDS)
def test_every_code_was_made_for_real(code):
    """By a recorded failure; what the capture itself lacks, and the two that our own captures show, excepted."""
    elsewhere = {"upgrade_refused": "v4-upgrade-refused", "client_unresponsive": "v4-ping-timeout"}
    about_captures = {"capture_gap", "capture_truncated", "capture_midstream", "capture_one_way", "undecryptable"}
    assert code in about_captures or code in elsewhere or any(code in found(name)["code"].tolist() for name in CASES)
