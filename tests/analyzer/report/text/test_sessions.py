"""The section on sessions."""

from analyzer.report.text import sessions


def test_rows(printed, few, names_of):
    """A row a session, at 80 columns without the less important ones."""
    lines = printed(sessions.show, few, names_of(few))
    assert lines[1] == "Sessions  3"
    assert lines[2].split() == ["session", "EIO", "opened", "lasted", "transports", "c2s", "s2c", "ended"]
    assert lines[3].split()[1:] == ["4", "+0", "ms", "12.0", "s", "polling>websocket", "30", "36", "client_close"]
    assert len(lines) == 7


def test_wide(printed, few, names_of):
    """With room there are addresses, namespaces and bytes as well."""
    lines = printed(sessions.show, few, names_of(few), width=160)
    assert {"namespaces", "client", "server", "bytes", "upgrade"} <= set(lines[2].split())
    assert "127.0.0.1:36974" in lines[3]


def test_none(printed, empty):
    """No session is said in words."""
    assert printed(sessions.show, empty, {})[1:3] == [
        "Sessions  0",
        "  No Socket.IO or Engine.IO session was recognised.",
    ]


def test_many(printed, crowd, names_of):
    """Of many the most telling of every kind are shown, and the rest counted by how they ended."""
    lines = printed(sessions.show, crowd, names_of(crowd), width=130)
    assert len(lines) == 3 + sessions.SHOWN + 2
    assert lines[-2].startswith("  and 480 more: ")
    shown = "\n".join(lines[3:-2])
    assert all(cause in shown for cause in ("ping_timeout (server)", "transport_cut (network)", "client_close"))


def test_two_taps(printed, table_of, few, names_of):
    """Where a session was seen in two places the server tells its rows apart."""
    twice = few.sessions.copy()
    twice.loc[1, "session"] = twice.loc[0, "session"]
    twice.loc[1, "server"] = "10.0.0.9:80"
    analysis = type(few)(**{**few.__dict__, "sessions": twice})
    assert any("10.0.0.9:80" in line for line in printed(sessions.show, analysis, names_of(few)))


def test_endings(table_of):
    """The cause, and who did it where the cause does not say."""
    rows = [
        {"close_cause": "client_close", "closed_by": "client"},
        {"close_cause": "ping_timeout", "closed_by": "server"},
        {"close_cause": "unknown"},
        {"closed_by": "network"},
        {},
    ]
    said = ["client_close", "ping_timeout (server)", "unknown", "by network", "open"]
    assert sessions.ended(table_of("sessions", rows)) == said


def test_since():
    """Times count from the first row; before it they are negative."""
    assert sessions.since(1_000_000_000, 3_000_000_000) == "+2.00 s"
    assert sessions.since(1_000_000_000, 500_000_000) == "-500 ms"
    assert sessions.since(None, 1) == sessions.since(1, None) == "-"
