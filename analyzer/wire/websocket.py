"""WebSocket (RFC 6455) as a listener reads it: the bytes of one direction in, its messages out.

Nothing is lost silently: bytes that are no frame come out as a `Message` with opcode 0, and the reader finds its way
back to the next frame (`analyzer.wire.resync`).
"""

from collections.abc import Iterable

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.assembly import Assembler, Flaw
from analyzer.wire.batch import LEAST, Batch
from analyzer.wire.deflate import Inflater
from analyzer.wire.frames import CLOSE, Message, Rules, blemish, fault, read_header
from analyzer.wire.garbage import Garbage
from analyzer.wire.held import Held, Moment
from analyzer.wire.lane import clear_frames, masked_frames
from analyzer.wire.marks import Marks
from analyzer.wire.partial import Partial
from analyzer.wire.probe import Found, probe
from analyzer.wire.resync import CONTEXT, WINDOW, Scan, Span, packet_spans

__all__ = ["Found", "Message", "Reader", "probe"]

CHANCES = 16
"""How often at most a search that has run out of bytes settles for less evidence."""

BEHIND_HOLE = Flaw(Issue.WS_MESSAGE_CUT, "behind missing bytes")
NO_FRAME = Flaw(Issue.WS_BAD_FRAME, "not a frame")
AFTER_CLOSE = "behind the close frame of the side that sent it (RFC 6455 section 5.5.1 forbids that)"
CUT_HEADER = Flaw(Issue.WS_MESSAGE_CUT, "the bytes end inside a frame's header")
CUT_FRAME = Flaw(Issue.WS_MESSAGE_CUT, "the rest of the message is missing")


class Reader:
    """One direction of a WebSocket. ``masked``: True for a client's frames, False for a server's, None for either.

    ``feed`` may be given any split of the bytes: the messages and their moments are the same. What comes behind a close
    frame is read all the same, and marked.
    """

    def __init__(self, masked: bool | None, deflate: Inflater | None, limits: Limits) -> None:
        self._rules = Rules(masked, deflate is not None)
        self._limits = limits
        self._quick = masked is not None and limits.message > 0xFFFF
        self._messages = Assembler(deflate, limits)
        self._held = Held()
        self._partial: Partial | None = None
        self._scan: Scan | None = None
        self._base = 0
        self._garbage = Garbage(NO_FRAME)
        self._closed = False
        self._marking = False

    @property
    def idle(self) -> bool:
        """Whether the next byte begins a frame, and that one a message."""
        return not self._held and self._partial is None and self._scan is None and not self._messages.open

    @property
    def lost(self) -> bool:
        """Whether the bytes last read are no frame, and the next one is being looked for."""
        return self._scan is not None

    def feed(self, data: bytes, marks: Marks) -> list[Message]:
        """The messages that ``data`` completes."""
        out: list[Message] = []
        pos = 0
        if self._partial is not None:
            pos = self._pour(self._partial, data, marks, 0, out)
        elif self._held:
            known = len(self._held)
            self._held.append(data, marks)
            if self._scan is not None:
                self._search_held(self._scan, packet_spans(marks, 0, known), out)
                return self._marked(out)
            data, marks = self._held.take()
        self._read(data, marks, pos, out)
        return self._marked(out)

    def gap(self, size: int, time: int, frame: int) -> list[Message]:
        """``size`` bytes are missing here (-1: nobody knows how many), as was clear at that moment."""
        out: list[Message] = []
        moment = Moment(time, frame)
        if not size:
            return out
        self._settle(out)
        partial, self._partial = self._partial, None
        if partial is not None:
            left = partial.left
            partial.skip(min(size, left) if size > 0 else 0)
            if 0 < size < left:
                self._partial = partial
                return self._marked(out)
            self._complete(partial, moment, out)
            if size == left:
                return self._marked(out)
        self._lose(BEHIND_HOLE, Scan(self._rules, 0, (0,)), moment, out)
        return self._marked(out)

    def end(self, time: int, frame: int) -> list[Message]:
        """The direction ended: what is left comes out, marked."""
        out: list[Message] = []
        moment = Moment(time, frame)
        self._settle(out)
        partial, self._partial = self._partial, None
        if partial is not None:
            partial.flaw = partial.flaw or CUT_FRAME
            partial.skip(0)
            self._complete(partial, moment, out)
        return self._marked(out + self._messages.lose(moment))

    def _marked(self, out: list[Message]) -> list[Message]:
        """The messages, those behind a close frame marked where nothing else is odd about them."""
        if not self._closed:
            return out
        first = 0 if self._marking else 1 + next(i for i, m in enumerate(out) if m.opcode == CLOSE)
        self._marking = True
        return out[:first] + [
            m._replace(issue=Issue.WS_AFTER_CLOSE, detail=AFTER_CLOSE) if m.issue is None else m for m in out[first:]
        ]

    def _read(self, data: bytes, marks: Marks, pos: int, out: list[Message]) -> None:
        """Everything from ``data[pos:]``; what is incomplete is kept."""
        batch = None
        if self._quick and len(marks.ends) >= LEAST:
            batch = Batch(data, marks, bool(self._rules.masked))
        while pos < len(data):
            if self._scan is not None:
                pos = self._search(self._scan, data, marks, pos, out)
            else:
                pos = self._common(data, marks, pos, batch, out)
                if pos < len(data):
                    pos = self._frame(data, marks, pos, out)

    def _common(self, data: bytes, marks: Marks, pos: int, batch: Batch | None, out: list[Message]) -> int:
        """Frames of the common shape from ``data[pos]`` on; the position of the first one that is not."""
        if not self._quick or self._messages.open:
            return pos
        known = len(out)
        lane = masked_frames if self._rules.masked else clear_frames
        while pos < len(data):
            stop = batch.next_run(pos) if batch else len(data)
            if stop == pos and batch:
                pos = batch.take(out)
                continue
            pos = lane(data, marks, pos, stop, out)
            if pos < stop:
                break
        if len(out) > known:
            self._messages.regain()
        return pos

    def _frame(self, data: bytes, marks: Marks, pos: int, out: list[Message]) -> int:
        """One frame of any kind at ``data[pos]``; the position behind what could be used of it."""
        header = read_header(data, pos)
        if header is None:
            self._held.append(data, marks, pos)
            return len(data)
        why = fault(header, self._rules)
        start = pos + header.size
        if why:
            scan = Scan(self._rules, 1, (header.size + header.length,))
            self._lose(Flaw(Issue.WS_BAD_FRAME, why), scan, Moment(*marks.at(start)), out)
            return pos
        oddity = blemish(header, self._rules)
        partial = Partial(header, Flaw(Issue.WS_BAD_FRAME, oddity) if oddity else None, self._limits.message)
        return self._pour(partial, data, marks, start, out)

    def _pour(self, partial: Partial, data: bytes, marks: Marks, start: int, out: list[Message]) -> int:
        """Payload from ``data[start:]``; the position behind it."""
        stop = min(start + partial.left, len(data))
        partial.add(memoryview(data)[start:stop])
        if partial.left:
            self._partial = partial
            return stop
        self._partial = None
        self._complete(partial, Moment(*marks.at(stop)), out)
        return stop

    def _complete(self, partial: Partial, moment: Moment, out: list[Message]) -> None:
        out += self._messages.add(partial.frame(self._limits), moment)
        self._closed = self._closed or partial.header.first & 0x0F == CLOSE

    def _lose(self, flaw: Flaw, scan: Scan, moment: Moment, out: list[Message]) -> None:
        """The thread is lost: look for it from the next byte on."""
        out += self._messages.lose(moment)
        self._scan, self._base, self._garbage = scan, 0, Garbage(flaw)

    def _search(self, scan: Scan, data: bytes, marks: Marks, pos: int, out: list[Message]) -> int:
        """Look for frames from ``data[pos]`` on, where the search began."""
        found = scan.search(data, -pos, packet_spans(marks, pos, 0))
        if found is None:
            self._held.append(data, marks, pos)
            self._trim()
            return len(data)
        if found:
            self._garbage.add(memoryview(data)[pos : pos + found], marks.at(pos + found))
        self._found(out)
        return pos + found

    def _search_held(self, scan: Scan, packets: Iterable[Span], out: list[Message]) -> None:
        """Go on looking in what is held; ``packets`` are those that have come since."""
        found = scan.search(self._held.data, self._base, packets)
        if found is None:
            self._trim()
        else:
            self._resume(found, out)

    def _resume(self, found: int, out: list[Message]) -> None:
        """Frames begin again at position ``found`` of the search."""
        data, marks = self._held.take()
        pos = found - self._base
        if pos:
            self._garbage.add(memoryview(data)[:pos], marks.at(pos))
        self._found(out)
        self._read(data, marks, pos, out)

    def _found(self, out: list[Message]) -> None:
        out += self._garbage.message()
        self._garbage = Garbage(NO_FRAME)
        self._scan = None

    def _trim(self) -> None:
        """Let go of what lies too far back to be the place where frames begin again."""
        surplus = len(self._held) - WINDOW - CONTEXT
        if surplus > WINDOW:
            start = bytes(self._held.data[:surplus])
            self._garbage.add(start, self._held.drop(surplus))
            self._base += surplus

    def _settle(self, out: list[Message]) -> None:
        """No byte follows what is held: decide on what there is."""
        for _ in range(CHANCES):
            found = None if self._scan is None else self._scan.last_chance(self._held.data, self._base)
            if found is None:
                break
            self._resume(found, out)
        if self._held:
            if self._scan is None:
                self._garbage = Garbage(CUT_HEADER)
            data, marks = self._held.take()
            self._garbage.add(data, marks.at(len(data)))
        self._found(out)
