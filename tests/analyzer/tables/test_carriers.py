"""What carried a session, and what only tried to."""

import pandas as pd

from analyzer import tables
from analyzer.tables.carriers import carriers
from analyzer.tables.view import View
from tests.rows import Talk, log_of


def one(talk, until=None):
    """The one session of a talk as a dict, None for missing."""
    table = tables.sessions(log_of(talk, until=until))
    assert len(table) == 1
    return {name: None if pd.isna(value) else value for name, value in table.iloc[0].items()}


def ended(talk, until=None):
    """By whom and why the session ended, None while open."""
    row = one(talk, until)
    return row["closed_by"], row["close_cause"]


def test_transports():
    """What carried a session; a WebSocket that was only probed did not."""
    assert one(Talk().open(0).join(5))["transports"] == "websocket"
    assert one(Talk().open(0, "polling").join(5, on="polling"))["transports"] == "polling"
    probed = (
        Talk()
        .open(0, "polling")
        .ws(10, "open")
        .engine(20, "ping", "c2s", data="probe")
        .engine(21, "pong", "s2c", data="probe")
    )
    assert (one(probed)["transports"], one(probed)["upgrade"]) == ("polling", "abandoned")
    lost = Talk().open(0, "polling").ws(10, "open").socket(50, "EVENT", "s2c", event="x")
    assert (one(lost)["transports"], one(lost)["upgrade"]) == ("polling>websocket", "completed")


def test_upgrade_after_the_server_gave_up():
    """An upgrade packet that comes after the server's close does not switch."""
    talk = (
        Talk()
        .open(0, "polling")
        .ws(10, "open")
        .engine(20, "ping", "c2s", data="probe")
        .ws(30, "close", "s2c", status=1005)
    )
    talk.engine(31, "upgrade", "c2s").http(40).join(50, on="polling")
    assert one(talk)["transports"] == "polling"
    assert ended(talk) == (None, None)


def test_rows():
    """All rows of a connection that carried the session, and no other, are its carrier's."""
    talk = Talk().open(0, "polling").upgrade(10).ws(20, "open", stream=2).ws(25, "close", "s2c", stream=2).close(90)
    log = log_of(talk)
    found = carriers(View(log))
    assert set(log["stream"][found.rows]) == {1}
    assert found.rows.sum() == 6
    assert [found.upgraded.tolist(), found.websocket.tolist(), found.polling.tolist()] == [[True]] * 3


def test_sources_without_streams():
    """Where rows have no connection number, a session's WebSocket is one."""
    talk = Talk().open(0, "polling").upgrade(10).close(90)
    talk.rows = [row._replace(stream=None) for row in talk.rows]
    assert one(talk)["transports"] == "polling>websocket"
    assert ended(talk) == ("client", "client_close")
