"""What may be shown on a terminal, and how wide."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from analyzer.report.text.screen import Screen, open_console


def screen(width=80, encoding="utf-8"):
    """A screen that prints nowhere."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Screen(Console(file=file, width=width))


def test_the_console_takes_text_for_text():
    """Markup, emoji codes and numbers are printed as they are, without colour where it is no terminal."""
    file = io.StringIO()
    open_console(file).print("[bold]x[/bold] :smile: 12 'a'")
    assert file.getvalue() == "[bold]x[/bold] :smile: 12 'a'\n"


def test_no_color(monkeypatch):
    """NO_COLOR takes the colours away on a terminal as well."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = io.StringIO()
    Screen(open_console(file)).line(("x", "red"))
    assert "31m" not in file.getvalue()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        ("", '""'),
        (12, "12"),
        ("a\x1b[0m\nb", "a\\x1b[0m\\nb"),
        ("e\u0301", "e\u0301"),
        ("\u202ex", "\\u202ex"),
    ],
)
def test_safe(value, shown):
    """Missing and empty values are visible, controls are escaped, letters stay."""
    assert screen().safe(value) == shown


def test_safe_on_a_poor_terminal():
    """What an encoding lacks is escaped, the ellipsis and the arrow have a plain form."""
    poor = screen(encoding="ascii")
    assert poor.safe("né") == "n\\xe9"
    assert (poor.ellipsis, poor.arrow) == ("...", "->")
    assert (screen().ellipsis, screen().arrow) == ("…", "→")
    assert Screen(Console(file=io.StringIO(), width=80)).arrow == "→"


def test_piled_up_accents():
    """A tower of accents is shown as escapes, and in its column."""
    assert screen().safe("a" + "\u0301" * 50, 20).startswith("a\\u0301")


@given(st.text(), st.integers(4, 60), st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_safe_always(value, width, encoding):
    """Any text is printable, fits, and can be encoded."""
    shown = screen(encoding=encoding).safe(value, width)
    assert shown.isprintable()
    assert cell_len(shown) <= width
    shown.encode(encoding)


def test_lines_are_cut(printed):
    """A long line ends in an ellipsis at the screen's edge, wide characters counted as two."""
    assert printed(lambda screen: screen.line("x" * 100), width=50)[0] == "x" * 49 + "…"
    assert printed(lambda screen: screen.line("名" * 100), width=50)[0] == "名" * 24 + "…"


def test_paragraphs(printed):
    """A paragraph is broken at blanks, indented, and has no more lines than it may."""
    lines = printed(lambda screen: screen.paragraph("word " * 100, indent=4), width=50)
    assert len(lines) == 3
    assert all(line.startswith("    word") and len(line) <= 50 for line in lines[:2])
    assert lines[1].endswith("…")
    assert printed(lambda screen: screen.paragraph(""), width=50) == [""]


def test_headings(printed):
    """A heading has a blank line before it."""
    assert printed(lambda screen: screen.heading("Acks", "3")) == ["", "Acks  3", ""]


def test_a_tiny_window():
    """A screen is never taken for less than 40 columns."""
    assert screen(width=5).width == 40
