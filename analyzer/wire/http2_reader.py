"""One direction of an HTTP/2 connection: bytes in, what its frames say out (RFC 9113 sections 4 to 6)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.records import C2S
from analyzer.wire.halfstream import Closed, Data, Gap, Piece
from analyzer.wire.held import Held
from analyzer.wire.http2_blocks import Blocks
from analyzer.wire.http2_flow import Flow
from analyzer.wire.http2_frames import (
    CONTINUATION,
    DATA,
    END_STREAM,
    GOAWAY,
    HEADER,
    HEADERS,
    PADDED,
    PADDING,
    PREFACE,
    PUSH_PROMISE,
    RST_STREAM,
    STREAM,
    Frame,
    fault,
    opens,
    payload,
    unpack_header,
)
from analyzer.wire.http2_items import Away, Chunk, Damage, Hole, Item, Over, Reset, damages
from analyzer.wire.http2_scan import Search
from analyzer.wire.http_head import Span
from analyzer.wire.http_message import Run
from analyzer.wire.marks import Marks

CHANCES = 16
"""How often at most a search that has run out of bytes settles for less evidence."""

_BLOCKS = frozenset({HEADERS, PUSH_PROMISE, CONTINUATION})
_WHOLE = _BLOCKS | {RST_STREAM, GOAWAY}
"""Kinds that are read when they are whole; what is in the others is of no use to a listener."""

_new = tuple.__new__


class FrameReader:
    """Reads the frames of one direction. Any split of the bytes gives items that mean the same.

    A connection seen from its start begins with the preface, or the server's SETTINGS; otherwise the first frame is
    looked for, and the dynamic table counts as lost.
    """

    def __init__(self, direction: str, limits: Limits) -> None:
        self.blind = False
        """Not everything was seen."""
        self._direction = direction
        self._limits = limits
        self._blocks = Blocks(direction, limits)
        self._held = Held()
        self._need = 0
        self._begun = False
        self._flow: Flow | None = None
        self._search: Search | None = None

    def read(self, pieces: Iterable[Piece]) -> list[Item]:
        """What the pieces say."""
        out: list[Item] = []
        for piece in pieces:
            if isinstance(piece, Data):
                self._feed(piece.data, piece.marks, out)
            elif isinstance(piece, Gap):
                self._gap(piece, out)
            else:
                self._end(piece, out)
        return out

    def settle(self) -> list[Item]:
        """No more bytes will come, though the direction did not end: what less evidence speaks for."""
        out: list[Item] = []
        self._settle(out)
        return out

    def _feed(self, data: bytes, marks: Marks, out: list[Item]) -> None:
        if self._held:
            self._held.append(data, marks)
            if len(self._held) < self._need:
                return
            data, marks = self._held.take()
        elif self._search is not None and self._search.holding:
            found = self._search.more(data, marks)
            if found is None:
                return
            self._found(out)
            data, marks = found
        self._read(data, marks, out)

    def _read(self, data: bytes, marks: Marks, out: list[Item]) -> None:
        """All of ``data``; what is incomplete is kept."""
        size, pos = len(data), 0
        while pos < size:
            if self._search is not None:
                found = self._search.look(data, marks, pos)
                if found is None:
                    return
                pos = found
                self._found(out)
            elif self._flow is not None:
                pos = self._pour(self._flow, data, marks, pos, out)
            elif self._begun:
                pos = self._frames(data, marks, pos, out)
            else:
                pos = self._begin(data, marks, pos, out)

    def _begin(self, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        """What comes first: the client's preface, or the header of the server's SETTINGS."""
        client = self._direction == C2S
        first = data[pos : pos + len(PREFACE)]
        fresh, need = opens(first, client)
        if fresh and len(first) < need:
            self._hold(data, marks, pos, need)
            return len(data)
        self._begun = True
        if fresh:
            return pos + need if client else pos
        self._lose(Search(Issue.HTTP_BODY_CUT, "before the first frame"), marks.at(pos + 1), out)
        return pos

    def _frames(self, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        """Frames from ``data[pos]`` on, up to one that is not whole or not legal; the position behind what was used."""
        size, direction, add = len(data), self._direction, out.append
        blocks, most, (ends, times, frames) = self._blocks, self._limits.head, marks
        j = bisect_right(ends, pos)  # of the packet that brought data[pos]
        while pos + HEADER <= size:
            word, flags, stream = unpack_header(data, pos)
            start, stream, kind = pos + HEADER, stream & STREAM, word & 0xFF
            stop = start + (word >> 8)
            usual = kind == DATA or (kind == HEADERS and stop - start <= most)
            if usual and stop <= size and stream and not flags & PADDED and not blocks.waiting:
                if pos >= ends[j]:
                    j = bisect_right(ends, pos, j)
                begun = times[j]
                if stop > ends[j]:
                    j = bisect_left(ends, stop, j)
                if kind == DATA:
                    end = flags & END_STREAM == END_STREAM
                    add(_new(Chunk, (times[j], frames[j], direction, stream, data, marks, start, stop, True, end)))
                else:
                    blocks.headers(flags, stream, data[start:stop], _new(Span, (times[j], frames[j], begun)), out)
                pos = stop
                continue
            why = fault(kind, word >> 8, stream)
            if why is not None:
                self._lose(Search(Issue.HTTP_BAD_MESSAGE, why), marks.at(start), out)
                return pos
            header = Frame(kind, flags, stream, pos, stop)
            if blocks.waiting and kind != CONTINUATION:
                blocks.interrupt(marks.at(start), out)
            if kind == DATA or stop > size or stop - start > most:
                return self._part(header, data, marks, out)
            self._frame(header, data, marks, out)
            pos = stop
        if pos < size:
            self._hold(data, marks, pos, HEADER)
        return size

    def _frame(self, header: Frame, data: bytes, marks: Marks, out: list[Item]) -> None:
        """A whole frame, other than DATA."""
        kind, _, stream, begin, stop = header
        start = begin + HEADER
        if kind in _BLOCKS:
            self._blocks.read(header, data, marks, out)
        elif kind == RST_STREAM:
            out.append(Reset(*marks.at(stop), self._direction, stream, int.from_bytes(data[start:stop])))
        elif kind == GOAWAY:
            last = int.from_bytes(data[start : start + 4]) & STREAM
            out.append(Away(*marks.at(stop), self._direction, last))

    def _part(self, header: Frame, data: bytes, marks: Marks, out: list[Item]) -> int:
        """A frame that is not whole yet, or DATA with padding; the position behind what was used."""
        kind, flags, stream, begin, stop = header
        start, length = begin + HEADER, stop - begin - HEADER
        if kind == DATA:
            if flags & PADDED and start == len(data) and length:
                self._hold(data, marks, begin, HEADER + 1)
                return len(data)
            place = payload(data, start, stop, flags)
            if place is None:
                self._damage(PADDING, header, data, marks, out)
            first, last = place or (start, start)
            flow = Flow((self._direction, stream), last - first, stop - last, flags & END_STREAM == END_STREAM)
            return self._pour(flow, data, marks, first, out)
        if kind in _WHOLE and length <= self._limits.head:
            self._hold(data, marks, begin, HEADER + length)
            return len(data)
        if kind in _WHOLE:
            self._damage(f"a frame of more than {self._limits.head} bytes", header, data, marks, out)
            self._damaged(header, marks.at(begin + 1)[0], marks.at(start), out)
        return self._pour(Flow((self._direction, 0), 0, length, False), data, marks, start, out)

    def _damage(self, why: str, header: Frame, data: bytes, marks: Marks, out: list[Item]) -> None:
        start = header.begin + HEADER
        raw = data[header.begin : start]
        out.append(Damage(*marks.at(start), self._direction, Issue.HTTP_BAD_MESSAGE, why, raw))

    def _pour(self, flow: Flow, data: bytes, marks: Marks, pos: int, out: list[Item]) -> int:
        pos = flow.pour(data, marks, pos, out)
        self._flow = flow if flow.left else None
        return pos

    def _gap(self, piece: Gap, out: list[Item]) -> None:
        """Bytes are missing; inside a frame whose header was seen that is exact."""
        size, time, frame = piece
        if not size:
            return
        self._settle(out)
        moment = (time, frame)
        if self._flow is not None:
            if 0 < size <= self._flow.left:
                self._skip(self._flow, piece, out)
                return
            self._flow = None
        elif self._begun and len(self._held) >= HEADER and self._gap_in_held(piece, out):
            return
        self._cut(Issue.HTTP_BODY_CUT, "before missing bytes", out)
        self._begun = True
        self._lose(Search(Issue.HTTP_BODY_CUT, "behind missing bytes, before the next frame"), moment, out, size)

    def _gap_in_held(self, piece: Gap, out: list[Item]) -> bool:
        """Whether the hole ends inside the frame that is held, whose header is known."""
        word, flags, stream = unpack_header(self._held.data)
        header = Frame(word & 0xFF, flags, stream & STREAM, 0, HEADER + (word >> 8))
        left = header.stop - len(self._held)
        if not 0 < piece.size <= left:
            return False
        moment, begun = (piece.time, piece.frame), self._held.marks().at(1)[0]
        self._held.take()
        self._damaged(header, begun, moment, out)
        content = header.kind == DATA
        whose = (self._direction, header.stream if content else 0)
        self._skip(Flow(whose, 0, left, content and flags & END_STREAM == END_STREAM), piece, out)
        return True

    def _skip(self, flow: Flow, piece: Gap, out: list[Item]) -> None:
        self.blind = True
        flow.skip(piece.size, (piece.time, piece.frame), out)
        self._flow = flow if flow.left else None

    def _damaged(self, header: Frame, begun: int, moment: tuple[int, int], out: list[Item]) -> None:
        """A frame whose header is all that is known of it."""
        if header.kind in _BLOCKS:
            self._blocks.missing(header, Span(*moment, begun), out)
        elif header.kind == RST_STREAM:
            out.append(Reset(*moment, self._direction, header.stream, -1))
        elif header.kind == DATA:
            out.append(Hole(*moment, self._direction, header.stream, -1))

    def _end(self, piece: Closed, out: list[Item]) -> None:
        kind, time, frame = piece
        self._settle(out)
        self._cut(Issue.HTTP_BAD_MESSAGE, "the connection ended inside a frame", out)
        self._blocks.interrupt((time, frame), out)
        out.append(Over(time, frame, self._direction, kind))

    def _hold(self, data: bytes, marks: Marks, pos: int, need: int) -> None:
        self._held.append(data, marks, pos)
        self._need = need

    def _lose(self, search: Search, moment: tuple[int, int], out: list[Item], size: int = -1) -> None:
        """The thread is lost: look for it from the next byte on."""
        self.blind = True
        self._blocks.lose()
        self._search = search
        out.append(Hole(*moment, self._direction, 0, size))

    def _found(self, out: list[Item]) -> None:
        """The search is over."""
        if self._search is not None:
            out += damages(self._direction, self._search.waste())
            self._search = None

    def _settle(self, out: list[Item]) -> None:
        """No byte follows what is held: where frames are looked for, decide on what there is."""
        for _ in range(CHANCES):
            found = self._search.last_chance() if self._search is not None else None
            if found is None:
                break
            self._found(out)
            self._read(*found, out)
        self._found(out)

    def _cut(self, code: Issue, why: str, out: list[Item]) -> None:
        """What is held will never be whole."""
        if self._held:
            run = Run(code, why)
            data, marks = self._held.take()
            run.add(data, marks.at(len(data)))
            out += damages(self._direction, run.problem())
