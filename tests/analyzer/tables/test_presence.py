"""How many sessions were in a namespace."""

import numpy as np

from analyzer.tables.presence import Presence
from analyzer.tables.view import View
from tests.rows import Talk, log_of


def test_count() -> None:
    """From its CONNECT to its DISCONNECT, or to the session's last packet; another namespace is another matter."""
    stays = Talk("a").open(0).join(1).beat(100)
    leaves = Talk("b").open(0).join(2).socket(50, "DISCONNECT", "c2s").beat(100)
    elsewhere = Talk("c").open(0).join(3, "/x").beat(100)
    ends = Talk("d").open(0).join(4).close(20)
    view = View(log_of(stays, leaves, elsewhere, ends))
    presence = Presence(view)
    rows = np.flatnonzero(view.socketio)
    counts = dict(zip((view.time[rows] // 1_000_000 % 1_000).tolist(), presence.count(rows).tolist(), strict=True))
    assert [counts[ms] for ms in (1, 2, 3, 4, 50)] == [1, 2, 1, 3, 2]
    assert presence.connected.all()


def test_nobody() -> None:
    """No packets, no spaces."""
    presence = Presence(View(log_of(Talk().open(0))))
    assert presence.count(np.empty(0, np.int64)).tolist() == []
    assert len(presence.began) == len(presence.ended) == 0
