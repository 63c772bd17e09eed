"""What shows that a message was over the server's limit."""

import numpy as np
import pytest

from analyzer.tables.carriers import carriers
from analyzer.tables.handshake import handshakes
from analyzer.tables.oversize import too_large
from analyzer.tables.timeouts import Moment
from analyzer.tables.view import View
from tests.rows import Talk, log_of

DROPPED = {"status": None, "issue": "http_no_response", "duration": None, "stream": 7}
UNLIMITED = '{"sid":"x","pingInterval":1000,"pingTimeout":500}'


def judged(talk, *, by_client):
    """Whether the last row of a talk on polling is the end for a message too large."""
    view = View(log_of(talk))
    row = np.array([view.rows - 1])
    end = Moment(row, view.times(row), np.array([by_client]), np.array([True]))
    return bool(too_large(view, carriers(view), handshakes(view), end)[0])


@pytest.mark.parametrize(("wait", "expected"), [(1900, True), (2100, False)])
def test_client_gives_up(wait, expected):
    """A client's close counts for two seconds after the answer 413; a server's does not."""
    talk = Talk().open(0, "polling").http(50, "POST", 413).engine(50 + wait, "close", "c2s", "polling")
    assert judged(talk, by_client=True) is expected
    assert not judged(talk, by_client=False)


@pytest.mark.parametrize(
    ("limit", "method", "side", "expected"),
    [
        (UNLIMITED, "POST", "s2c", True),
        (UNLIMITED, "GET", "s2c", False),
        (UNLIMITED, "POST", "c2s", False),
        ('{"sid":"x","maxPayload":100}', "POST", "s2c", False),
    ],
)
def test_server_drops(limit, method, side, expected):
    """A server that drops a POST and then closes found it too large, unless it would have said so."""
    talk = Talk(engine=3).open(0, "polling", data=limit).http(50, method, size=0, **DROPPED).tcp(50, "reset", side, 7)
    assert judged(talk.engine(52, "close", "s2c", "polling"), by_client=False) is expected


@pytest.mark.parametrize(("size", "status", "expected"), [(100_001, 400, True), (9, 400, False), (100_001, 200, False)])
def test_server_refuses(size, status, expected):
    """A server that closes while it refuses a POST over the limit that it told found it too large."""
    talk = Talk().open(0, "polling").engine(50, "close", "s2c", "polling")
    view = View(log_of(talk.http(52, "POST", status, size=size)))
    row = view.last(view.engine("close"))
    end = Moment(row, view.times(row), np.array([False]), np.array([True]))
    assert bool(too_large(view, carriers(view), handshakes(view), end)[0]) is expected
