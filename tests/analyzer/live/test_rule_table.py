"""One rule of a file, checked."""

import pytest

from analyzer.issues import RulesError
from analyzer.live.rule_keys import CHOICES, OWN
from analyzer.live.rule_table import line_of
from analyzer.live.rules import load

VALUES = {
    "seconds": 1.5, "jitter": 0.5, "keep_order": True, "by": 2, "set": {"0": "a"}, "data": [1], "forward": True,
    "code": 1011, "reason": "gone", "to": "client", "bytes": 10, "bytes_per_second": 10.5,
    "error": "forbidden", "withhold": "probe",
}  # fmt: skip


def written(value: object) -> str:
    """In TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {written(each)}' for key, each in value.items()) + " }"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value).replace("'", '"')


@pytest.mark.parametrize("do", OWN)
def test_each_deed_has_its_keys(do: str) -> None:
    """They are taken; all others are refused, with what they go with."""
    lines = [f'do = "{do}"', *(f"{key} = {written(VALUES[key])}" for key in OWN[do])]
    (rule,) = load("[[rule]]\n" + "\n".join(lines), "r")
    assert {key: getattr(rule, key) for key in OWN[do]} == {key: VALUES[key] for key in OWN[do]}
    for key in VALUES.keys() - set(OWN[do]):
        text = "[[rule]]\n" + "\n".join([*lines, f"{key} = {written(VALUES[key])}"])
        with pytest.raises(RulesError, match=f"r, line {len(lines) + 2}: {key}: does not belong to {do}, it goes with"):
            load(text, "r")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('do = "delay"\nseconds = inf', "line 3: seconds: is a finite number"),
        ('do = "delay"\nseconds = 1\njitter = nan', "line 4: jitter: is a finite number"),
        ('do = "delay"\nseconds = 1\nkeep_order = 1', "line 4: keep_order: 1 is not of its kind"),
        ('do = "reorder"\nby = 0', "line 3: by: is at least 1"),
        ('do = "cut"\ncode = 999', "line 3: code: is a close code that a frame can carry"),
        ('do = "cut"\ncode = 1006', "line 3: code: is a close code that a frame can carry"),
        ('do = "cut"\nreason = "x"', "line 3: reason: needs a code"),
        ('do = "cut"\ncode = 1005\nreason = "x"', "line 4: reason: needs a code"),
        (f'do = "cut"\ncode = 1011\nreason = "{"é" * 62}"', "line 4: reason: takes 123 bytes"),
        ('do = "cut"\nto = "x"', "line 3: to: is one of client, server, both"),
        ('do = "limit"', "line 1: bytes: a limit needs them"),
        ('do = "throttle"\nbytes_per_second = 0.5', "line 3: bytes_per_second: is at least 1"),
        ('do = "answer"\ndata = [2024-01-01]', "line 3: data: holds something that JSON has not"),
        ('do = "replace"\nset = { "1" = nan }', "line 3: set: holds something that JSON has not"),
        ('do = "drop"\nafter_seconds = 5\nuntil_seconds = 5', "line 4: until_seconds: lie behind after_seconds"),
        ('do = "abandon-upgrade"\nwithhold = "x"', "line 3: withhold: is one of upgrade, probe"),
    ],
)
def test_values_that_cannot_be(text: str, why: str) -> None:
    """Each has its line."""
    with pytest.raises(RulesError, match=f"^r, {why}"):
        load(f"[[rule]]\n{text}", "r")


def test_lines() -> None:
    """Quoted keys and tables of their own are found, longer names are not taken for them."""
    text = '[[rule]]\nuntil_seconds = 1\n"seconds" = 2\n [ rule . set ]\n[[rule]]\nset.x = 1\n'
    assert [line_of(text, 0, key) for key in ("seconds", "until_seconds", "set", "none")] == [3, 2, 4, 1]
    assert [line_of(text, 1, "set"), line_of(text, 7, "set")] == [6, 4]
    assert CHOICES
