"""The table of sessions: what carried them, what they exchanged, and how they ended."""

import pandas as pd
import pytest

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


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{",
        "null",
        "[" * 100_000,
        '{"pingInterval":true,"pingTimeout":"5"}',
        '{"pingInterval":-1,"pingTimeout":1e999}',
        '{"pingInterval":1e300}',
        None,
    ],
)
def test_hostile_handshake(data):
    """An open packet that promises nonsense promises nothing."""
    row = one(Talk().open(0, data=data).beat(1000).close(2000))
    assert row["ping_interval_ms"] is None
    assert row["ping_timeout_ms"] is None


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


ENDINGS = {
    "client closes": (Talk().open(0).join(5).close(100), "client", "client_close"),
    "client leaves, then closes": (
        Talk().open(0).join(5).socket(90, "DISCONNECT", "c2s").close(91),
        "client",
        "client_close",
    ),
    "server kicks, client closes": (
        Talk().open(0).join(5).socket(90, "DISCONNECT", "s2c").close(91),
        "server",
        "server_close",
    ),
    "server leaves one of two namespaces": (
        Talk().open(0).join(5).join(8, "/a").socket(90, "DISCONNECT", "s2c", "/a").close(95),
        "client",
        "client_close",
    ),
    "revision 3: the default namespace is never left": (
        Talk(engine=3).open(0).socket(1, "CONNECT", "s2c").join(5, "/a").socket(9, "DISCONNECT", "s2c", "/a").close(10),
        "server",
        "server_close",
    ),
    "server shuts down": (Talk().open(0).join(5).close(100, "s2c"), "server", "server_close"),
    "left, nothing else": (Talk().open(0).join(5).socket(9, "DISCONNECT", "c2s"), "client", "client_close"),
    "left and back again": (Talk().open(0).join(5).socket(9, "DISCONNECT", "c2s").join(12), None, None),
    "polling client closes": (
        Talk().open(0, "polling").join(5, on="polling").engine(50, "close", "c2s", "polling").http(51, "POST"),
        "client",
        "client_close",
    ),
    "polling server closes": (
        Talk().open(0, "polling").join(5, on="polling").http(50).engine(50, "close", "s2c", "polling"),
        "server",
        "server_close",
    ),
    "polling server kicks, client closes": (
        Talk().open(0, "polling").join(5, on="polling").socket(50, "DISCONNECT", "s2c", on="polling")
        .engine(60, "close", "c2s", "polling").http(61).engine(61, "close", "s2c", "polling"),
        "server",
        "server_close",
    ),
    "the close of polling after an upgrade is not the session's": (
        Talk().open(0, "polling").join(5, on="polling").upgrade(100).http(150)
        .engine(150, "close", "s2c", "polling").beat(1000),
        None,
        None,
    ),
    "server without pong": (
        Talk().open(0).join(5).beat(1000).engine(2001, "ping", "s2c").close(2500, "s2c"),
        "server",
        "ping_timeout",
    ),
    "server without pong, by polling": (
        Talk().open(0, "polling").join(5, on="polling").engine(1000, "ping", "s2c", "polling").http(1505)
        .engine(1505, "close", "s2c", "polling"),
        "server",
        "ping_timeout",
    ),
    "server before the deadline": (
        Talk().open(0).join(5).beat(1000).engine(2001, "ping", "s2c").close(2300, "s2c"),
        "server",
        "server_close",
    ),
    "client without ping": (Talk().open(0).join(5).beat(1000).close(2499), "client", "ping_timeout"),
    "client without the first ping": (Talk().open(0).join(5).close(1500), "client", "ping_timeout"),
    "revision 3: client without pong": (
        Talk(engine=3).open(0).socket(1, "CONNECT", "s2c").engine(1000, "ping", "c2s").close(1500),
        "client",
        "ping_timeout",
    ),
    "revision 3: a packet postpones the client's deadline": (
        Talk(engine=3).open(0).engine(1000, "ping", "c2s").socket(1100, "EVENT", "s2c", event="x").close(1500),
        "client",
        "client_close",
    ),
    "revision 3: the postponed deadline": (
        Talk(engine=3).open(0).engine(1000, "ping", "c2s").socket(1100, "EVENT", "s2c", event="x").close(2600),
        "client",
        "ping_timeout",
    ),
    "revision 3: server without ping": (Talk(engine=3).open(0).beat(1000).close(2501, "s2c"), "server", "ping_timeout"),
    "revision 3: server, messages do not count": (
        Talk(engine=3).open(0).beat(1000).socket(2000, "EVENT", "c2s", event="x").close(2501, "s2c"),
        "server",
        "ping_timeout",
    ),
    "too large a message": (Talk().open(0).join(5).close(100, "s2c", 1009), "server", "payload_too_large"),
    "too large a request": (
        Talk().open(0, "polling").join(5, on="polling").http(51, "POST", 413)
        .socket(50, "EVENT", "c2s", on="polling", issue="http_refused"),
        "server",
        "payload_too_large",
    ),
    "too large a request, life goes on": (
        Talk().open(0, "polling").join(5, on="polling").http(51, "POST", 413)
        .http(60).engine(60, "noop", "s2c", "polling"),
        None,
        None,
    ),
    "bad packet": (
        Talk().open(0).join(5).engine(50, "message", "c2s", data="x", issue="sio_bad_packet").close(52, "s2c"),
        "server",
        "protocol_error",
    ),
    "bad packet of the server": (
        Talk().open(0).join(5).engine(50, "message", "s2c", data="x", issue="sio_bad_json").close(52),
        "client",
        "protocol_error",
    ),
    "bytes that are no packet": (
        Talk().open(0).join(5).engine(50, None, "c2s", data="x", issue="eio_bad_packet").close(52, "s2c"),
        "server",
        "protocol_error",
    ),
    "heartbeat in the wrong direction": (
        Talk().open(0).join(5).engine(50, "ping", "c2s").close(51, "s2c"),
        "server",
        "protocol_error",
    ),
    "event before it joined": (
        Talk().open(0).join(5).socket(50, "EVENT", "c2s", "/other", event="x").close(51, "s2c"),
        "server",
        "protocol_error",
    ),
    "joined twice": (
        Talk().open(0).join(5).socket(50, "CONNECT", "c2s").close(51, "s2c"),
        "server",
        "protocol_error",
    ),
    "a bad packet long ago": (
        Talk().open(0).join(5).engine(50, "message", "c2s", data="x", issue="sio_bad_packet").beat(1000).beat(2001)
        .beat(3002).close(3100, "s2c"),
        "server",
        "server_close",
    ),
    "never joined": (Talk().open(0).beat(1000).close(1400, "s2c"), "server", "never_joined"),
    "refused by all namespaces": (
        Talk().open(0).socket(5, "CONNECT", "c2s", "/x").socket(6, "CONNECT_ERROR", "s2c", "/x").close(900, "s2c"),
        "server",
        "never_joined",
    ),
    "plain Engine.IO joins nothing": (
        Talk().open(0).engine(5, "message", "s2c", data="hi").close(900, "s2c"),
        "server",
        "server_close",
    ),
    "client's connection ends": (Talk().open(0).join(5).tcp(50, "fin", "c2s"), "client", "transport_cut"),
    "server's connection is reset": (Talk().open(0).join(5).tcp(50, "reset", "s2c"), "server", "transport_cut"),
    "the end was not captured": (
        Talk().open(0).join(5).tcp(50, "gap", "c2s", size=9, issue="tcp_gap").tcp(51, "fin", "c2s"),
        "client",
        "unknown",
    ),
    "the end of a polling connection is nothing": (
        Talk().open(0, "polling").join(5, on="polling").tcp(50, "fin", "c2s", 0),
        None,
        None,
    ),
    "a poll is never answered": (
        Talk().open(0, "polling").join(5, on="polling").tcp(50, "fin", "c2s", 0)
        .http(50, status=None, issue="http_no_response", duration=None),
        "client",
        "transport_cut",
    ),
    "a poll is never answered, nobody knows why": (
        Talk().open(0, "polling").join(5, on="polling").http(50, status=None, issue="http_no_response", duration=None),
        "network",
        "transport_cut",
    ),
    "session lost": (Talk().open(0, "polling").join(5, on="polling").http(50, status=400), "server", "unknown"),
    "session lost after long silence": (
        Talk().open(0, "polling").join(5, on="polling").http(1700, status=400),
        "server",
        "ping_timeout",
    ),
    "a refused upgrade is no end": (
        Talk().open(0, "polling").join(5, on="polling").http(50, status=400, on="websocket"),
        None,
        None,
    ),
    "the end of a probed WebSocket is no end": (
        Talk().open(0, "polling").join(5, on="polling").ws(20, "open").close(50)
        .engine(25, "ping", "c2s", data="probe"),
        None,
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("talk", "by", "cause"), ENDINGS.values(), ids=ENDINGS)
def test_endings(talk, by, cause):
    """Who ended a session, and why, follows from what came before."""
    assert ended(talk) == (by, cause)


def test_ping_timeout_needs_a_promise():
    """Where the capture misses the handshake no deadline is known."""
    talk = Talk().socket(0, "EVENT", "s2c", event="x").engine(2001, "ping", "s2c").close(9000, "s2c")
    assert ended(talk) == ("server", "server_close")


def test_silence():
    """A session of which nothing is heard long after both sides must have given up was cut; when, is their deadline."""
    talk = Talk().open(0).join(5).beat(1000)
    assert ended(talk, until=60_000) == ("network", "transport_cut")
    assert at(2501) < one(talk, until=60_000)["closed"] < at(4000)
    assert ended(talk, until=2600) == (None, None)


def test_silence_is_of_one_source():
    """The end of one capture is not the silence of a session in it, even if others go on later."""
    later = Talk("s2", source="later.pcap").open(3_600_000)
    table = tables.sessions(log_of(Talk().open(0).join(5), later))
    assert table["close_cause"].isna().all()


def test_any_log():
    """Rows without anything, or of no session, are no reason to fail."""
    talk = Talk(None)
    talk.rows = [
        Row(START),
        Row(START, layer="tcp", type="fin"),
        Row(START, layer="socket.io", type="EVENT", session="x"),
    ]
    assert list(tables.sessions(log_of(talk))["session"]) == ["x"]
