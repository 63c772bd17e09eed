"""A terminal to print on, of any width and encoding."""

import io

import pytest
from rich.console import Console

from analyzer.report.text.screen import Screen


@pytest.fixture
def printed():
    """Calls ``show(screen, ...)`` and returns what it printed, as lines."""

    def call(show, *arguments, width=80, encoding="utf-8", color=False):
        raw = io.BytesIO()
        file = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
        options = {"force_terminal": True, "color_system": "truecolor"} if color else {}
        console = Console(file=file, width=width, markup=False, emoji=False, highlight=False, **options)
        show(Screen(console), *arguments)
        file.flush()
        return raw.getvalue().decode(encoding).split("\n")

    return call


@pytest.fixture(scope="session")
def names_of():
    """Short names of an analysis's sessions, as the report makes them."""
    from analyzer.report.short import short_ids

    return lambda analysis: short_ids(analysis.sessions["session"].dropna().tolist())
