"""Frames become messages."""

import pytest

from analyzer.issues import Issue
from analyzer.limits import DEFAULT, Limits
from analyzer.wire.assembly import Assembler, Flaw, Frame, over_limit
from analyzer.wire.deflate import Inflater
from analyzer.wire.frames import Message
from analyzer.wire.held import Moment
from tests.streams import Deflater

NOW = Moment(5, 6)


def assemble(*frames: Frame, inflater: Inflater | None = None, limits: Limits = DEFAULT) -> list[Message]:
    """Messages of frames that all come at one moment."""
    assembler = Assembler(inflater, limits)
    return [message for frame in frames for message in assembler.add(frame, NOW)]


def test_fragments_are_joined() -> None:
    """Sizes as sent add up."""
    assert assemble(Frame(0x02, b"ab", 2), Frame(0x00, b"", 0), Frame(0x80, b"c", 1)) == [Message(5, 6, 2, b"abc", 3)]


def test_nothing_counts_behind_a_hole() -> None:
    """Later fragments add to the size alone."""
    cut = Flaw(Issue.WS_MESSAGE_CUT, "gone")
    (message,) = assemble(Frame(0x01, b"ab", 9, cut, False), Frame(0x80, b"cd", 2))
    assert message == Message(5, 6, 1, b"ab", 11, Issue.WS_MESSAGE_CUT, "gone")


def test_a_blemish_stays_with_a_whole_message() -> None:
    """The first one found."""
    odd = Flaw(Issue.WS_BAD_FRAME, "odd")
    (message,) = assemble(Frame(0x01, b"ab", 2, odd), Frame(0x80, b"cd", 2, Flaw(Issue.WS_BAD_FRAME, "odder")))
    assert message == Message(5, 6, 1, b"abcd", 4, Issue.WS_BAD_FRAME, "odd")


def test_a_beginning_that_was_lost_is_told_from_one_that_never_was() -> None:
    """Until the next message begins."""
    assembler = Assembler(None, DEFAULT)
    assert assembler.add(Frame(0x80, b"a", 1), NOW)[0].issue == Issue.WS_BAD_FRAME
    assembler.lose(NOW)
    assert assembler.add(Frame(0x80, b"a", 1), NOW)[0].issue == Issue.WS_MESSAGE_CUT
    assembler.regain()
    assert assembler.add(Frame(0x80, b"a", 1), NOW)[0].issue == Issue.WS_BAD_FRAME


def test_losing_frames_gives_up_what_is_open() -> None:
    """And nothing where nothing is."""
    assembler = Assembler(None, DEFAULT)
    assert assembler.lose(NOW) == []
    assembler.add(Frame(0x01, b"ab", 2), NOW)
    assert assembler.open
    (message,) = assembler.lose(NOW)
    assert (message.payload, message.issue) == (b"ab", Issue.WS_MESSAGE_CUT)
    assert not assembler.open


def test_the_limit_holds_for_all_fragments_together() -> None:
    """And for endless empty ones nothing is kept at all."""
    limits = Limits(message=3)
    frames = [Frame(0x01, b"ab", 2), *[Frame(0x00, b"", 0)] * 1000, Frame(0x00, b"cd", 2), Frame(0x80, b"ef", 2)]
    (message,) = assemble(*frames, limits=limits)
    assert message == Message(5, 6, 1, b"abc", 6, *over_limit(limits))


@pytest.mark.parametrize("whole", [True, False])
def test_compressed_messages_are_inflated_as_far_as_they_are_there(whole: bool) -> None:
    """Fragments are joined first."""
    packed = Deflater()(b"0123456789" * 3)
    flaw = None if whole else Flaw(Issue.WS_MESSAGE_CUT, "gone")
    frames = Frame(0x41, packed[:3], 3), Frame(0x80, packed[3:], len(packed) - 3, flaw, whole)
    (message,) = assemble(*frames, inflater=Inflater())
    assert message == Message(5, 6, 1, b"0123456789" * 3, len(packed), *(flaw or (None, None)))


def test_without_an_inflater_compressed_bytes_stay_as_they_are() -> None:
    """As for fragments whose beginning is lost."""
    assert assemble(Frame(0xC1, b"xyz", 3))[0].payload == b"xyz"
