"""Every code has a rule, every rule says what it rests on, and none fires where nothing is wrong."""

import inspect
import re

import pandas as pd
import pytest

import analyzer
from analyzer import findings
from analyzer.findings.kinds import KINDS
from analyzer.findings.rules import RULES
from analyzer.log import Log
from analyzer.store import batches
from analyzer.tables.frame import frame
from tests.analyzer.findings.failures import CASES, FOLDER, codes, found
from tests.recorded import CAPTURES

TRUE = {"v4-upgrade-refused": ["upgrade_refused"], "v4-ping-timeout": ["client_unresponsive"]}
"""What is wrong in captures of ours, besides the namespace /secret, which all are refused."""


def named() -> list[str]:
    """The codes that rules say they give."""
    said = "\n".join(inspect.getdoc(rule) or "" for rule in RULES)
    return [code for code in re.findall(r"``([a-z_]+)``", said) if code in KINDS]


def test_every_code_has_a_rule():
    """Named in the rule's docstring."""
    assert set(named()) == set(KINDS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_names_its_source(rule):
    """Signature, threshold, source."""
    assert "Source:" in (inspect.getdoc(rule) or "")


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*/capture.pcap")), ids=lambda path: path.parent.name)
def test_healthy_captures(path):
    """Only what is true of them."""
    table = findings(analyzer.read(str(path)))
    assert codes(table, "error", "warning") == [*TRUE.get(path.parent.name, []), "namespace_refused"]


@pytest.mark.parametrize("name", ["large-polling", "origin-python", "recovery-failed", "bad-json", "compression-costs"])
def test_a_lean_log_says_the_same(name):
    """What `analyze` keeps of a log is all that rules need."""
    paths = [str(FOLDER / f"{name}.pcap")]
    lean = frame((batch for rows in Log(paths) for batch in batches(rows)), lean=True)
    pd.testing.assert_frame_equal(findings(lean), found(name))


@pytest.mark.parametrize("name", CASES)
def test_failures(name):
    """Each recorded failure gives what it must, and no other error or warning."""
    assert sorted(codes(found(name), "error", "warning")) == sorted(CASES[name].codes)
    assert all(text.isprintable() for text in [*found(name)["explanation"], *found(name)["advice"]])
