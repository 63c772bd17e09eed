"""Columns of tables as text."""

import pandas as pd

from analyzer.report.text import cells
from analyzer.report.text.screen import Screen, open_console


def test_numbers():
    """Counts, sizes and durations, with a dash for what is missing."""
    column = pd.Series([1234, None], dtype="Int64")
    assert cells.counts(column) == ["1,234", "-"]
    assert cells.sizes(column) == ["1.23 kB", "-"]
    assert cells.spans(column) == ["1.23 s", "-"]
    assert cells.spans(pd.Series([2.0]), unit=1.0) == ["2.00 s"]


def test_words():
    """Text is made safe, and lists are one text."""
    assert cells.words(Screen(open_console()), ["a\n", None, ["x", "y"]]) == ["a\\n", "-", "x, y"]


def test_alarms():
    """The style of trouble goes to numbers on the wrong side of zero."""
    assert cells.alarms([0, 2, None]) == ["", cells.BAD, ""]
    assert cells.alarms([-1, 5], -1) == [cells.BAD, ""]


def test_sessions():
    """A session shows by its short name, a missing one as a dash."""
    assert cells.session({"long": "l…"}, "long") == "l…"
    assert cells.session({}, pd.NA) == "-"


def test_more(printed):
    """What was left out is counted, in proper English, and only if there is something."""
    assert printed(cells.more, 1, "kind")[0] == "  and 1 more kind"
    assert printed(cells.more, 2000, "kind of event", "kinds of event")[0] == "  and 2,000 more kinds of event"
    assert printed(cells.more, 0, "kind") == [""]
