"""The table of upgrades: every attempt, how far it came, and why no further."""

import pandas as pd
import pytest

from analyzer import tables
from analyzer.tables.schema import UPGRADES
from tests.rows import MS, START, Talk, log_of


def attempts(*talks):
    """The table of some sessions, a dict a row, times in ms since the start, None for missing."""
    table = tables.upgrades(log_of(*talks))
    rows = [
        {name: None if pd.isna(value) else value for name, value in row.items()} for row in table.to_dict("records")
    ]
    return [
        {name: (value.value - START) / MS if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
        for row in rows
    ]


def begun():
    """A session on polling."""
    return Talk().open(0, "polling").join(5, on="polling")


def test_empty():
    """Without attempts there is a table without rows, all columns of their types."""
    table = tables.upgrades(log_of(Talk().open(0)))
    assert table.empty
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == UPGRADES


def test_completed():
    """All steps of an upgrade, and its time from the request's first byte to the switch."""
    assert attempts(begun().upgrade(100).beat(1000)) == [
        {
            "session": "s1",
            "from": "polling",
            "to": "websocket",
            "started": 100,
            "probe_sent": 110,
            "probe_answered": 120,
            "upgrade_sent": 140,
            "drained": 130,
            "duration_ms": 40,
            "outcome": "completed",
            "status": 101,
            "cause": None,
        }
    ]


def test_nothing_to_drain():
    """Where no poll came back after the request, there was none to wait for."""
    assert attempts(begun().upgrade(100, on_polling=False))[0]["drained"] is None


def test_switch_not_captured():
    """What the server sends on a WebSocket shows that it switched, even if the switch is missing."""
    found = attempts(begun().ws(10, "open").socket(90, "EVENT", "s2c", event="x"))[0]
    assert (found["outcome"], found["upgrade_sent"], found["duration_ms"]) == ("completed", None, None)


def test_refused():
    """A request that was not answered 101."""
    talk = begun().http(50, status=400, on="websocket", data='{"code":3,\n"message":"Bad request"}', duration=0.02)
    found = attempts(talk)[0]
    assert (found["outcome"], found["status"], found["started"], found["duration_ms"]) == ("refused", 400, 30, 20)
    assert found["cause"] == 'the request was answered 400: {"code":3,\\n"message":"Bad request"}'
    found = attempts(begun().http(50, status=None, on="websocket", duration=None, issue="http_no_response"))[0]
    assert (found["outcome"], found["status"], found["cause"]) == ("refused", None, "the request was never answered")


@pytest.mark.parametrize(
    ("talk", "outcome", "cause", "duration"),
    [
        (
            begun().ws(10, "open").close(20, "s2c"),
            "failed",
            "the client never sent a probe, then the server closed the WebSocket (1005)",
            11,
        ),
        (
            begun().ws(10, "open").tcp(20, "reset", "c2s"),
            "failed",
            "the client never sent a probe, then the client reset the connection",
            11,
        ),
        (
            begun().ws(10, "open").engine(12, "ping", "c2s", data="probe").tcp(20, "fin", "s2c"),
            "failed",
            "the probe was not answered, then the server ended the connection",
            11,
        ),
        (
            begun().ws(10, "open").engine(12, "ping", "c2s", data="probe"),
            "failed",
            "the probe was not answered, then the log ends",
            None,
        ),
        (
            begun()
            .ws(10, "open")
            .engine(12, "ping", "c2s", data="probe")
            .engine(13, "pong", "s2c", data="probe")
            .close(10_011, "s2c"),
            "abandoned",
            "the probe was answered but the client never switched, then the server closed the WebSocket (1005)",
            10_002,
        ),
    ],
)
def test_unsuccessful(talk, outcome, cause, duration):
    """How far an attempt came that did not succeed, and what ended it."""
    found = attempts(talk)[0]
    assert (found["outcome"], found["cause"], found["duration_ms"], found["status"]) == (outcome, cause, duration, 101)
    assert tables.sessions(log_of(talk))["upgrade"][0] == outcome


def test_several():
    """A session may try more than once; it is told by how far it came."""
    talk = begun().http(50, status=502, on="websocket").ws(60, "open", stream=7).tcp(70, "fin", "s2c", 7).upgrade(100)
    assert [row["outcome"] for row in attempts(talk)] == ["refused", "failed", "completed"]
    assert tables.sessions(log_of(talk))["upgrade"][0] == "completed"


def test_no_attempts():
    """A WebSocket from the start, a session without a name, and an HTTP answer behind a 101 are no attempts."""
    legacy = (
        Talk("?3", engine=3)
        .ws(0, "open", url="/?EIO=3&transport=websocket")
        .http(1, status=400, on="websocket", issue="http_after_101")
    )
    assert attempts(Talk().open(0), Talk(None).http(3, status=400, on="websocket"), legacy) == []


def test_no_url():
    """Where the URL is not known, the session says whether it began on polling."""
    assert len(attempts(begun().ws(10, "open", url=None))) == 1
    assert attempts(Talk().ws(10, "open", url=None).join(20)) == []


def test_two_taps():
    """Of an attempt captured at two places the one nearer to the client is told: a proxy may have refused it."""
    back = Talk(server="10.0.0.2:3000").open(0, "polling")
    front = Talk(server="10.0.0.9:80").open(1, "polling").http(20, status=400, on="websocket")
    assert [row["outcome"] for row in attempts(back, front)] == ["refused"]
