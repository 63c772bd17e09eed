"""Numbers for what events carry: equal where they carry the same, in a log and while its rows go by."""

from analyzer.records import Row
from analyzer.tables.frame import frame
from analyzer.tables.payloads import COLUMN, Payloads, payloads
from tests.rows import Talk, log_of


def talk() -> Talk:
    """Three events alike, two of nothing, one with bytes, and no event."""
    talk = Talk()
    for ms, data in enumerate(['["a"]', '["a"]', '["b"]', "[]", None, '["a"]']):
        talk.socket(ms, "EVENT", "s2c", event="x", data=data)
    talk.socket(7, "BINARY_EVENT", "s2c", event="x", data='["a"]', attachments=[b"\0"])
    return talk.engine(8, "message", "s2c", data='["a"]')


def test_alike_and_different() -> None:
    """By arguments and attachments; nothing is 0."""
    found = payloads(log_of(talk())).tolist()
    assert found[0] == found[1] == found[5] != 0
    assert len({found[0], found[2], found[6]}) == 3
    assert (found[3], found[4], found[7]) == (0, 0, 0)


def test_empty() -> None:
    """No rows, no numbers."""
    assert len(payloads(frame([]))) == 0
    assert Payloads().beside(frame([]))[COLUMN].tolist() == []


def test_while_rows_go_by() -> None:
    """The same numbers, from rows that come in blocks, which stay as they are."""
    rows: list[Row] = talk().rows
    watcher = Payloads()
    assert list(watcher.watch([rows[:3], rows[3:]])) == [rows[:3], rows[3:]]
    log = watcher.beside(log_of(talk()).assign(data=None))
    assert payloads(log).tolist() == payloads(log_of(talk())).tolist()
