"""What outlives a connection."""

from analyzer.live import desk
from analyzer.live.desk import Mailbox
from analyzer.live.facts import Act, Facts
from analyzer.live.rules import load

(RULE,) = load('[[rule]]\ndo="answer"\n', "r")


def test_a_mailbox() -> None:
    """What was put in first comes out first, once, for that side of that session."""
    box, act = Mailbox(), Act(RULE, Facts())
    box.put("S", "s2c", [(act, ["1"])])
    box.put("S", "s2c", [(act, ["2"])])
    assert (box.take("S", "c2s"), box.take(None, "s2c")) == ([], [])
    assert [items for _, items in box.take("S", "s2c")] == [["1"], ["2"]]
    assert box.take("S", "s2c") == []


def test_it_does_not_grow() -> None:
    """Sessions that never poll again are forgotten."""
    box, act = Mailbox(), Act(RULE, Facts())
    for i in range(desk._MOST + 1):
        box.put(str(i), "s2c", [(act, ["1"])])
    assert (box.take("0", "s2c"), len(box.take("1", "s2c"))) == ([], 1)
