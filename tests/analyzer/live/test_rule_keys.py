"""What may stand in a rule."""

from dataclasses import fields
from pathlib import Path

from analyzer.live.rule_keys import CHOICES, COMMON, DEEDS, KINDS, LEAST, NEEDED, OWN
from analyzer.live.rules import Rule


def test_tables_fit_together() -> None:
    """Each key is of some deed or of all, has a kind, and is a field of a rule."""
    used = {*COMMON, *(key for keys in OWN.values() for key in keys)}
    assert used == set(KINDS) == {field.name for field in fields(Rule)}
    assert set(OWN) == set(DEEDS)
    assert {*CHOICES, *LEAST} < used
    assert all(key in OWN[do] for do, (key, _) in NEEDED.items())


def test_the_manual_knows_them_all() -> None:
    """Every deed, key and choice."""
    text = (Path(__file__).parents[3] / "docs" / "proxy.md").read_text("utf-8")
    section = text.partition("## Fault injection")[2].partition("\n## ")[0]
    words = {*DEEDS, *KINDS, *(word for choices in CHOICES.values() for word in choices)} - {"do"}
    assert [word for word in sorted(words) if f"`{word}`" not in section] == []
