"""What is counted while a capture is read, within bounds."""

from analyzer.sources.summary import COMMENT, KEPT, Interface, Summary
from tests.segments import block_of


def test_comments_and_damage_are_bounded() -> None:
    """A file full of them does not fill the memory."""
    summary = Summary()
    for place in range(KEPT + 50):
        summary.comment("section", b"x" * 100_000)
        summary.add_damage(place, 1)
    assert (len(summary.comments), len(summary.damage), summary.damaged) == (KEPT, KEPT, KEPT + 50)
    assert summary.comments_left == 0
    assert all(len(comment.text) == COMMENT for comment in summary.comments)


def test_drops_are_unknown_unless_said() -> None:
    """Null is not zero."""
    summary = Summary()
    assert summary.dropped is None
    summary.interfaces = [Interface(1), Interface(1, dropped=0)]
    assert summary.dropped == 0
    summary.interfaces.append(Interface(1, dropped=4))
    assert summary.dropped == 4


def test_blocks_add_up() -> None:
    """Packets, bytes and link types; times from block to block."""
    summary = Summary()
    summary.add(block_of([(bytes(10), 20, 1), (bytes(30), 30, 113)]))
    summary.add(block_of([(bytes(5), 5, 1)]))
    summary.add(block_of([]))
    assert (summary.packets, summary.bytes, summary.truncated, summary.links) == (3, 55, 1, {1: 2, 113: 1})
    assert (summary.first_time, summary.last_time, summary.backwards) == (1000, 2000, 1)
    assert summary.behind == 1000
