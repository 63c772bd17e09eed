"""What rules look at."""

import numpy as np

from analyzer.findings.case import Case
from tests.rows import Talk, log_of


def test_neighbours():
    """The nearest rows of the same session before and behind."""
    case = Case(log_of(Talk("a").open(0).beat(100).beat(200), Talk("b").open(50).beat(150)))
    pings = np.flatnonzero(case.pings)
    assert case.before(case.pings, pings).tolist() == [-1, -1, pings[0]]
    assert case.after(case.pings, pings).tolist() == [pings[2], -1, -1]


def test_rows_of_a_session():
    """All, and those of a mask."""
    case = Case(log_of(Talk("a").open(0).beat(100), Talk("b").open(50).beat(150)))
    key = int(case.view.key[-1])
    assert case.of(key).tolist() == np.flatnonzero(case.view.key == key).tolist()
    assert len(case.of(key, case.pings)) == 1


def test_patience():
    """pingInterval + pingTimeout in ns, or that of the defaults."""
    case = Case(log_of(Talk().open(0)))
    assert case.patience(0) == 1.5e9
    assert case.patience(-1) == 45e9


def test_names_are_safe():
    """A session's id may be anything."""
    case = Case(log_of(Talk("\x1b[2J" + "x" * 500).open(0)))
    assert case.sid(0).isprintable()
    assert len(case.sid(0)) < 50
    assert case.sid(-1) == "a session"
