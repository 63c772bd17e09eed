"""The rules file."""

from pathlib import Path

import pytest

from analyzer.issues import RulesError
from analyzer.live.facts import Facts
from analyzer.live.rules import Rule, load, read

GOOD = """
[[rule]]
name = "third pong"
match = "~t pong & ~d c2s"
do = "drop"
after = 2
count = 1

[[rule]]
do = "replace"
set = { "1.price" = 5, "0" = "sold" }
probability = 0.5
per_session = false
"""


def test_a_file(tmp_path: Path) -> None:
    """As rules, with defaults and names."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)
    first, second = read(str(path))
    assert (first.name, first.do, first.after, first.count, first.per_session) == ("third pong", "drop", 2, 1, True)
    assert first.match(Facts(type="pong", direction="c2s"))
    assert not first.match(Facts(type="ping", direction="c2s"))
    assert (second.name, second.set, second.probability) == ("rule 2", {"1.price": 5, "0": "sold"}, 0.5)
    assert isinstance(second, Rule)
    assert load("", "empty") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = 1", "line 1: x: rules are tables"),
        ("rule = 1", "line 1: rule: rules are tables"),
        ('[[rule]]\ndo = "x"', "line 2: do: is one of drop, delay"),
        ("[[rule]]\n", "line 1: do: is one of"),
        ('[[rule]]\ndo = "drop"\n[[rule]]\ndo = "drop"\nafter = -1', "line 5: after: cannot be negative"),
        ('[[rule]]\ndo = "drop"\n\nmatch = "~q x"', "line 4: match: filter '~q x', character 1"),
        ("[[rule]]\nfoo = 1", "line 2: foo: no such key; there are name, match"),
        ('[[rule]]\ndo = "delay"', "line 1: seconds: a delay needs them"),
        ('[[rule]]\ndo = "replace"', "line 1: set: a replacement needs it"),
        ('[[rule]]\ndo = "drop"\ncount = "x"', "line 3: count: 'x' is not of its kind"),
        ('[[rule]]\ndo = "drop"\ncount = true', "line 3: count: True is not of its kind"),
        ('[[rule]]\ndo = "drop"\nprobability = 2', "line 3: probability: lies between 0 and 1"),
        ('[[rule]]\ndo = "poll-error"\nerror = "x"', "line 3: error: is one of transport-unknown"),
        ("[[rule]\n", r"line 1, column"),
    ],
)
def test_mistakes_have_a_line_and_a_key(text: str, why: str) -> None:
    """One line each."""
    with pytest.raises(RulesError, match=f"^r.toml.*{why}") as told:
        load(text, "r.toml")
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Or no text."""
    with pytest.raises(RulesError, match="cannot read the rules"):
        read(str(tmp_path / "no.toml"))
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(RulesError, match="cannot read the rules"):
        read(str(tmp_path / "b.toml"))
