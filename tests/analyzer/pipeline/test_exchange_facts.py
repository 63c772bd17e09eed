"""What a run says of a HAR or a flow file as a whole."""

import json

from analyzer.issues import Issue
from analyzer.pipeline.exchange_facts import ExchangeFacts
from analyzer.sources.seen import Account, Seen
from analyzer.wire.events import Exchange
from analyzer.wire.frames import Message

SECOND = 1_000_000_000


def test_counters_of_a_source() -> None:
    """Exchanges, messages, connections, what was passed over, first and last time; the summary is the last row."""
    account = Account("a.har", writer="WebInspector 537.36")
    plain = Seen(SECOND, 0, SECOND, 2 * SECOND, Exchange(None))
    socket = Seen(2 * SECOND, 0, 2 * SECOND, 2 * SECOND, Exchange(None), upgraded=True)
    socket.messages = [("c2s", Message(3 * SECOND, 0, 1, b"2", 1)), ("s2c", Message(4 * SECOND, 0, 1, b"3", 1))]
    account.seen = [socket, plain]
    account.others["tcp"] = 2
    account.oddities.append((Issue.CAPTURE_CUT, "cut"))
    facts = ExchangeFacts("a.har")
    facts.read(account)
    facts.forgot(3)
    *odd, summary = facts.rows(9 * SECOND)
    assert [(row.issue, row.detail) for row in odd] == [
        (Issue.CAPTURE_CUT, "cut"),
        (Issue.CAPTURE_LIMIT, "3 sessions were forgotten to make room for others (--max-sessions)"),
    ]
    assert (summary.time, summary.source, summary.layer, summary.type) == (9 * SECOND, "a.har", "capture", "summary")
    assert json.loads(summary.data or "") == {
        "exchanges": 2,
        "websocket_messages": 2,
        "connections": 2,
        "passed_over": 2,
        "passed_over_kinds": {"tcp": 2},
        "writer": "WebInspector 537.36",
        "first_time": "1970-01-01T00:00:01.000000000Z",
        "last_time": "1970-01-01T00:00:04.000000000Z",
    }


def test_an_empty_source() -> None:
    """Times are null."""
    facts = ExchangeFacts("a.har")
    facts.read(Account("a.har"))
    facts.forgot(0)
    (summary,) = facts.rows(0)
    counters = json.loads(summary.data or "")
    assert (counters["exchanges"], counters["first_time"], counters["last_time"]) == (0, None, None)
