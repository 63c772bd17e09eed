"""State of a session at one place."""

from analyzer.decoding.dialect import Mode
from analyzer.records import C2S, S2C
from tests.analyzer.decoding.bench import Bench

HEADER = '451-["f",{"_placeholder":true,"num":0}]'


def test_a_session_seen_from_its_open_packet() -> None:
    """What follows is judged by its first message; a revision known before stays where the packet does not say."""
    tap = Bench(Mode.GUESSED).tap
    tap.open(None)
    assert (tap.opened, tap.engine, tap.dialect.whole, tap.dialect.mode) == (True, 4, True, Mode.UNKNOWN)
    tap.open(3)
    assert tap.engine == 3


def test_both_directions_have_their_channel() -> None:
    """One each, with state of its own."""
    tap = Bench().tap
    assert set(tap.channels) == {C2S, S2C}
    assert tap.channels[C2S] is not tap.channels[S2C]


def test_abort_gives_up_both_directions() -> None:
    """What either waits for becomes rows at that moment, which say why."""
    bench = Bench()
    for channel in bench.tap.channels.values():
        channel.text(HEADER, bench.arrival())
    bench.tap.abort(99, 1, "the connection ended")
    rows = bench.rows()
    assert [(row.direction, row.time, row.issue) for row in rows] == [
        ("c2s", 99, "sio_attachment_missing"),
        ("s2c", 99, "sio_attachment_missing"),
    ]
    assert "the connection ended" in (rows[0].detail or "")
    bench.tap.abort(100, 1, "again")
    assert bench.rows() == []


def test_after_a_hole_the_first_message_seen_need_not_be_the_first() -> None:
    """So it does not settle what the session is; one that is settled already stays."""
    unknown, settled = Bench().tap, Bench(Mode.SOCKET).tap
    unknown.open(4)
    unknown.holed()
    assert not unknown.dialect.whole
    settled.dialect.whole = True
    settled.holed()
    assert settled.dialect.whole
