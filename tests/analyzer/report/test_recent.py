"""The newest rows of a log without end."""

from analyzer.report import recent
from analyzer.report.analysis import of
from analyzer.report.recent import Recent
from tests.rows import Talk


def rows(beats):
    """A session with some heartbeats."""
    talk = Talk().open(0).join(2)
    for number in range(beats):
        talk.beat(1000 * (number + 1))
    return talk.rows


def test_all_of_a_short_log():
    """The report is that of analyze, however the rows came."""
    told, kept = rows(20), Recent(1000)
    for row in told:
        kept.add([row])
    expected, found = of([told]), kept.analysis()
    assert kept.left_out == 0
    for name, table in expected.tables().items():
        assert table.equals(found.tables()[name]), name


def test_the_newest_of_a_long_one():
    """As many as were asked for at most, the rest is counted."""
    told, kept = rows(200), Recent(50)
    for start in range(0, len(told), 7):
        kept.add(told[start : start + 7])
    found = kept.analysis()
    assert kept.taken == len(told)
    assert len(found.log) == len(told) - kept.left_out
    assert len(found.log) == 50
    assert found.log["time"].iloc[-1].value == told[-1].time
    assert len(found.heartbeats) > 10


def test_a_block_larger_than_the_limit():
    """Is cut to it all the same."""
    kept = Recent(5)
    kept.add(rows(100))
    assert len(kept.analysis().log) == 5
    assert kept.left_out == 199


def test_bytes_are_bounded(monkeypatch):
    """Whatever the rows hold."""
    monkeypatch.setattr(recent, "BYTES", 1 << 20)
    monkeypatch.setattr(recent, "_PIECE_BYTES", 1 << 17)
    kept = Recent(100_000)
    for row in rows(60):
        kept.add([row._replace(data="x" * 65_536, size=65_536, layer="engine.io")])
    assert kept.left_out > 0
    assert 0 < len(kept.analysis().log) < 20


def test_what_tables_do_not_need_is_not_kept():
    """Data of Socket.IO packets, and bytes of attachments."""
    kept = Recent(100_000)
    for _ in range(3):
        kept.add([Talk().socket(0, "EVENT", "c2s", event="x", data="y" * 10_000, size=5_000_000).rows[0]])
    assert kept._pieces
    assert sum(piece.nbytes for piece in kept._pieces) < 5_000


def test_nothing():
    """An empty log has a report, too."""
    assert Recent(5).analysis().sessions.empty
