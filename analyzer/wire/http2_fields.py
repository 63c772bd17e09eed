"""HPACK (RFC 7541) as a listener reads it: header blocks in, fields out, the dynamic table followed.

Made for captures that begin late or have holes: what cannot be known is `UNKNOWN`, never a guess. A missed insertion
shifts every index, so after a hole all older entries are unknown, and those made since are known. What is illegal ends
a block, and is treated like a hole.
"""

import re
from itertools import accumulate
from typing import NamedTuple

from hpack.table import HeaderTable

from analyzer.wire.http2_huffman import decode as huffman
from analyzer.wire.http2_known import OVERHEAD as _OVERHEAD
from analyzer.wire.http2_known import Field, Known

UNKNOWN: Field = ("?", "?")
"""A field, or only its name, that stands in a part of the table that was not seen being filled."""

TABLE = 1 << 20
"""Bytes of a dynamic table that are kept at most (browsers use 65536); entries beyond are unknown."""

_UNSEEN = 1 << 16
_FIRST = 4096
_STATIC: list[Field] = [UNKNOWN, *((n.decode(), v.decode()) for n, v in HeaderTable.STATIC_TABLE)]
_SHIFT = len(_STATIC) - 1
_LARGEST = 1 << 28
_REMEMBERED = 64
_INDEXED = re.compile(rb"[\x81-\xfe]{2,64}").match
_new = tuple.__new__


class Block(NamedTuple):
    """Fields of a header block; ``fault`` says why these are not all of them, ``unknown`` that some are not known."""

    fields: list[Field]
    fault: str | None = None
    unknown: bool = False


class FieldDecoder:
    """One direction's header blocks. ``limit``: bytes of fields (RFC 9113 section 6.5.2) kept of one block."""

    def __init__(self, limit: int) -> None:
        self.lost = False
        """Entries older than those in the table may exist."""
        self._limit = limit
        self._entries: list[Field] = []
        self._first = 0
        self._size = 0
        self._runs: dict[bytes, list[Field]] = {}  # of the table as it is
        self._known = Known()
        self._maximum = self._most = _FIRST

    def lose(self) -> None:
        """A block was missed or is broken: forget the table."""
        self.lost = True
        # The peer's table is larger than it seems or smaller, and it never asks for what it has evicted: keep more.
        self._most = max(_UNSEEN, min(TABLE, self._maximum))
        self._clear()

    def decode(self, block: bytes) -> Block:
        """The fields of a whole header block (leave the list as it is); a bad one gives those before the fault."""
        known = self._known.find(block)
        if known is not None:
            return _new(Block, (known, None, False))
        fields: list[Field] = []
        age = self._known.age
        largest = self._size + 2 * len(block) + _OVERHEAD  # no field is larger
        try:
            self._decode(block, fields)
        except IndexError:
            fault: str | None = "a header block that is cut short"
        except ValueError as error:
            fault = f"a header block with {error}"
        else:
            if len(fields) * largest > self._limit and _size(fields) > self._limit:
                return Block(_first(fields, self._limit), f"a header block of more than {self._limit} bytes", True)
            unknown = self.lost and any(field[0] == "?" for field in fields)
            if not unknown and self._known.age == age:
                self._known.keep(block, fields, self._limit)
            return Block(fields, None, unknown)
        self.lose()
        return Block(_first(fields, self._limit), fault, True)

    def _decode(self, block: bytes, fields: list[Field]) -> None:
        pos, size, add = 0, len(block), fields.append
        static, entries, first = _STATIC, self._entries, self._first
        while pos < size:
            byte = block[pos]
            if byte >= 0x80:
                run = _INDEXED(block, pos)
                found = self._run(run[0]) if run is not None else None
                if run is not None and found is not None:
                    fields += found
                    pos = run.end()
                    continue
                at = len(entries) + _SHIFT + 0x80 - byte
                if 0x80 < byte <= 0x80 + _SHIFT:
                    add(static[byte & 0x7F])
                    pos += 1
                elif byte != 0xFF and at >= first and byte > 0x80:
                    add(entries[at])
                    pos += 1
                else:
                    index, pos = _number(block, pos, 0x7F)
                    add(static[index] if 0 < index <= _SHIFT else self._entry(index))
                continue
            if 0x20 <= byte < 0x40:
                maximum, pos = _number(block, pos, 0x1F)
                self._resize(maximum)
            else:
                field, pos = self._literal(block, pos, 0x3F if byte >= 0x40 else 0x0F)
                add(field)
                if byte >= 0x40:
                    self._insert(field)
            entries, first = self._entries, self._first

    def _run(self, run: bytes) -> list[Field] | None:
        """Fields of indexes side by side, as most of a block is, again and again; None where one is of no field."""
        found = self._runs.get(run)
        if found is None:
            try:
                found = [_STATIC[byte & 0x7F] if byte <= 0x80 + _SHIFT else self._entry(byte & 0x7F) for byte in run]
            except ValueError:
                return None
            if len(self._runs) >= _REMEMBERED:
                self._runs.clear()
            self._runs[run] = found
        return found

    def _literal(self, block: bytes, pos: int, mask: int) -> tuple[Field, int]:
        index = block[pos] & mask
        if not index:
            name, pos = _string(block, pos + 1)
            name = name.lower()
        else:
            index, pos = (index, pos + 1) if index != mask else _number(block, pos, mask)
            name = _STATIC[index][0] if index <= _SHIFT else self._entry(index)[0]
        value, pos = _string(block, pos)
        return (name, value), pos

    def _entry(self, index: int) -> Field:
        at = len(self._entries) + _SHIFT - index
        if index and at >= self._first:
            return self._entries[at]
        if self.lost and index:
            return UNKNOWN
        raise ValueError(f"the index {index} that no field has")

    def _insert(self, field: Field) -> None:
        self._changed()
        self._entries.append(field)
        self._size += len(field[0]) + len(field[1]) + _OVERHEAD
        if self._size > self._most:
            self._evict()

    def _resize(self, maximum: int) -> None:
        if not maximum:
            self._clear()
            self.lost = False  # an empty table has no unknown entries
        self._known.forget()  # a block that says so must be read each time
        self._maximum = maximum
        self._most = max(_UNSEEN if self.lost else 0, min(TABLE, maximum))
        if self._size > self._most:
            self._evict()

    def _evict(self) -> None:
        self.lost = self.lost or self._maximum > TABLE
        self._changed()
        entries, first = self._entries, self._first
        while self._size > self._most:
            name, value = entries[first]
            self._size -= len(name) + len(value) + _OVERHEAD
            entries[first] = UNKNOWN
            first += 1
        if first > 64 and 2 * first > len(entries):
            del entries[:first]
            first = 0
        self._first = first

    def _clear(self) -> None:
        self._entries, self._first, self._size = [], 0, 0
        self._changed()

    def _changed(self) -> None:
        """Indexes mean other fields now."""
        self._runs.clear()
        self._known.forget()


def _size(fields: list[Field]) -> int:
    """Bytes of fields as RFC 9113 section 6.5.2 counts them."""
    return sum(len(name) + len(value) + _OVERHEAD for name, value in fields)


def _first(fields: list[Field], limit: int) -> list[Field]:
    """As many as there is room for."""
    sizes = accumulate(len(name) + len(value) + _OVERHEAD for name, value in fields)
    return fields[: sum(1 for size in sizes if size <= limit)]


def _number(block: bytes, pos: int, mask: int) -> tuple[int, int]:
    """An integer (RFC 7541 section 5.1) that begins in the ``mask`` bits of a byte, and the position behind it."""
    number = block[pos] & mask
    pos += 1
    if number < mask:
        return number, pos
    shift = 0
    while True:
        byte = block[pos]
        pos += 1
        number += (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, pos
        if shift > 28 or number > _LARGEST:
            raise ValueError("a number that is too large")


def _string(block: bytes, pos: int) -> tuple[str, int]:
    """A string literal (RFC 7541 section 5.2) and the position behind it."""
    coded = block[pos] & 0x80
    length, pos = (block[pos] & 0x7F, pos + 1) if block[pos] & 0x7F != 0x7F else _number(block, pos, 0x7F)
    stop = pos + length
    if stop > len(block):
        raise IndexError
    raw = block[pos:stop]
    return (huffman(raw) if coded else raw.decode("latin-1")), stop
