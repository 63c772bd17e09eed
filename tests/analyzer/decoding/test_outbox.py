"""Rows leave in time order, and wait for what has to be known about them first."""

from analyzer.decoding.outbox import Held, Outbox
from analyzer.limits import Limits
from analyzer.records import Row


def times(rows: list[Row]) -> list[int]:
    """Times of rows."""
    return [row.time for row in rows]


def test_rows_pass_through() -> None:
    """Without anything held, rows leave at once."""
    box = Outbox(Limits())
    box.add(Row(1))
    box.add(Row(2))
    assert times(box.release(2)) == [1, 2]
    assert box.release(3) == []


def test_nothing_overtakes_a_held_row() -> None:
    """Later rows wait with it; once settled, all leave, with what was learned."""
    box = Outbox(Limits())
    box.add(Row(1))
    held = box.hold(Row(2))
    box.add(Row(3))
    assert times(box.release(3)) == [1]
    held.settle(session="S")
    rows = box.release(3)
    assert [(r.time, r.session) for r in rows] == [(2, "S"), (3, None)]


def test_a_dropped_row_never_leaves() -> None:
    """What turned out to be no row is none."""
    box = Outbox(Limits())
    box.hold(Row(1)).drop()
    box.add(Row(2))
    assert times(box.release(2)) == [2]


def test_waiting_is_bounded_in_time() -> None:
    """After ``held_seconds`` of capture time a row is let go as it is; settling it later changes nothing."""
    box = Outbox(Limits(held_seconds=1.0))
    held = box.hold(Row(0))
    assert box.release(1_000_000_000) == []
    assert times(box.release(1_000_000_001)) == [0]
    held.settle(session="late")
    assert held.row.session is None


def test_waiting_is_bounded_in_rows() -> None:
    """More rows than ``held_rows`` are not kept for one that waits."""
    box = Outbox(Limits(held_rows=3))
    box.hold(Row(0))
    for time in range(1, 4):
        box.add(Row(time))
    assert times(box.release(3)) == [0, 1, 2, 3]


def test_holding_collects_rows() -> None:
    """Rows added meanwhile are held and can be settled together."""
    box, held = Outbox(Limits()), list[Held]()
    with box.holding(held):
        box.add(Row(1))
        box.add(Row(2))
    box.add(Row(3))
    assert len(held) == 2
    assert box.release(3) == []
    for each in held:
        each.settle(issue="x")
    assert [r.issue for r in box.release(3)] == ["x", "x", None]


def test_a_row_told_too_late_takes_the_time_of_those_before() -> None:
    """Order is kept even where something could be read only long afterwards."""
    box = Outbox(Limits())
    box.add(Row(5))
    box.release(5)
    box.add(Row(4))
    box.add(Row(6))
    assert times(box.release(6)) == [5, 6]


def test_finish_lets_everything_go() -> None:
    """At the end of a run nothing is left behind."""
    box = Outbox(Limits())
    box.hold(Row(1))
    box.add(Row(2))
    assert times(box.finish()) == [1, 2]


def test_rows_told_out_of_turn_take_their_place() -> None:
    """Rows of a batch stand among the others by time and frame; those of one moment stay in their order."""
    box = Outbox(Limits())
    box.extend([Row(5, frame=2, event="a"), Row(5, frame=2, event="b"), Row(9, frame=4)])
    box.add(Row(5, frame=1))
    held = box.hold(Row(7, frame=3))
    box.add(Row(9, frame=None))
    assert [(r.frame, r.event) for r in box.release(9)] == [(1, None), (2, "a"), (2, "b")]
    held.settle()
    assert [r.frame for r in box.release(9)] == [3, None, 4]


def test_packets_wait_less_long_than_openings() -> None:
    """What waits for an answer has a limit of its own."""
    box, held = Outbox(Limits(held_seconds=10.0, answer_seconds=1.0)), list[Held]()
    with box.holding(held):
        box.add(Row(0))
    box.hold(Row(1))
    assert box.waiting
    assert times(box.release(2_000_000_000)) == [0]
    assert times(box.release(11_000_000_000)) == [1]
    assert not box.waiting
