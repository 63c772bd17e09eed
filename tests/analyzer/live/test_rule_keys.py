"""What may stand in a rule."""

from dataclasses import fields

from analyzer.live.rule_keys import CHOICES, COMMON, DEEDS, KINDS, LEAST, NEEDED, OWN
from analyzer.live.rules import Rule


def test_tables_fit_together() -> None:
    """Each key is of some deed or of all, has a kind, and is a field of a rule."""
    used = {*COMMON, *(key for keys in OWN.values() for key in keys)}
    assert used == set(KINDS) == {field.name for field in fields(Rule)}
    assert set(OWN) == set(DEEDS)
    assert {*CHOICES, *LEAST} < used
    assert all(key in OWN[do] for do, (key, _) in NEEDED.items())
