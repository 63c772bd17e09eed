"""Which requests are those of web browsers."""

import numpy as np

from analyzer.tables.browsers import browsers
from analyzer.tables.view import NONE, View
from tests.rows import Talk, log_of


def test_browsers():
    """By the user agent of the request's own headers; not where there is none."""
    agents = ('{"user-agent": "Mozilla/5.0 (X11)"}', '{"user-agent":"node-XMLHttpRequest"}', '{"x":"Mozilla/"}')
    talk = Talk().http(10)
    for ms, agent in zip((20, 30, 40), agents, strict=True):
        talk.http(ms, headers=f'{{"request":{agent},"response":{{}}}}')
    found = browsers(View(log_of(talk)), np.array([0, 1, 2, 3, NONE]))
    assert found.tolist() == [False, True, False, False, False]
