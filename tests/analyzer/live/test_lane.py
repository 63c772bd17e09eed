"""What is held back in one direction."""

from analyzer.live import lane
from analyzer.live.lane import Held, Lane


def held(name: str, due: float) -> Held:
    """A packet."""
    return Held([name], "why", due)


def gone(one: Lane, now: float) -> list[object]:
    """What may go on."""
    return [each.items[0] for each in one.due(now)]


def test_a_queue_keeps_its_order() -> None:
    """Also where what came later would be due earlier."""
    one = Lane()
    one.hold(held("a", 5.0))
    one.hold(held("b", 1.0))
    assert (one.next_due(), one.size, gone(one, 4.9)) == (5.0, 2, [])
    assert (gone(one, 5.0), one.size, one.next_due()) == (["a", "b"], 0, None)


def test_queues_do_not_wait_for_one_another() -> None:
    """But nothing overtakes what all wait for."""
    one = Lane()
    one.hold(held("late", 9.0), "rule 1")
    one.hold(held("other", 1.0), "rule 2")
    assert not one.busy
    assert gone(one, 1.0) == ["other"]
    one.hold(held("all", 3.0))
    one.hold(held("behind", 2.0), "rule 2")
    assert one.busy
    assert gone(one, 2.9) == []
    assert sorted(map(str, gone(one, 3.0))) == ["all", "behind"]


def test_it_is_busy_until_what_was_let_go_has_passed() -> None:
    """Else what comes just now would be quicker."""
    one = Lane()
    one.hold(Held(['42["é"]', b"\1"], "why", 0.0))
    assert [each.items for each in one.due(0.0)] == [['42["é"]', b"\1"]]
    assert one.busy
    for content in (b"2", '42["é"]'.encode(), b"\1"):
        assert one.busy
        one.seen(content)
    assert not one.busy


def test_places_are_changed() -> None:
    """With the next ones, or after a while."""
    one = Lane()
    one.swap(held("two", 9.0), 2)
    one.swap(held("one", 8.0), 1)
    assert [each.items[0] for each in one.passed()] == ["one"]
    assert (one.next_due(), one.size) == (9.0, 3)
    assert gone(one, 9.0) == ["two"]
    assert one.passed() == []


def test_nothing_comes_between_a_packet_and_its_attachments() -> None:
    """Unless these do not come."""
    one = Lane()
    one.begun(10.0)
    one.hold(held("a", 0.0))
    assert (gone(one, 10.5), one.next_due()) == ([], 11.0)
    one.ended()
    assert gone(one, 10.6) == ["a"]
    one.begun(20.0)
    one.hold(held("b", 0.0))
    assert gone(one, 21.0) == ["b"]


def test_the_rest() -> None:
    """In the order in which it would have come."""
    one = Lane()
    for name, due, queue in (("b", 2.0, "x"), ("a", 1.0, "y")):
        one.hold(held(name, due), queue)
    one.swap(held("c", 3.0), 1)
    assert [each.items[0] for each in one.rest()] == ["a", "b", "c"]
    assert (one.size, one.next_due(), one.rest()) == (0, None, [])


def test_memory_has_an_end() -> None:
    """What is too much goes on, one packet alone is never too much."""
    one, most = Lane(), lane.MOST
    one.hold(Held([b"\0" * (most + 1)], "why", 9.0))
    assert list(one.due(0.0)) == []
    one.hold(held("b", 9.0))
    assert [len(each.items[0]) for each in one.due(0.0)] == [most + 1]
    assert one.size == 1
