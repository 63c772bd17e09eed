"""Acks and the requests they answer, as the table of acks has them."""

from analyzer.report.answers import Answers
from analyzer.tables.acks import acks
from tests.rows import Talk, log_of


def talk():
    """Requests of both sides, one id asked twice, one never answered, one answered unasked."""
    told = Talk()
    told.socket(0, "EVENT", "c2s", event="a", ack_id=1).socket(1, "EVENT", "s2c", event="b", ack_id=1)
    told.socket(5, "ACK", "s2c", ack_id=1).socket(9, "ACK", "c2s", ack_id=1)
    told.socket(10, "EVENT", "c2s", event="c", ack_id=1).socket(12, "BINARY_EVENT", "c2s", event="d", ack_id=1)
    told.socket(15, "BINARY_ACK", "s2c", ack_id=1).socket(16, "ACK", "s2c", ack_id=1)
    told.socket(20, "EVENT", "c2s", "/x", event="e", ack_id=1).socket(21, "ACK", "s2c", "/", ack_id=1)
    return told.socket(30, "EVENT", "c2s", event="f", ack_id=2, issue="http_refused").socket(31, "ACK", "s2c", ack_id=2)


def test_what_each_answers():
    """The latest request of that namespace and id in the other direction, once."""
    answers = Answers()
    found = [answers.request(row) for row in talk().rows]
    events = [None if request is None else request[1] for request in found]
    assert events == [None, None, "a", "b", None, None, "d", None, None, None, None, None]


def test_the_same_as_the_table():
    """Request and latency of every ack."""
    told, answers = talk(), Answers()
    found = [(request[1], row.time - request[0]) for row in told.rows if (request := answers.request(row))]
    table = acks(log_of(told))
    rows = table[table["state"] == "answered"]
    expected = sorted(zip(rows["event"], (rows["latency_ms"] * 1e6).round().astype(int), strict=True))
    assert sorted(found) == expected


def test_memory_is_bounded():
    """The oldest request makes room."""
    told, answers = Talk(), Answers(kept=2)
    for number in (1, 2, 3):
        told.socket(number, "EVENT", "c2s", event=str(number), ack_id=number)
    for number in (1, 2, 3):
        told.socket(10 + number, "ACK", "s2c", ack_id=number)
    assert [bool(answers.request(row)) for row in told.rows] == [False] * 4 + [True, True]


def test_other_rows():
    """Have nothing to do with it."""
    told = Talk().open(0).beat(5).join(10)
    answers = Answers()
    assert [answers.request(row) for row in told.rows] == [None] * len(told.rows)
