"""The table of acknowledgements: who asked, who answered, how long it took."""

import pandas as pd

from analyzer import tables
from analyzer.tables.schema import ACKS
from tests.rows import Talk, log_of


def pairs(*talks):
    """(session, namespace, direction, id, event, latency, state) of each request."""
    table = tables.acks(log_of(*talks))
    columns = ["session", "namespace", "direction", "ack_id", "event", "latency_ms", "state"]
    return [tuple(None if pd.isna(value) else value for value in row) for row in table[columns].itertuples(index=False)]


def ask(talk, ms, direction, number, **columns):
    """A request for an acknowledgement."""
    return talk.socket(ms, "EVENT", direction, ack_id=number, **{"event": "e"} | columns)


def test_empty():
    """Without requests there is a table without rows, all columns of their types."""
    table = tables.acks(log_of(Talk().open(0).socket(5, "EVENT", "c2s", event="x").socket(6, "ACK", "s2c", ack_id=3)))
    assert table.empty
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == ACKS


def test_pairs():
    """Both directions count for themselves, so do namespaces and sessions; binary or not does not matter."""
    one = ask(ask(ask(Talk("a"), 0, "c2s", 0), 1, "s2c", 0), 2, "c2s", 0, namespace="/n")
    one.socket(5, "BINARY_ACK", "s2c", ack_id=0).socket(7, "ACK", "c2s", ack_id=0).socket(
        9, "ACK", "s2c", "/n", ack_id=0
    )
    two = Talk("b").socket(3, "BINARY_EVENT", "c2s", ack_id=0, event="f").socket(4, "ACK", "c2s", ack_id=0)
    assert pairs(one, two) == [
        ("a", "/", "c2s", 0, "e", 5, "answered"),
        ("a", "/", "s2c", 0, "e", 6, "answered"),
        ("a", "/n", "c2s", 0, "e", 7, "answered"),
        ("b", "/", "c2s", 0, "f", None, "unanswered"),
    ]


def test_latest_request_wins():
    """An answer is for the latest request of its id; a second answer is for nobody."""
    talk = (
        ask(ask(Talk(), 0, "c2s", 7), 10, "c2s", 7)
        .socket(15, "ACK", "s2c", ack_id=7)
        .socket(16, "ACK", "s2c", ack_id=7)
    )
    assert [row[5:] for row in pairs(talk)] == [(None, "unanswered"), (5, "answered")]
    assert [row[5:] for row in pairs(ask(talk, 20, "c2s", 7))][2] == (None, "unanswered")


def test_refused():
    """What was refused with its request was never asked."""
    assert pairs(ask(Talk(), 0, "c2s", 1, issue="http_refused")) == []


def test_two_taps():
    """Of a session captured at two places, the one nearer to the client."""
    back, front = Talk(server="10.0.0.2:3000").open(0), Talk(server="10.0.0.9:80").open(1)
    ask(front, 10, "c2s", 1).socket(20, "ACK", "s2c", ack_id=1)
    ask(back, 11, "c2s", 1).socket(19, "ACK", "s2c", ack_id=1)
    assert [row[5] for row in pairs(back, front)] == [10]


def test_large_ids():
    """Ids up to 64 bits are kept exactly."""
    assert [row[3] for row in pairs(ask(ask(Talk(), 0, "c2s", 2**63 - 1), 1, "c2s", 2**63 - 2))] == [
        2**63 - 1,
        2**63 - 2,
    ]
