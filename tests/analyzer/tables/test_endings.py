"""By whom and why sessions end."""

import pandas as pd
import pytest

from analyzer import tables
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


UNLIMITED = '{"sid":"x","pingInterval":1000,"pingTimeout":500}'
"""An open packet of a server that does not tell its limit."""

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
    "too large a request, the client gives up": (
        Talk().open(0, "polling").join(5, on="polling").http(51, "POST", 413)
        .engine(70, "close", "c2s", "polling").http(71).engine(71, "noop", "s2c", "polling").http(72, "POST"),
        "client",
        "payload_too_large",
    ),
    "revision 3: the server drops a request, and then the session": (
        Talk(engine=3).open(0, "polling", data=UNLIMITED).socket(1, "CONNECT", "s2c", on="polling")
        .http(50, "POST", None, size=0, issue="http_no_response", stream=7, duration=None).tcp(50, "reset", "s2c", 7)
        .http(52).engine(52, "close", "s2c", "polling"),
        "server",
        "payload_too_large",
    ),
    "the close of the client came too late": (
        Talk(engine=3).open(0, "polling").socket(1, "CONNECT", "s2c", on="polling").beat(1000, 9, "polling")
        .engine(2009, "ping", "c2s", "polling", issue="http_refused")
        .engine(2510, "close", "c2s", "polling", issue="http_refused")
        .http(2600).engine(2600, "close", "s2c", "polling").http(2610, "POST", 400).http(2611, "POST", 400),
        "client",
        "ping_timeout",
    ),
    "the WebSocket says that the protocol was broken": (
        Talk().open(0).join(5).close(100, "s2c", 1007),
        "server",
        "protocol_error",
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
    "a leave with a payload": (
        Talk().open(0).join(5).socket(50, "DISCONNECT", "c2s", data="{}", issue="sio_bad_json").close(51, "s2c"),
        "server",
        "protocol_error",
    ),
    "two polls at once": (
        Talk().open(0, "polling").join(5, on="polling").http(50).engine(50, "close", "s2c", "polling")
        .http(51, status=400),
        "server",
        "protocol_error",
    ),
    "a POST too late for a server that closes": (
        Talk().open(0, "polling").join(5, on="polling").http(50).engine(50, "close", "s2c", "polling")
        .http(51, "POST", status=400, data='{"code":1,"message":"Session ID unknown"}'),
        "server",
        "server_close",
    ),
    "polling beside a WebSocket is refused, the session lives on": (
        Talk().open(0).join(5).http(50, status=400).close(90),
        "client",
        "client_close",
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
    "a refused preflight is no end": (
        Talk().open(0, "polling").join(5, on="polling").http(50, "OPTIONS", 500),
        None,
        None,
    ),
    "a request over the limit is never answered": (
        Talk().open(0, "polling").join(5, on="polling").tcp(50, "fin", "s2c", 0)
        .http(50, "POST", None, size=100_001, issue="http_no_response", duration=None),
        "server",
        "payload_too_large",
    ),
    "left all, lived on, then closed": (
        Talk().open(0).join(5).socket(50, "DISCONNECT", "s2c").beat(1000).beat(2001).beat(3002).close(3100),
        "client",
        "client_close",
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
