"""The table of sessions: what carried them, what they exchanged, and how they ended."""

import pandas as pd

from analyzer import tables
from analyzer.records import Row
from analyzer.tables.schema import SESSIONS
from tests.rows import MS, START, Talk, log_of


def one(talk, until=None):
    """The one session of a talk as a dict."""
    table = tables.sessions(log_of(talk, until=until))
    assert len(table) == 1
    return {name: None if pd.isna(value) else value for name, value in table.iloc[0].items()}


def ended(talk, until=None):
    """By whom and why the session ended, None while open."""
    row = one(talk, until)
    return row["closed_by"], row["close_cause"]


def at(ms):
    """A moment of a talk."""
    return pd.Timestamp(START + round(ms * MS), tz="UTC")


def test_empty():
    """Without rows there is a table without rows, all columns of their types."""
    table = tables.sessions(log_of())
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == SESSIONS


def test_whole_session():
    """A session from polling to WebSocket and its end."""
    talk = Talk().open(0, "polling").join(5, on="polling").upgrade(100)
    talk.join(200, "/admin").beat(1000).socket(1100, "EVENT", "c2s", event="a", data="[]", size=30)
    talk.socket(1200, "BINARY_EVENT", "s2c", event="b", attachments=[b"x", b"yy"], size=50)
    talk.socket(1300, "DISCONNECT", "c2s").socket(1300, "DISCONNECT", "c2s", "/admin").close(1301)
    assert one(talk) == {
        "session": "s1",
        "engine": 4,
        "client": "10.0.0.1:5000",
        "server": "10.0.0.2:3000",
        "opened": at(0),
        "closed": at(1301),
        "duration_s": 1.301,
        "transports": "polling>websocket",
        "upgrade": "completed",
        "ping_interval_ms": 1000,
        "ping_timeout_ms": 500,
        "max_payload": 100_000,
        "namespaces": "/,/admin",
        "packets_c2s": 8,
        "packets_s2c": 9,
        "bytes_c2s": 73,
        "bytes_s2c": 163,
        "closed_by": "client",
        "close_cause": "client_close",
    }


def test_msgpack_packets():
    """Attachments inside a packet are no packets of their own."""
    talk = Talk().open(0).socket(1, "EVENT", "s2c", event="a", attachments=[b"x"], parser="msgpack")
    assert one(talk)["packets_s2c"] == 2


def test_refused_sids_are_no_sessions():
    """A sid that was only ever refused, or never had one, is none; one bad request more or less does not make one."""
    talk = Talk("gone").http(1, status=400).socket(0, "EVENT", "c2s", on="polling", issue="http_refused")
    talk.engine(0, "message", "c2s", "polling", data="x", issue="sio_bad_packet")
    nobody = Talk(None).http(2, status=400).ws(3, "open")
    late = Talk("?5", engine=3).ws(4, "open").http(5, status=400, on="websocket", issue="http_after_101", stream=1)
    assert tables.sessions(log_of(talk, nobody, late)).empty
    assert list(tables.sessions(log_of(talk, Talk("live").open(0)))["session"]) == ["live"]


def test_accepted_without_packets():
    """A request that was accepted is enough."""
    assert one(Talk("s").http(5))["transports"] is None
    assert one(Talk("?1").ws(5, "open"))["session"] == "?1"


def test_midstream():
    """What was not captured is missing, not guessed: no opening, no intervals; namespaces are those that were used."""
    talk = Talk("?3").socket(5, "EVENT", "c2s", "/a", event="x").socket(6, "EVENT", "s2c", "/b", event="y").close(9)
    row = one(talk)
    assert row["opened"] is None
    assert row["duration_s"] is None
    assert row["ping_interval_ms"] is None
    assert (row["namespaces"], row["transports"], row["close_cause"]) == ("/a,/b", "websocket", "client_close")


def test_two_taps():
    """A session captured before and behind a proxy has a row for each server."""
    front, back = Talk(server="10.0.0.9:80"), Talk(server="10.0.0.2:3000")
    back.open(0, "polling").join(10, on="polling").close(90)
    front.open(1, "polling").join(9, on="polling")
    other = Talk("s2").open(0)
    table = tables.sessions(log_of(front, back, other))
    assert list(zip(table["session"], table["server"], table["packets_c2s"], strict=True)) == [
        ("s1", "10.0.0.2:3000", 1),
        ("s2", "10.0.0.2:3000", 0),
        ("s1", "10.0.0.9:80", 1),
    ]


def test_moved_session():
    """A session that goes on at another address, its open packet shown once, is one."""
    talk = (
        Talk()
        .open(0, "polling")
        .http(20, server="10.0.0.3:3000")
        .socket(20, "EVENT", "s2c", on="polling", server="10.0.0.3:3000")
    )
    assert one(talk)["server"] == "10.0.0.2:3000"


def test_namespaces():
    """Those the client was let into, without their queries, in order."""
    talk = Talk(engine=3).open(0).socket(1, "CONNECT", "s2c").socket(2, "CONNECT", "c2s", "/a?x=1")
    talk.socket(3, "CONNECT", "s2c", "/a?x=1").socket(4, "CONNECT", "c2s", "/no").socket(
        5, "CONNECT_ERROR", "s2c", "/no"
    )
    assert one(talk)["namespaces"] == "/,/a"


def test_open_at_the_end():
    """A session that lives when the capture ends is open."""
    talk = Talk().open(0).join(5).beat(1000)
    assert ended(talk, until=1500) == (None, None)
    assert one(talk, until=1500)["closed"] is None


def test_any_log():
    """Rows without anything, or of no session, are no reason to fail."""
    talk = Talk(None)
    talk.rows = [
        Row(START),
        Row(START, layer="tcp", type="fin"),
        Row(START, layer="socket.io", type="EVENT", session="x"),
    ]
    assert list(tables.sessions(log_of(talk))["session"]) == ["x"]
