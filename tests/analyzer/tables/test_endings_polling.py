"""By whom and why sessions end that poll: of failed requests and what follows them."""

import pytest

from tests.analyzer.tables.test_endings import UNLIMITED, ended
from tests.rows import Talk

PAGE = '{"request":{"user-agent":"Mozilla/5.0"},"response":{}}'
NODE = '{"request":{"user-agent":"node-XMLHttpRequest"},"response":{}}'
UNANSWERED = {"status": None, "issue": "http_no_response"}


def polls():
    """A session that polls."""
    return Talk().open(0, "polling").join(5, on="polling")


ENDINGS = {
    "a page is left while it polls": (
        polls().tcp(50, "fin", "c2s", 0).http(51, **UNANSWERED, headers=PAGE),
        "client",
        "client_close",
    ),
    "a browser resets its poll": (
        polls().tcp(50, "reset", "c2s", 0).http(51, **UNANSWERED, headers=PAGE),
        "client",
        "transport_cut",
    ),
    "a process ends while it polls": (
        polls().tcp(50, "fin", "c2s", 0).http(51, **UNANSWERED, headers=NODE),
        "client",
        "transport_cut",
    ),
    "a poll is cut, and the client posts a close for it": (
        polls().tcp(50, "fin", "s2c", 0).http(51, **UNANSWERED).engine(60, "close", "c2s", "polling").http(61, "POST"),
        "server",
        "transport_cut",
    ),
    "a poll is refused, and the client posts a close for it": (
        polls().http(51, status=502).engine(60, "close", "c2s", "polling").http(61, "POST"),
        "server",
        "unknown",
    ),
    "a close long after a poll that failed": (
        polls().http(51, status=502).engine(900, "close", "c2s", "polling").http(901, "POST"),
        "client",
        "client_close",
    ),
    "a client closes, and hangs up its poll itself": (
        polls()
        .tcp(50, "fin", "c2s", 0)
        .http(51, **UNANSWERED, headers=PAGE)
        .engine(52, "close", "c2s", "polling")
        .http(53, "POST"),
        "client",
        "client_close",
    ),
    "the server drops a request, lives, and does not know the session": (
        Talk(engine=3)
        .open(0, "polling", data=UNLIMITED)
        .socket(1, "EVENT", "c2s", on="polling", event="x")
        .tcp(50, "fin", "s2c", 0)
        .http(51, "POST", **UNANSWERED)
        .http(60, status=400),
        "server",
        "payload_too_large",
    ),
    "the server drops a request, and nothing is heard of it": (
        Talk(engine=3)
        .open(0, "polling", data=UNLIMITED)
        .socket(1, "EVENT", "c2s", on="polling", event="x")
        .tcp(50, "fin", "s2c", 0)
        .http(51, "POST", **UNANSWERED),
        "server",
        "transport_cut",
    ),
}


@pytest.mark.parametrize(("talk", "by", "cause"), ENDINGS.values(), ids=ENDINGS)
def test_endings(talk, by, cause):
    """A request that failed is the cause of what a client says next."""
    assert ended(talk) == (by, cause)


def test_a_session_that_nobody_takes_up():
    """A handshake whose client never comes back is no cut: it had hung up, or must not read the answer."""
    assert ended(Talk().open(0, "polling"), until=60_000) == ("client", "unknown")
    assert ended(Talk().open(0, "polling").join(5, on="polling"), until=60_000) == ("network", "transport_cut")
    assert ended(Talk().open(0), until=60_000) == ("network", "transport_cut")
