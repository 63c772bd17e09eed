"""Header blocks of one direction of HTTP/2, put together from their frames and decoded (RFC 9113 section 4.3)."""

from typing import NamedTuple

from analyzer.issues import Issue
from analyzer.limits import Limits
from analyzer.wire.http2_fields import Block, FieldDecoder
from analyzer.wire.http2_frames import (
    CONTINUATION,
    END_HEADERS,
    END_STREAM,
    HEADER,
    HEADERS,
    PADDING,
    WITH_PRIORITY,
    Frame,
    payload,
)
from analyzer.wire.http2_items import Damage, Fields, Item
from analyzer.wire.http_head import Span
from analyzer.wire.http_message import KEPT
from analyzer.wire.marks import Marks

_PRIORITY = 5
_PROMISED = 4
_MISSING = "a continuation of a header block that is missing"
_INTERRUPTED = "a header block that is interrupted"
_new = tuple.__new__


class Section(NamedTuple):
    """A header block under way: its stream, the time of its first byte, whether the stream ends with it, and whether
    it is a request's or an answer's, not one that is only promised.
    """

    stream: int
    begun: int
    end: bool
    told: bool = True


class Blocks:
    """Takes the frames that carry header blocks, their content without padding, and when they came."""

    def __init__(self, direction: str, limits: Limits) -> None:
        self.waiting: Section | None = None
        """A block was begun; only its continuation may follow."""
        self._direction = direction
        self._limit = limits.head
        self._decoder = FieldDecoder(limits.head)
        self._parts = bytearray()
        self._size = 0

    def lose(self) -> None:
        """Blocks may have been missed."""
        self._decoder.lose()
        self.waiting = None

    def read(self, header: Frame, data: bytes, marks: Marks, out: list[Item]) -> None:
        """A whole frame of ``data`` that carries (part of) a block."""
        kind, flags, stream, begin, stop = header
        start = begin + HEADER
        span = Span(*marks.at(stop), marks.at(begin + 1)[0])
        place = (start, stop) if kind == CONTINUATION else payload(data, start, stop, flags)
        if place is None:
            self._damage(PADDING, data[begin:start], span, out)
            self.missing(header, span, out)
        elif kind == CONTINUATION:
            self._more(header, data[start:stop], span, out)
        elif kind == HEADERS:
            self.headers(flags, stream, data[place[0] : place[1]], span, out)
        else:
            self._begin(Section(stream, span.begun, False, told=False), data[place[0] + _PROMISED : place[1]])
            if flags & END_HEADERS:
                self._finish(span, out)

    def headers(self, flags: int, stream: int, content: bytes, span: Span, out: list[Item]) -> None:
        """The content of a HEADERS frame, without padding, while no block is under way."""
        if flags & WITH_PRIORITY:
            content = content[_PRIORITY:]
        end = flags & END_STREAM == END_STREAM
        if not flags & END_HEADERS:
            self._begin(Section(stream, span.begun, end), content)
            return
        time, frame, begun = span
        fields, fault, unknown = self._decoder.decode(content)
        if fault is not None:
            self._damage(fault, content, span, out)
        out.append(_new(Fields, (time, frame, self._direction, stream, begun, fields, end, unknown)))

    def interrupt(self, moment: tuple[int, int], out: list[Item]) -> None:
        """Something else than a continuation comes, or nothing more: a block under way is broken."""
        if self.waiting is not None:
            self.lose()
            self._damage(_INTERRUPTED, bytes(self._parts), Span(*moment, moment[0]), out)

    def missing(self, header: Frame, span: Span, out: list[Item]) -> None:
        """The content of a frame is not to be had: the block is empty, and the table lost."""
        section = self.waiting
        if header.kind == HEADERS:
            section = Section(header.stream, span.begun, header.flags & END_STREAM == END_STREAM)
        self.lose()
        if section is not None and section.stream == header.stream:
            self._tell(section, Block([], None, True), span, out)

    def _more(self, header: Frame, content: bytes, span: Span, out: list[Item]) -> None:
        if self.waiting is None or self.waiting.stream != header.stream:
            self.lose()
            self._damage(_MISSING, content, span, out)
            return
        self._add(content)
        if header.flags & END_HEADERS:
            self._finish(span, out)

    def _begin(self, section: Section, content: bytes) -> None:
        self.waiting, self._parts, self._size = section, bytearray(), 0
        self._add(content)

    def _add(self, content: bytes) -> None:
        self._size += len(content)
        if self._size <= self._limit:
            self._parts += content

    def _finish(self, span: Span, out: list[Item]) -> None:
        """The block is whole."""
        section, self.waiting = self.waiting, None
        assert section is not None
        raw = bytes(self._parts)
        if self._size > self._limit:
            self._decoder.lose()
            block = Block([], f"a header block of more than {self._limit} bytes", True)
        else:
            block = self._decoder.decode(raw)
        if block.fault is not None:
            self._damage(block.fault, raw, span, out)
        self._tell(section, block, span, out)

    def _tell(self, section: Section, block: Block, span: Span, out: list[Item]) -> None:
        stream, begun, end, told = section
        if told:
            time, frame, _ = span
            out.append(Fields(time, frame, self._direction, stream, begun, block.fields, end, block.unknown))

    def _damage(self, why: str, raw: bytes, span: Span, out: list[Item]) -> None:
        time, frame, _ = span
        out.append(Damage(time, frame, self._direction, Issue.HTTP_BAD_MESSAGE, why, raw[:KEPT]))
