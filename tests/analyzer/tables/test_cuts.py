"""Which side ended a connection first."""

import numpy as np

from analyzer.tables.carriers import carriers
from analyzer.tables.cuts import cuts
from analyzer.tables.view import NONE, View
from tests.rows import Talk, log_of


def test_cuts():
    """The first FIN or RST of the same connection and session; none elsewhere."""
    talk = Talk().http(0, stream=4).tcp(1, "fin", "s2c", 4).tcp(2, "fin", "c2s", 4).tcp(3, "reset", "c2s", 5)
    view = View(log_of(talk.http(9, stream=6)))
    found = cuts(view, carriers(view), np.array([0, 3, 4, NONE]))
    assert found.tolist() == [1, 3, NONE, NONE]


def test_nothing():
    """A log without sessions has no ends."""
    view = View(log_of(Talk(None).http(0)))
    assert cuts(view, carriers(view), np.array([0, NONE])).tolist() == [NONE, NONE]
