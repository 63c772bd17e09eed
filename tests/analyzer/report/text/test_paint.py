"""Styled texts as characters."""

import io

import pytest
from rich.console import Console

from analyzer.report.text.paint import painter, plain

PARTS = [("a", "bold red"), (" b ", ""), ("c", "bold red"), ("d", "cyan")]


def console(**how):
    """A console of some kind."""
    return Console(file=io.StringIO(), **how)


@pytest.mark.parametrize("system", ["standard", "256", "truecolor"])
def test_as_rich_does_it(system):
    """The same codes, whatever the terminal."""
    here = console(force_terminal=True, color_system=system, markup=False)
    painted = painter(here)(PARTS)
    for text, style in PARTS:
        here.print(text, style=style or None, end="")
    assert painted == here.file.getvalue()


def test_without_colours():
    """The texts alone: not a terminal, or one whose user wants none."""
    assert painter(console())(PARTS) == "a b cd"
    assert painter(console(force_terminal=True, no_color=True, color_system="standard"))(PARTS) == "a b cd"
    assert plain(PARTS) == "a b cd"
