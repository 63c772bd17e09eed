"""A run of bytes that are no frames."""

from analyzer.issues import Issue
from analyzer.wire.assembly import Flaw
from analyzer.wire.frames import Message
from analyzer.wire.garbage import KEPT, Garbage


def test_a_run_is_one_message() -> None:
    """With its size, its beginning and the moment of its last byte."""
    garbage = Garbage(Flaw(Issue.WS_BAD_FRAME, "odd"))
    for n in range(10):
        garbage.add(bytes([n]) * 1000, (n, n + 1))
    (message,) = garbage.message()
    assert message[:3] == (9, 10, 0)
    assert message.wire_size == 10_000
    assert message.payload == b"".join(bytes([n]) * 1000 for n in range(10))[:KEPT]
    assert message.detail == "odd; 10000 bytes are no frame"


def test_no_bytes_are_no_message() -> None:
    """A search that found a frame at once leaves nothing to tell."""
    assert Garbage(Flaw(Issue.WS_BAD_FRAME, "odd")).message() == list[Message]()
