"""Heartbeats folded: pairs of ping and pong, of either pinger; what has no pong stands alone."""

from analyzer.report.text.folded import Fold, Heartbeats, is_heartbeat
from tests.rows import Talk


def fed(rows, beats=None):
    """What is to be shown for rows that are all heartbeats, folds as text, and what is left in the end."""
    beats = beats or Heartbeats()
    shown = [each for row in rows for each in beats.take(row)]
    return [str(each) if isinstance(each, Fold) else each for each in shown + beats.end()]


def test_many_are_one():
    """With their distance and the slowest answer."""
    talk = Talk()
    for number in range(12):
        talk.beat(25_000 * number, rtt=1.0 + number / 10)
    assert fed(talk.rows) == ["12 heartbeats, 25.0 s apart, rtt max 2.1 ms"]


def test_uneven_ones():
    """Have a shortest and a longest distance."""
    assert fed(Talk().beat(0).beat(1000).beat(4000).rows) == ["3 heartbeats, 1.00 s to 3.00 s apart, rtt max 1.0 ms"]


def test_one():
    """Is told with its distance to the one before, also where that was shown already."""
    beats, talk = Heartbeats(), Talk().beat(0).beat(500)
    assert fed(talk.rows[:2], Heartbeats()) == ["1 heartbeat, rtt 1.0 ms"]
    for row in talk.rows[:2]:
        beats.take(row)
    event = Talk().socket(100, "EVENT", "c2s").rows[0]
    assert [str(fold) for fold in beats.before(event, ends=False)] == ["1 heartbeat, rtt 1.0 ms"]
    assert fed(talk.rows[2:], beats) == ["1 heartbeat, 500 ms after the last, rtt 1.0 ms"]


def test_pings_of_clients():
    """As in revision 3."""
    assert fed(Talk(engine=3).beat(0).beat(100).rows) == ["2 heartbeats, 100 ms apart, rtt max 1.0 ms"]


def test_a_ping_without_pong():
    """Is shown when another follows, when something ends the session, or at the end; never counted."""
    talk = Talk().beat(0).engine(1000, "ping", "s2c").engine(2000, "ping", "s2c")
    first, second = talk.rows[2:]
    assert fed(talk.rows) == ["1 heartbeat, rtt 1.0 ms", first, second]
    beats = Heartbeats()
    assert beats.take(first) == []
    event, close = Talk().socket(1500, "EVENT", "c2s").close(1600).rows[:2]
    assert beats.before(event, ends=False) == []
    assert beats.before(close, ends=True) == [first]
    assert beats.end() == []


def test_a_pong_that_nobody_asked_for():
    """Is shown as it is."""
    (pong,) = Talk().engine(0, "pong", "c2s").rows
    assert fed([pong]) == [pong]


def test_sessions_have_their_own():
    """And rows of one do not touch those of the other."""
    beats = Heartbeats()
    one, two = Talk("one").beat(0).beat(10), Talk("two").beat(1)
    shown = [each for row in one.rows + two.rows for each in beats.take(row)]
    assert shown == []
    event = Talk("two").socket(5, "EVENT", "c2s").rows[0]
    assert [fold.count for fold in beats.before(event, ends=False)] == [1]
    assert [fold.count for fold in beats.end()] == [2]
    assert beats.before(Talk("three").rows[0] if Talk("three").rows else event, ends=True) == []


def test_memory_is_bounded():
    """The session seen longest ago makes room, and its heartbeats are shown."""
    beats = Heartbeats(kept=2)
    shown = [each for name in ("a", "b", "c") for row in Talk(name).beat(0).rows for each in beats.take(row)]
    assert [fold.last.session for fold in shown] == ["a"]


def test_which_rows_are_heartbeats():
    """Not probes, not odd ones, not those of WebSocket."""
    rows = Talk().beat(0).engine(1, "ping", "c2s", data="probe").engine(2, "ping", "c2s", issue="http_refused")
    rows.ws(3, "ping").engine(4, "noop", "s2c")
    assert [is_heartbeat(row) for row in rows.rows] == [True, True, False, False, False, False]
