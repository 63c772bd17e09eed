"""The table of heartbeats: who pings, how regularly, and how much time was left."""

import pandas as pd
import pytest

from analyzer import tables
from analyzer.tables.schema import HEARTBEATS
from tests.rows import MS, START, Talk, log_of


def beats(*talks, until=None):
    """The table of some sessions."""
    return tables.heartbeats(log_of(*talks, until=until))


def values(table, name):
    """A column as a list, None for missing."""
    return [None if pd.isna(value) else value for value in table[name]]


def test_empty():
    """Without pings there is a table without rows, all columns of their types."""
    for talk in (Talk().open(0).join(5), Talk().open(0, "polling").upgrade(5)):
        table = beats(talk)
        assert table.empty
        assert {name: str(dtype) for name, dtype in table.dtypes.items()} == HEARTBEATS


def test_server_pings():
    """Revision 4: intervals count from the open packet, expected is pingInterval and the round trip before."""
    table = beats(Talk().open(0).beat(1000, 10).beat(2020, 100).beat(3110, 20))
    assert set(table["pinger"]) == {"server"}
    assert set(table["server"]) == {"10.0.0.2:3000"}
    assert table["ping_time"][0] == pd.Timestamp(START + 1000 * MS, tz="UTC")
    assert table["pong_time"][0] == pd.Timestamp(START + 1010 * MS, tz="UTC")
    assert values(table, "rtt_ms") == [10, 100, 20]
    assert values(table, "interval_ms") == [1000, 1020, 1090]
    assert values(table, "expected_ms") == [1000, 1010, 1100]
    assert values(table, "deviation_ms") == [0, 10, -10]
    assert values(table, "margin_ms") == [490, 400, 480]
    assert set(table["state"]) == {"answered"}


def test_client_pings():
    """Revision 3: the client pings, and has pingTimeout from its ping or longer from what it hears meanwhile."""
    talk = Talk(engine=3).open(0).beat(1000, 10).beat(2010, 200)
    talk.socket(2100, "EVENT", "s2c", event="x").socket(2150, "EVENT", "c2s", event="y")
    table = beats(talk)
    assert set(table["pinger"]) == {"client"}
    assert values(table, "margin_ms") == [490, 2100 + 1500 - 2210]
    assert values(table, "expected_ms") == [1000, 1010]


def test_probes_are_no_heartbeats():
    """The probe of an upgrade is none, a ping with other data is one."""
    table = beats(
        Talk().open(0, "polling").upgrade(5).engine(1000, "ping", "s2c", data="x").engine(1001, "pong", "c2s")
    )
    assert values(table, "rtt_ms") == [1]


def test_across_transports():
    """A ping by polling may be answered over the WebSocket."""
    talk = Talk().open(0, "polling").engine(1000, "ping", "s2c", "polling").upgrade(1001).engine(1050, "pong", "c2s")
    table = beats(talk)
    assert (values(table, "transport"), values(table, "rtt_ms")) == (["polling"], [50])


def test_late():
    """A pong after the deadline is late, and so is less than nothing left."""
    table = beats(Talk().open(0).beat(1000, 510))
    assert (values(table, "state"), values(table, "margin_ms")) == (["late"], [-10])


@pytest.mark.parametrize(
    ("talk", "until", "states"),
    [
        (Talk().open(0).engine(1000, "ping", "s2c"), 1400, ["answered"]),
        (Talk().open(0).join(5).engine(1000, "ping", "s2c"), 1600, ["missed"]),
        (Talk().open(0).join(5).engine(1000, "ping", "s2c").close(1400), 9000, ["answered"]),
        (Talk().open(0).join(5).engine(1000, "ping", "s2c").close(1499, "s2c"), 9000, ["missed"]),
        (Talk().open(0).join(5).engine(1000, "ping", "s2c").beat(1100), 1200, ["missed", "answered"]),
        (Talk(engine=3).open(0).engine(1000, "ping", "c2s"), 1600, ["missed"]),
        (
            Talk(engine=3).open(0).engine(1000, "ping", "c2s").socket(1300, "EVENT", "s2c", event="x"),
            2700,
            ["answered"],
        ),
        (Talk(engine=3).open(0).engine(1000, "ping", "c2s").socket(1300, "EVENT", "s2c", event="x"), 2900, ["missed"]),
        (Talk("?1").join(5).engine(1000, "ping", "s2c"), 9000, ["answered"]),
    ],
)
def test_without_pong(talk, until, states):
    """A ping without pong is missed when its time has run out, or the next ping came; not before."""
    table = beats(talk, until=until)
    assert values(table, "state") == states
    assert values(table, "margin_ms")[0] is None


def test_after_a_missed_one():
    """What was expected after a ping without pong is not known."""
    table = beats(Talk().open(0).engine(1000, "ping", "s2c").beat(2100))
    assert values(table, "expected_ms") == [1000, None]
    assert values(table, "interval_ms") == [1000, 1100]


def test_one_way():
    """Where only the pinging side was captured, its pings are not missed."""
    talk = Talk().open(0).engine(1000, "ping", "s2c").engine(2000, "ping", "s2c")
    talk.rows = [row for row in talk.rows if row.direction == "s2c"]
    assert values(beats(talk, until=9000), "state") == ["answered", "answered"]


def test_midstream():
    """Without the open packet there is no first interval, and nothing to expect."""
    table = beats(Talk("?1").beat(1000).beat(2001))
    assert values(table, "interval_ms") == [None, 1001]
    assert values(table, "expected_ms") == values(table, "margin_ms") == [None, None]


@pytest.mark.parametrize(
    ("talk", "wrong", "pinger"),
    [
        (Talk().open(0), ("c2s", "s2c"), "server"),
        (Talk(engine=3).open(0), ("s2c", "c2s"), "client"),
        (Talk("?1", engine=None).beat(500), ("s2c", "c2s"), "client"),
    ],
)
def test_wrong_direction(talk, wrong, pinger):
    """A ping of the side that does not ping in its revision is no heartbeat, answered or not, and changes none; of an
    unknown revision, the side that pinged first is the one that pings.
    """
    talk.beat(1000).engine(1200, "ping", wrong[0]).engine(1201, "pong", wrong[1]).engine(1300, "ping", wrong[0])
    table = beats(talk.beat(2001)).tail(2)
    assert values(table, "pinger") == [pinger] * 2
    assert values(table, "rtt_ms") == [1, 1]
    assert values(table, "interval_ms")[1] == 1001
    assert values(table, "state") == ["answered"] * 2


def test_wrong_direction_only():
    """A client that pings a server of revision 4 has no heartbeats."""
    assert beats(Talk().open(0).engine(1200, "ping", "c2s").engine(1201, "pong", "s2c")).empty


def test_refused():
    """A pong in a request that was refused never came."""
    talk = Talk().open(0, "polling").engine(1000, "ping", "s2c", "polling")
    talk.engine(1001, "pong", "c2s", "polling", issue="http_refused").http(1002, "POST", 400)
    assert values(beats(talk, until=1300), "pong_time") == [None]


def test_two_taps():
    """A heartbeat captured at two places is two rows, each with the round trip of its place."""
    back, front = Talk(server="10.0.0.2:3000").open(0).beat(1000, 9), Talk(server="10.0.0.9:80").open(1).beat(1001, 7)
    table = beats(back, front)
    assert values(table, "server") == ["10.0.0.2:3000", "10.0.0.9:80"]
    assert values(table, "rtt_ms") == [9, 7]


def test_interleaved():
    """Sessions at once do not mix, and rows are by time."""
    table = beats(Talk("a").open(0).beat(1000, 5).beat(2005, 5), Talk("b").open(1).beat(1002, 5).beat(2003, 5))
    assert values(table, "session") == ["a", "b", "b", "a"]
    assert values(table, "interval_ms") == [1000, 1001, 1001, 1005]
