"""Who had waited long enough: the deadlines of both sides, in both revisions."""

import numpy as np
import pytest

from analyzer.tables.handshake import handshakes
from analyzer.tables.timeouts import SLACK_MS, Moment, slack, timed_out
from analyzer.tables.view import View
from tests.rows import Talk, log_of

PINGED4 = Talk().open(0).join(5).beat(1000).engine(2001, "ping", "s2c")
PINGED3 = Talk(engine=3).open(0).socket(5, "CONNECT", "s2c").beat(1000).engine(2001, "ping", "c2s")


def due(talk, ms, by_client):
    """Whether a close at that moment is a timeout."""
    copy = Talk()
    copy.rows = list(talk.rows)
    view = View(log_of(copy.ws(ms, "close", "c2s" if by_client else "s2c")))
    row = np.array([view.rows - 1])
    end = Moment(row, view.times(row), np.array([by_client]), np.array([False]))
    return bool(timed_out(view, handshakes(view), end)[0])


@pytest.mark.parametrize(
    ("talk", "by_client", "deadline"),
    [
        (PINGED4, False, 2501),
        (PINGED4, True, 3501),
        (Talk().open(0).join(5), True, 1500),
        (PINGED3, True, 2501),
        (Talk(engine=3).open(0).beat(1000), True, 2501),
        (Talk(engine=3).open(0).socket(700, "EVENT", "c2s", event="x"), False, 2200),
    ],
)
def test_deadlines(talk, by_client, deadline):
    """A close counts as a timeout from its deadline on, a little before included."""
    assert not due(talk, deadline - 70, by_client)
    assert due(talk, deadline - 5, by_client)
    assert due(talk, deadline + 400, by_client)


def test_answered_ping():
    """A server whose ping was answered has no reason to give up."""
    assert not due(Talk().open(0).join(5).beat(1000), 9000, False)


def test_wrong_direction():
    """A ping that the client of revision 4 sends is none that the server waits to have answered."""
    assert not due(Talk().open(0).join(5).beat(1000).engine(1500, "ping", "c2s"), 2010, False)


def test_last_ping_only():
    """In revision 3 newer servers count pings only: at their deadline a close is a timeout, in between it is none."""
    talk = Talk(engine=3).open(0).beat(1000).socket(2000, "EVENT", "c2s", event="x")
    assert due(talk, 2500, False)
    assert not due(talk, 3000, False)
    assert due(talk, 3500, False)


def test_slack():
    """Timers are allowed some milliseconds, long ones a little more; without a timeout it does not matter."""
    assert slack(np.array([0.0, 20_000.0, np.nan])).tolist() == [SLACK_MS * 1e6, (SLACK_MS + 400) * 1e6, SLACK_MS * 1e6]
