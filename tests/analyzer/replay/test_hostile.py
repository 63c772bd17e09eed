"""Whatever a source or a server says: no traceback, and an end."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.records import C2S, S2C
from analyzer.replay.board import Board
from analyzer.replay.choice import Choice
from analyzer.replay.correlate import discover
from analyzer.replay.describe import lines
from analyzer.replay.plan import plan
from analyzer.replay.player import Player, Terms
from analyzer.replay.report import Report, found
from analyzer.replay.rules import Rules
from analyzer.replay.summary import lines as summary
from analyzer.replay.uses import applied
from tests.analyzer.replay.opposite import Opposite, session
from tests.analyzer.replay.talks import opening, row, shop
from tests.analyzer.replay.test_report import TERMS

DATA = st.none() | st.text(max_size=12) | st.sampled_from(["[]", '[{"a":[', "[" * 500, '[{"id":"0123456789"}]', "null"])
KINDS = [
    ("socket.io", kind)
    for kind in ("EVENT", "ACK", "CONNECT", "DISCONNECT", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK")
] + [("engine.io", kind) for kind in ("message", None, "close", "ping", "upgrade", "open")]
ROWS = st.lists(
    st.builds(
        lambda ms, direction, kind, **columns: row(ms, direction, *kind, **columns),
        st.integers(0, 50),
        st.sampled_from([C2S, S2C]),
        st.sampled_from(KINDS),
        data=DATA,
        event=st.sampled_from([None, "a", "\x1b[31m"]),
        ack_id=st.sampled_from([None, 0, 2**62]),
        namespace=st.sampled_from(["/", "/a?token=x", ""]),
        attachments=st.none() | st.lists(st.binary(max_size=3), max_size=2),
        raw=st.none() | st.text(max_size=5),
        headers=st.sampled_from([None, "[]", '{"request":3}', "{"]),
        issue=st.sampled_from([None, "sio_bad_json", "tcp_gap"]),
    ),
    max_size=12,
)
TEXTS = [
    "1",
    "2",
    "3",
    "4",
    "x",
    "40",
    '40{"sid":"x"}',
    "41",
    '44{"message":"no"}',
    '42["welcome"]',
    '430[{"order":"z"}]',
]
MESSAGES = st.sampled_from([*TEXTS, "431[]", '4299["ask"]']) | st.binary(max_size=4)


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_any_rows(rows: list) -> None:
    """They are planned, described, searched for values and played."""
    taken = sorted([*opening(), *rows], key=lambda r: r.time)
    made = plan(taken)
    made = applied(made, Rules(discover(made)))
    assert all(line.isprintable() for line in lines(made, made.sessions))
    for i, each in enumerate(made.sessions):
        result = Opposite(lambda m: []).play(Player(each, i, Terms(), Board(made.sessions)))
        report = Report("x", "values", [result], found([result], Choice(), TERMS))
        json.dumps(report.document())
        assert all(line.isprintable() for line in summary(report))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(MESSAGES, max_size=3), min_size=6, max_size=6))
def test_any_server(answers: list) -> None:
    """Every session ends, with an outcome."""
    script = iter(answers)
    opposite = Opposite(lambda m: [(0.01, message) for message in next(script, [])])
    result = opposite.play(Player(session(shop()), 0, Terms(), Board([])))
    assert result.outcome != "not_started"
    assert len(result.sent) + len(result.unsent) >= 4 or result.outcome == "completed"
