"""Sessions that the server does not know."""

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of

UNKNOWN = '{"code":1,"message":"Session ID unknown"}'


def test_no_sticky_sessions():
    """Two real servers behind nginx: one finding for all sessions, and no other."""
    table = found("no-sticky-sessions")
    assert codes(table, "error", "warning") == ["no_sticky_sessions"]
    said = only(table, "no_sticky_sessions")
    assert "sessions alike" in said["explanation"]
    assert "Session ID unknown" in said["explanation"]
    assert said["frames"]


def test_expired():
    """A real client that polls again long after: no error."""
    assert codes(found("session-expired"), "error", "warning", "info") == ["session_expired"]


@pytest.mark.parametrize("said", [UNKNOWN, "Session ID unknown", '"Invalid session x"', "'Session is disconnected' x"])
@pytest.mark.parametrize(("after", "code"), [(400, "no_sticky_sessions"), (9_000, "session_expired")])
def test_what_servers_say(said, after, code):
    """In the words of each, within the ping budget and after it (1.5 s)."""
    talk = Talk().open(0, "polling").join(10, on="polling").http(after, status=400, data=said)
    assert findings(log_of(talk))["code"].tolist() == [code]


def test_after_a_close():
    """Who has left and asks once more, as clients do, is told the same: that is no finding."""
    talk = Talk().open(0, "polling").join(10, on="polling").engine(50, "close", "c2s", "polling")
    assert findings(log_of(talk.http(60, status=400, data=UNKNOWN))).empty


def test_accepted_again():
    """A sid that works, does not, and works again has two servers, whenever that was."""
    talk = Talk().open(0, "polling").join(10, on="polling").http(9_000, status=400, data=UNKNOWN).http(9_100)
    assert only(findings(log_of(talk)), "no_sticky_sessions")["session"] == "s1"


@pytest.mark.parametrize(("kind", "code"), [("CONNECT", "no_sticky_sessions"), ("EVENT", "session_expired")])
def test_handshake_elsewhere(kind, code):
    """What follows a handshake at once shows that there was one, elsewhere; an event may come from an old session."""
    talk = Talk().http(0, "POST", status=400, data=UNKNOWN)
    talk.socket(0, kind, "c2s", on="polling", issue="http_refused", event="x" if kind == "EVENT" else None)
    assert findings(log_of(talk))["code"].tolist() == [code]
