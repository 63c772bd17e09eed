"""A frame in pieces."""

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.assembly import Frame
from analyzer.wire.frames import Header
from analyzer.wire.partial import Partial
from tests.streams import KEY, frame

HEADER = Header(0x81, KEY, 6, 10, True)
MASKED = frame(b"0123456789", key=KEY)[6:]


def test_the_payload_is_unmasked_in_the_end() -> None:
    """Whatever the pieces."""
    partial = Partial(HEADER, None, 100)
    for at in range(10):
        assert partial.left == 10 - at
        partial.add(MASKED[at : at + 1])
    assert partial.frame(Limits()) == Frame(0x81, b"0123456789", 10)


def test_what_is_behind_a_hole_is_dropped() -> None:
    """The size as sent stays."""
    partial = Partial(HEADER, None, 100)
    partial.add(MASKED[:4])
    partial.skip(3)
    partial.add(MASKED[7:])
    found = partial.frame(Limits())
    assert partial.left == 0
    assert (found.payload, found.length, found.whole) == (b"0123", 10, False)
    assert found.flaw is not None
    assert found.flaw.issue == Issue.WS_MESSAGE_CUT


def test_no_more_than_the_limit_is_kept() -> None:
    """And the frame says so."""
    partial = Partial(HEADER, None, 4)
    partial.add(MASKED[:3])
    partial.add(MASKED[3:])
    found = partial.frame(Limits(message=4))
    assert (found.payload, found.whole) == (b"0123", False)
    assert found.flaw is not None
    assert found.flaw.issue == Issue.WS_MESSAGE_LIMIT
