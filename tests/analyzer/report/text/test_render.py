"""The whole report, on every kind of terminal."""

import re

import pytest
from rich.cells import cell_len

from analyzer.report.text import open_console, render

SECTIONS = ["Findings", "Sources", "Sessions", "Upgrades", "Heartbeats", "Acks", "Busiest events", "Oddities"]
COLOR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def report(printed):
    """The report on an analysis as lines."""
    return lambda analysis, **terminal: printed(lambda screen: render(analysis, screen.console), **terminal)


def test_sections_in_order(report, few):
    """All sections are there, each once, in order."""
    titles = [line.split("  ")[0] for line in report(few) if line and not line.startswith(" ")]
    assert titles == SECTIONS


def test_says_little_of_nothing(report, empty):
    """Without traffic there is what was read, and that no session was recognised."""
    lines = report(empty)
    assert "  No Socket.IO or Engine.IO session was recognised." in lines
    assert "Heartbeats" not in "\n".join(lines)


@pytest.mark.parametrize("width", [40, 80, 130, 250])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize("name", ["few", "crowd", "hostile"])
def test_fits_and_harms_nothing(report, request, name, width, encoding):
    """No line is wider than the terminal, none has a control character, and all can be encoded."""
    for line in report(request.getfixturevalue(name), width=width, encoding=encoding):
        assert line.isprintable()
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_hostile_text_is_text(report, hostile):
    """Markup is not obeyed, escape sequences are spelled out, and colours are rich's own alone."""
    text = "\n".join(report(hostile, width=160, color=True))
    assert "[bold]markup[/bold] :smile:" in text
    assert "\\x1b[31mred" in text
    assert "\x1b" not in COLOR.sub("", text)


def test_color_adds_nothing(report, few, crowd):
    """With colour the report says the same as without."""
    for analysis in (few, crowd):
        assert [COLOR.sub("", line) for line in report(analysis, color=True)] == report(analysis)


def test_many_sessions_stay_readable(report, crowd):
    """Five hundred sessions make a report of a few screens."""
    assert len(report(crowd)) < 140


def test_to_standard_output(few, capsys, monkeypatch):
    """The console for commands prints to standard output, 80 columns wide where it is no terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)
    render(few, open_console())
    lines = capsys.readouterr().out.split("\n")
    assert "Sessions  3" in lines
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_any_values(report, scrambled, rows):
    """Tables of a damaged or forged log make a report too."""
    for seed in range(5):
        assert all(cell_len(line) <= 80 and line.isprintable() for line in report(scrambled(seed, rows)))
