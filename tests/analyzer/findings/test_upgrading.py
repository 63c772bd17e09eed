"""The upgrade refused, slow, abandoned."""

import pytest

import analyzer
from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.recorded import CAPTURES
from tests.rows import Talk, log_of


def test_refused():
    """A real proxy that does not forward the Upgrade: what was answered, and that polling went on."""
    said = only(findings(analyzer.read(str(CAPTURES / "v4-upgrade-refused" / "capture.pcap"))), "upgrade_refused")
    assert "was answered 400" in said["explanation"]
    assert "stayed on polling" in said["explanation"]
    assert "proxy_set_header Upgrade" in said["advice"]


def test_refused_without_polling():
    """A real nginx, and a client that has no other transport: all its attempts are one finding."""
    assert codes(found("websocket-refused"), "error", "warning", "info") == ["upgrade_refused"]
    said = only(found("websocket-refused"), "upgrade_refused")
    assert "no connection at all" in said["explanation"]
    assert "proxy_set_header Upgrade" in said["advice"]


def test_refused_before_polling():
    """A client that goes on to polling has a connection, and the finding does not deny it."""
    assert codes(found("websocket-first"), "error", "warning", "info") == ["upgrade_refused"]
    said = only(found("websocket-first"), "upgrade_refused")["explanation"]
    assert said.endswith("later a client at this address was let in on polling.")


@pytest.mark.parametrize("said", ["nonsense", '{"code":5,"message":"Unsupported protocol version"}', None])
def test_refused_for_something_else(said):
    """What is not about the Upgrade has another name, or none."""
    talk = Talk(None).http(20, status=400, on="websocket", data=said, url="/socket.io/?EIO=3&transport=websocket")
    assert "upgrade_refused" not in findings(log_of(talk))["code"].tolist()


@pytest.mark.parametrize(("status", "advice"), [(502, "route"), (403, "403"), (400, "nginx")])
def test_advice_by_status(status, advice):
    """A gateway that fails is not a header that is missing."""
    talk = Talk().open(0, "polling").http(20, status=status, on="websocket").join(30, on="polling").http(90)
    assert advice in only(findings(log_of(talk)), "upgrade_refused")["advice"]


def test_never_answered():
    """Refused it is only where polling went on; a request that the session's end cut off says nothing."""
    talk = Talk().open(0, "polling").http(20, status=None, on="websocket", issue="http_no_response")
    assert findings(log_of(talk)).empty
    assert codes(findings(log_of(talk.join(30, on="polling").http(90))), "warning") == ["upgrade_refused"]


def test_slow():
    """A real server that holds the poll: what the switch waited for, and how long."""
    said = only(found("upgrade-slow"), "upgrade_slow")
    assert "a GET that was open for" in said["explanation"]
    assert "answered with ping" in said["explanation"]
    assert codes(found("upgrade-slow"), "error", "warning") == ["upgrade_slow"]


@pytest.mark.parametrize("name", ["upgrade-abandoned", "upgrade-unanswered"])
def test_abandoned(name):
    """A client that never switches, and a proxy that swallows the probe, both real."""
    assert codes(found(name), "error", "warning") == ["upgrade_abandoned"]
    words = {"upgrade-abandoned": "never switched", "upgrade-unanswered": "was not answered"}
    assert words[name] in only(found(name), "upgrade_abandoned")["explanation"]


def test_a_switch_that_is_kept_back():
    """By a rule of a proxy: nothing is polled any more, and the server closes the WebSocket."""
    talk = Talk().open(0, "polling").join(10, on="polling").ws(20, "open").engine(30, "ping", "c2s", data="probe")
    talk.engine(40, "pong", "s2c", data="probe").engine(50, "upgrade", "c2s", issue="mitm_dropped")
    said = only(findings(log_of(talk.close(1050, "s2c"))), "upgrade_abandoned")
    assert "the client's switch (5) was kept back by a proxy, and the server closed it" in said["explanation"]
    assert "nothing followed on polling" in said["explanation"]


def test_a_session_that_ends_abandons_nothing():
    """Who leaves during the upgrade takes the WebSocket along."""
    talk = Talk().open(0, "polling").ws(10, "open").engine(20, "ping", "c2s", data="probe")
    talk.engine(30, "close", "c2s", "polling").close(40)
    assert findings(log_of(talk)).empty


@pytest.mark.parametrize(("left", "says"), [(41, False), (240, True)])
def test_an_upgrade_taken_along(left, says):
    """A client that disconnects during the upgrade posts that a moment after it closed the WebSocket."""
    talk = Talk().open(0, "polling").join(5, on="polling").ws(10, "open").engine(20, "ping", "c2s", data="probe")
    talk.engine(30, "pong", "s2c", data="probe").close(35)
    talk.socket(left, "DISCONNECT", "c2s", on="polling").engine(left, "close", "c2s", "polling").http(left + 1, "POST")
    assert codes(findings(log_of(talk)), "warning") == (["upgrade_abandoned"] if says else [])


def test_a_server_without_websockets():
    """Its own option, not a proxy's header."""
    assert "its option transports lacks" in only(found("websocket-off"), "upgrade_refused")["advice"]


@pytest.mark.parametrize(
    ("status", "polling", "websocket", "says"),
    [
        (502, True, False, True),
        (404, True, False, True),
        (426, False, False, True),
        (502, False, False, False),
        (404, False, False, False),
        (502, True, True, False),
    ],
)
def test_what_is_about_websockets(status, polling, websocket, says):
    """A wrong path and a server that is down answer the same; they do so to polling, too."""
    refused = Talk(None).http(20, status=status, on="websocket", url="/socket.io/?EIO=4&transport=websocket")
    talks = [refused]
    talks += [Talk("p").open(500, "polling").join(510, on="polling").http(520)] if polling else []
    talks += [Talk("w").open(600).join(610)] if websocket else []
    assert ("upgrade_refused" in findings(log_of(*talks))["code"].tolist()) == says
