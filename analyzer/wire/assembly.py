"""WebSocket frames to messages: fragments joined (RFC 6455 section 5.4), compressed messages inflated."""

from typing import NamedTuple

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.deflate import Inflater
from analyzer.wire.frames import CLOSE, FIN, RSV1, Message
from analyzer.wire.held import Moment


class Flaw(NamedTuple):
    """An issue code and its sentence."""

    issue: Issue
    detail: str


class Frame(NamedTuple):
    """A frame as read: its ``first`` byte, the unmasked ``payload``, its ``length`` as sent, what is wrong about it.

    Where the payload is not ``whole`` (a hole, the limit), ``payload`` is what comes before the hole.
    """

    first: int
    payload: bytes
    length: int
    flaw: Flaw | None = None
    whole: bool = True


NEW_INSIDE = Flaw(Issue.WS_BAD_FRAME, "a new message begins before the last fragment of the one before")
NO_BEGINNING = Flaw(Issue.WS_BAD_FRAME, "a continuation of no message")
LOST_BEGINNING = Flaw(Issue.WS_MESSAGE_CUT, "the message's first fragments are missing")
LOST_END = Flaw(Issue.WS_MESSAGE_CUT, "the message's last fragments are missing")


class Assembler:
    """Takes the frames of one direction in order and gives its messages."""

    def __init__(self, inflater: Inflater | None, limits: Limits) -> None:
        self._inflater = inflater
        self._limits = limits
        self._lost = False
        self.open = False
        """A fragmented message waits for its last frame."""
        self._first = self._length = 0
        self._body = bytearray()
        self._flaw: Flaw | None = None
        self._whole = True

    def add(self, frame: Frame, moment: Moment) -> list[Message]:
        """The messages (none, one, or a broken-off one before it) that ``frame`` completes."""
        opcode = frame.first & 0x0F
        if opcode >= CLOSE:
            return [_message(opcode, frame, moment)]
        broken: list[Message] = []
        if opcode:
            broken = self._break(moment, NEW_INSIDE)
            self._lost = False
        elif not self.open:
            frame = frame._replace(flaw=frame.flaw or (LOST_BEGINNING if self._lost else NO_BEGINNING))
        if frame.first & FIN and not self.open:
            return [*broken, self._finish(frame, moment)]
        self._gather(frame)
        return [*broken, self._finish(self._joined(), moment)] if frame.first & FIN else broken

    def regain(self) -> None:
        """A message was read elsewhere since frames went missing."""
        self._lost = False

    def lose(self, moment: Moment) -> list[Message]:
        """Frames are missing here: a fragmented message is given up, and the inflater's window is gone."""
        broken = self._break(moment, LOST_END)
        self._lost = True
        if self._inflater is not None:
            self._inflater.reset()
        return broken

    def _gather(self, frame: Frame) -> None:
        if not self.open:
            self.open, self._first = True, frame.first
        self._length += frame.length
        self._flaw = self._flaw or frame.flaw
        if self._whole:
            room = self._limits.message - len(self._body)
            self._body += frame.payload[:room]
            self._whole = frame.whole and len(frame.payload) <= room
            if len(frame.payload) > room:
                self._flaw = self._flaw or over_limit(self._limits)

    def _joined(self) -> Frame:
        frame = Frame(self._first, bytes(self._body), self._length, self._flaw, self._whole)
        self.open, self._length, self._flaw, self._whole = False, 0, None, True
        self._body = bytearray()
        return frame

    def _break(self, moment: Moment, flaw: Flaw) -> list[Message]:
        if not self.open:
            return []
        frame = self._joined()
        return [self._finish(frame._replace(flaw=frame.flaw or flaw, whole=False), moment)]

    def _finish(self, frame: Frame, moment: Moment) -> Message:
        opcode = frame.first & 0x0F
        if not frame.first & RSV1 or not opcode or self._inflater is None:
            return _message(opcode, frame, moment)
        if not frame.whole:
            return _message(opcode, frame._replace(payload=self._inflater.prefix(frame.payload)), moment)
        payload, issue, detail = self._inflater.inflate(frame.payload)
        if frame.flaw is not None and issue is None:
            issue, detail = frame.flaw
        return Message(moment.time, moment.frame, opcode, payload, frame.length, issue, detail)


def over_limit(limits: Limits) -> Flaw:
    """The flaw of a message of which only a part was kept."""
    return Flaw(Issue.WS_MESSAGE_LIMIT, f"a message of more than {limits.message} bytes")


def _message(opcode: int, frame: Frame, moment: Moment) -> Message:
    issue, detail = frame.flaw or (None, None)
    return Message(moment.time, moment.frame, opcode, frame.payload, frame.length, issue, detail)
