"""The registry: every code once, with texts that can be filled in, and explanations that end."""

import string

import pytest

from analyzer.findings.kind import SEVERITIES, Kind
from analyzer.findings.kinds import KINDS


def fields(template: str) -> set[str]:
    """The names that a template asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_kind(kind: Kind) -> None:
    """Of a known severity, with texts, and of what it explains all are codes and none is itself."""
    assert kind.severity in SEVERITIES
    assert kind.meaning
    assert not kind.meaning.endswith(".")
    assert kind.explanation
    assert kind.advice == "{advice}" or kind.advice.endswith(".")
    assert fields(kind.explanation) | fields(kind.advice) <= {
        name for name in fields(kind.explanation + kind.advice) if name.isidentifier()
    }
    assert kind.general_advice.endswith(".")
    assert set(kind.explains) <= set(KINDS) - {kind.code}


def test_no_two_explain_each_other() -> None:
    """So that one of them stays."""
    pairs = {(kind.code, other) for kind in KINDS.values() for other in kind.explains}
    assert not {pair for pair in pairs if pair[::-1] in pairs}
