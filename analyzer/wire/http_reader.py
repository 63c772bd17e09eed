"""Reading one direction of HTTP/1, requests or responses: head, body, next head, and the way back after damage."""

import re
from collections.abc import Callable
from typing import ClassVar

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.halfstream import Data, Gap
from analyzer.wire.held import Held
from analyzer.wire.http_body import Body, LengthError
from analyzer.wire.http_head import HEAD_END, Head, Span
from analyzer.wire.http_message import HttpMessage, Item, Run
from analyzer.wire.http_pause import Unread
from analyzer.wire.marks import Marks

_BLANK = re.compile(rb"[\r\n]*")
_AHEAD = 16 << 20
"""Bytes kept at least while paused: one direction of a block is read before the other, which says what they are."""

Keep = Callable[[Head], bool]


class Reader:
    """What both directions share: a head, its body, the next head; looking for one where the thread was lost."""

    _start: ClassVar[re.Pattern[bytes]]
    _anywhere: ClassVar[re.Pattern[bytes]]

    def __init__(self, limits: Limits, keep: Keep) -> None:
        self.paused = False
        """What follows is not, or perhaps not, HTTP: it is kept unread."""
        self.cut = False
        """Bytes are missing from the last head."""
        self._limits = limits
        self._keep = keep
        self._held = Held()
        self._searched = 0
        self._line = False
        self._head: Head | None = None
        self._body: Body | None = None
        self._lost: Run | None = None
        self._unread = Unread(max(limits.message, _AHEAD))
        self._behind: list[Data | Gap] = []

    def feed(self, data: bytes, marks: Marks) -> list[Item]:
        """What ``data`` completes."""
        out: list[Item] = []
        if not self.paused and self._held:
            self._held.append(data, marks)
            if not self._ready():
                return out
            data, marks = self._held.take()
        self._read(data, marks, out)
        return out

    def gap(self, size: int, time: int, frame: int) -> list[Item]:
        """``size`` bytes are missing here (-1: nobody knows how many), as was clear at that moment."""
        out: list[Item] = []
        if self.paused:
            self._unread.gap(size, time, frame)
            return out
        if self._body is not None and self._gap_in_body(self._body, size, (time, frame), out):
            return out
        if self._held and self._line and self._lost is None and self._gap_in_head(size, (time, frame), out):
            return out
        self._drop_held(Issue.HTTP_BAD_MESSAGE, "bytes are missing inside a start line", out)
        if self._lost is None:
            self._lost = Run(Issue.HTTP_BODY_CUT, "behind missing bytes, before the next message")
        return out

    def _gap_in_head(self, size: int, moment: tuple[int, int], out: list[Item]) -> bool:
        """The head that is held is cut behind its start line: a message without a body; whether what follows is to be
        kept unread.
        """
        data, marks = self._held.take()
        known = data[: data.rfind(b"\n") + 1]
        head = self._parse(known + b"\r\n", Span(*marks.at(len(data)), marks.at(1)[0]))
        self.cut = True
        try:
            body = self._begin(head, out)
        except LengthError as error:
            self._lose(data, marks.at(len(data)), 0, str(error))
            return False
        if body is not None:
            detail = f"bytes are missing from the head behind byte {len(data)}"
            out.append(HttpMessage(head, b"", None, *moment, Issue.HTTP_HEAD_CUT, detail, complete=False))
            self._after(head)
        if self.paused:
            self._unread.gap(size, *moment)
        return self.paused

    def _gap_in_body(self, body: Body, size: int, moment: tuple[int, int], out: list[Item]) -> bool:
        """Whether the hole ends inside the body, or where it ends does not matter."""
        known = body.gap(size)
        if not known or body.done:
            self._finish(body, *moment, out)
        if self.paused and not known:
            self._unread.gap(-1, *moment)
        return known or self.paused

    def end(self, time: int, frame: int) -> list[Item]:
        """The direction ended: what is left comes out, marked."""
        out: list[Item] = []
        if self.paused:
            self._unread.ended = (time, frame)
            return out
        if self._body is not None:
            self._body.end()
            self._finish(self._body, time, frame, out)
        self._drop_held(Issue.HTTP_BAD_MESSAGE, "the connection ended inside a head", out)
        if self._lost is not None:
            out += self._lost.problem()
            self._lost = None
        return out

    @property
    def unread(self) -> bytes:
        """The first bytes kept while paused, still to be taken."""
        return self._unread.peek()

    def take(self) -> tuple[bytes, Marks]:
        """What is kept unread, up to the first hole: it turned out to be no HTTP. `behind` gives what follows."""
        pieces = self._unread.take()
        first = pieces[0] if pieces else None
        if not isinstance(first, Data):
            self._behind = pieces
            return b"", Marks([], [], [])
        self._behind = pieces[1:]
        return first.data, first.marks

    def behind(self) -> list[Data | Gap]:
        """What followed what `take` gave: the hole, more bytes, and so on; mostly nothing."""
        pieces, self._behind = self._behind, []
        return pieces

    @property
    def ended(self) -> tuple[int, int] | None:
        """Moment at which the direction ended while paused, or None."""
        return self._unread.ended

    def _parse(self, raw: bytes, span: Span) -> Head:
        raise NotImplementedError

    def _begin(self, head: Head, out: list[Item]) -> Body | None:
        """Announce ``head``; the body that follows it. Raises `LengthError`."""
        raise NotImplementedError

    def _after(self, head: Head) -> None:
        """The message of ``head`` is over."""

    def _room(self, head: Head) -> int:
        return self._limits.message if self._keep(head) else 0

    def _read(self, data: bytes, marks: Marks, out: list[Item]) -> None:
        pos = 0
        while pos < len(data) and not self.paused:
            if self._body is not None:
                pos = self._read_body(self._body, data, marks, pos, out)
            elif self._lost is not None:
                pos = self._scan(self._lost, data, marks, pos, out)
            else:
                pos = self._read_head(data, marks, pos, out)
        if self.paused:
            self._unread.add(data, marks, pos)

    def _read_body(self, body: Body, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        pos = body.read(data, pos)
        if body.done or body.broken:
            self._finish(body, *marks.at(pos), out)
        if body.broken:
            self._lost = Run(Issue.HTTP_BAD_MESSAGE, "behind a body whose chunks are broken")
        return pos

    def _finish(self, body: Body, time: int, frame: int, out: list[Item]) -> None:
        head = self._head
        assert head is not None
        issue = detail = None
        if body.cut is not None:
            issue, detail = Issue.HTTP_BODY_CUT, body.cut
        elif body.over:
            issue, detail = Issue.HTTP_BODY_LIMIT, f"the body is larger than {self._limits.message} bytes"
        kept, tail = bytes(body.kept), bytes(body.tail)
        out.append(HttpMessage(head, kept, body.size, time, frame, issue, detail, tail, body.cut is None))
        self._body = None
        self._after(head)

    def _read_head(self, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        """A head at ``data[pos]``, behind empty lines; the position behind what could be used."""
        blank = _BLANK.match(data, pos)
        pos = blank.end() if blank else pos
        most = min(len(data), pos + self._limits.head)
        line = data.find(b"\n", pos, most)
        if line >= 0 and not self._start.match(data, pos, line + 1):
            return self._lose(data[pos : pos + 1], marks.at(pos + 1), pos, "no start line of an HTTP message")
        found = HEAD_END.search(data, line, most) if line >= 0 else None
        if found is not None:
            return self._open(data[pos : found.end()], marks, pos, out)
        if most == pos + self._limits.head:
            return self._lose(data[pos:most], marks.at(most), pos, "a head is larger than the limit")
        if pos < len(data):
            self._held.append(data, marks, pos)
            self._searched, self._line = len(self._held), line >= 0
        return len(data)

    def _open(self, raw: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        stop, self.cut = pos + len(raw), False
        head = self._parse(raw, Span(*marks.at(stop), marks.at(pos + 1)[0]))
        try:
            self._head, self._body = head, self._begin(head, out)
        except LengthError as error:
            return self._lose(raw, marks.at(stop), pos, str(error))
        if self._body is not None and self._body.done:
            self._finish(self._body, head.time, head.frame, out)
        return stop

    def _lose(self, raw: bytes, moment: tuple[int, int], pos: int, why: str) -> int:
        self._lost = Run(Issue.HTTP_BAD_MESSAGE, why)
        self._lost.add(raw, moment)
        return pos + len(raw)

    def _scan(self, run: Run, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        """Look for the next start line from ``data[pos]`` on; an incomplete last line is held."""
        lines = data.rfind(b"\n", pos) + 1
        found = self._anywhere.search(data, pos, lines) if lines else None
        while found is not None and found.end() - found.start() > self._limits.head:
            found = self._anywhere.search(data, found.start() + 1, lines)
        stop = found.start() if found else max(pos, lines)
        if stop > pos:
            run.add(memoryview(data)[pos:stop], marks.at(stop))
        if found:
            out += run.problem()
            self._lost = None
            return stop
        if stop < len(data):
            self._held.append(data, marks, stop)
            self._searched = len(self._held)
        return len(data)

    def _ready(self) -> bool:
        """Whether what is held is worth another look."""
        held, start = self._held.data, self._searched
        self._searched = len(held)
        newline = held.find(b"\n", start) >= 0
        if self._lost is not None:
            if not newline and len(held) > 2 * self._limits.head:
                surplus = len(held) - self._limits.head
                raw = bytes(held[:surplus])
                self._lost.add(raw, self._held.drop(surplus))
                self._searched -= surplus
            return newline
        if len(held) >= self._limits.head or (newline and not self._line):
            return True
        return newline and HEAD_END.search(held, max(0, start - 2)) is not None

    def _drop_held(self, code: Issue, why: str, out: list[Item]) -> None:
        """Nothing more can be made of what is held."""
        if not self._held:
            return
        run = self._lost or Run(code, why)
        data, marks = self._held.take()
        run.add(data, marks.at(len(data)))
        if self._lost is None:
            out += run.problem()
