"""Header blocks of HTTP/2 that come again and again: what they mean is remembered for as long as the table stays.

Most requests of a client differ from one another in nothing but ``:path``, most answers of a server in nothing at all.
"""

import re

from analyzer.wire.http2_huffman import decode as huffman
from analyzer.wire.http_head import Head

Field = tuple[str, str]
"""Name in lower case and value, as latin-1 text."""

OVERHEAD = 32
"""Bytes that a field counts beside those of its name and value (RFC 9113 section 6.5.2)."""

BLOCKS = 256
"""Blocks that are remembered, and, without their paths, as many again."""

LONGEST = 128
"""Bytes of a block that is worth it."""

LARGEST = 8192
"""Bytes of its fields, a path left out."""

_PATH = ":path"
_OPEN = re.compile(rb"([\x81-\xfe]*)[\x04\x14][\x00-\x7e\x80-\xfe]").match
"""Indexed fields, then ``:path`` as a literal that does not go to the table (RFC 7541 section 6.2), up to its value."""
_INDEXED = re.compile(rb"[\x81-\xfe]*").fullmatch


class Form:
    """Blocks that differ in ``:path`` at most: the fields before and behind it; ``room`` is the longest path's size."""

    __slots__ = ("after", "before", "request", "response", "room")

    def __init__(self, before: list[Field], after: list[Field], room: int) -> None:
        self.before = before
        self.after = after
        self.room = room
        self.request: Head | None = None
        """The head of a request of this form, once one was made."""
        self.response: Head | None = None
        """That of an answer."""


class Section(list[Field]):
    """Fields of a block of a known form; ``target`` is this block's own path, None where all fields are the form's.

    The same one may be given again: leave it as it is.
    """

    __slots__ = ("form", "target")

    form: Form
    target: str | None

    @classmethod
    def of(cls, form: Form, target: str | None) -> "Section":
        """The fields of a form with this path."""
        path = [] if target is None else [(_PATH, target)]
        made = cls([*form.before, *path, *form.after])
        made.form, made.target = form, target
        return made


class Known:
    """Blocks of one direction. Whoever changes the table has to `forget` them."""

    def __init__(self) -> None:
        self.age = 0
        """How often the table changed."""
        self._whole: dict[bytes, Section] = {}
        self._forms: dict[bytes, Form] = {}

    def forget(self) -> None:
        """The table changed: indexes mean other fields now."""
        self.age += 1
        if self._whole or self._forms:
            self._whole.clear()
            self._forms.clear()

    def find(self, block: bytes) -> Section | None:
        """What the block means, where that is known."""
        found = self._whole.get(block)
        if found is not None or not self._forms:
            return found
        match = _OPEN(block)
        if match is None:
            return None
        start = match.end()
        coded = block[start - 1]
        stop = start + (coded & 0x7F)
        form = self._forms.get(block[: start - 1] + block[stop:])
        if form is None or stop > len(block):
            return None
        raw = block[start:stop]
        try:
            target = huffman(raw) if coded & 0x80 else raw.decode("latin-1")
        except ValueError:
            return None
        if len(target) > form.room:
            return None
        return Section.of(form, target)

    def keep(self, block: bytes, fields: list[Field], limit: int) -> None:
        """Remember what a block means that left the table as it was; `limit`: bytes of fields kept of one block."""
        match = _OPEN(block)
        if match is None:
            self._keep_whole(block, fields)
            return
        start, at = match.end(), match.end(1)
        rest = block[start + (block[start - 1] & 0x7F) :]
        before, after = fields[:at], fields[at + 1 :]
        size = _size(before) + _size(after)
        if len(rest) + at > LONGEST or size > LARGEST or not _INDEXED(rest):
            return
        if not any(name == _PATH for name, _ in (*before, *after)):
            if len(self._forms) >= BLOCKS:
                self._forms.clear()
            self._forms[block[: start - 1] + rest] = Form(before, after, limit - size - len(_PATH) - OVERHEAD)

    def _keep_whole(self, block: bytes, fields: list[Field]) -> None:
        if len(block) <= LONGEST and _size(fields) <= LARGEST:
            if len(self._whole) >= BLOCKS:
                self._whole.clear()
            self._whole[block] = Section.of(Form(fields, [], 0), None)


def _size(fields: list[Field]) -> int:
    """Bytes of fields as RFC 9113 section 6.5.2 counts them."""
    return sum(len(name) + len(value) + OVERHEAD for name, value in fields)
