"""Requests that were refused: counted, by whom, and in which words."""

import pandas as pd
import pytest

from analyzer.report.refusals import COLUMNS, refusals, told
from analyzer.tables.frame import frame
from tests.analyzer.findings.failures import log_of as recorded
from tests.rows import Talk, log_of

ASKED = "/socket.io/?EIO=4&transport=polling"
NGINX = '{"request":{},"response":{"server":"nginx/1.22.1"}}'
PAGE = "<html><head><title>404 Not Found</title></head><body><h1>404 Not\nFound</h1><script>x</script></body></html>"


def one(talk: Talk) -> dict[str, object]:
    """The only row."""
    (row,) = refusals(log_of(talk)).to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_nothing() -> None:
    """Of no rows, and of a session that is well; also where a server only does not know the session."""
    unknown = '{"code":1,"message":"Session ID unknown"}'
    for log in (frame([]), log_of(Talk().open(0, "polling").http(10).http(20, "POST", 400, data=unknown))):
        table = refusals(log)
        assert table.empty
        assert list(table.columns) == list(COLUMNS)


def test_handshakes() -> None:
    """Alike where method, status, server, transport and path are; the answer is told without its markup."""
    talk = Talk(None)
    for ms in (10, 20):
        talk.http(ms, status=404, url=f"{ASKED}&t={ms}", data=PAGE, headers=NGINX)
    row = one(talk)
    assert (row["count"], row["sessions"], row["frame"]) == (2, 0, 1)
    head, place, said = told(row)
    assert head == "GET /socket.io/ answered 404 by 10.0.0.2:3000 (nginx/1.22.1)"
    assert place == "2 times without a session; first: frame 1 of x.pcap"
    assert said == "404 Not Found"


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"status": 301, "headers": '{"response":{"location":"https://h/x"}}'}, "to https://h/x"),
        ({"status": 200, "issue": "eio_bad_handshake", "data": "hello"}, "but not as Engine.IO does"),
        ({"status": None, "issue": "http_no_response"}, "never answered"),
        ({"status": 403, "on": "websocket"}, "WebSocket request /socket.io/ answered 403"),
        ({"status": 403, "headers": "[1]"}, "answered 403"),
    ],
)
def test_other_answers(columns: dict[str, object], says: str) -> None:
    """Redirections, pages, silence."""
    assert says in " ".join(told(one(Talk(None).http(10, **({"url": ASKED} | columns)))))  # type: ignore[arg-type]


def test_in_sessions() -> None:
    """A real nginx that forbids POST: no finding has that name, and it is told all the same."""
    (row,) = refusals(recorded("post-forbidden")).to_dict("records")
    assert "POST /socket.io/ answered 403" in told(row)[0]
    assert told(row)[1].startswith("20 times in 10 sessions")


def test_hostile_answers() -> None:
    """Long and deep ones are cut."""
    for data in ("<" * 100_000, "<script>" * 50_000, "x" * 5_000_000, "\u202e\x1b[31m"):
        said = told(one(Talk(None).http(10, status=500, url=ASKED, data=data, headers="[" * 100_000)))[2]
        assert len(said) <= 200
        assert said.isprintable()
    assert pd.isna(one(Talk(None).http(10, status=500, url=ASKED))["software"])
