"""The log as JSON Lines: one object a line with every column, ``schema`` first, attachments as base64 (RFC 4648
section 4).

Text is written as it is, in UTF-8; a lone surrogate, which UTF-8 cannot hold, is written as its JSON escape.
"""

import contextlib
import json
import math
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

from analyzer.records import COLUMNS, SCHEMA, Row
from analyzer.stamps import SECOND, clamp, second_text

NAMES = tuple(COLUMNS)
Block = tuple[list[int], list[dict[str, Any]]]
"""Line numbers, and the rows of those lines as stored."""

_BLOCK_LINES = 8_192
_BLOCK_BYTES = 8 << 20

_LINES = 500
"""Lines encoded at a time: much larger strings cost more than they save."""

_CACHED = 10_000
"""Pieces of lines kept for the next row, at most; and how long each may be."""
_LONG = 2_000

_WHERE = slice(NAMES.index("stream"), NAMES.index("engine") + 1)
_WHAT = slice(NAMES.index("layer"), NAMES.index("event") + 1)
_OWN = slice(NAMES.index("ack_id"), NAMES.index("wire_size") + 1)
_TAIL = slice(NAMES.index("status"), len(NAMES))


class Encoder:
    """Turns rows into lines. Most columns repeat from row to row: their text is kept, so it makes one string a row
    only once.
    """

    def __init__(self) -> None:
        self._pieces: dict[tuple[Any, ...], str] = {}
        self._second: int | None = None
        self._head = ""

    def encode(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """``rows`` as lines, each ended by a line feed; some hundred lines at a time, never a part of one."""
        for start in range(0, len(rows), _LINES):
            lines = self._lines(rows[start : start + _LINES])
            yield "".join(lines).encode("utf-8", "backslashreplace")

    def _lines(self, rows: Sequence[Row]) -> list[str]:
        lines: list[str] = []
        add, pieces = lines.append, self._pieces
        last, head = self._second, self._head
        row: Any
        for row in rows:
            time, source, frame = row[:3]
            second, rest = divmod(time, SECOND)
            if second != last:
                time = clamp(time)
                last, rest = divmod(time, SECOND)
                head = f'{{"schema":{SCHEMA},"time":"{second_text(last)}.'
            ack, data, binaries, raw, size, wire = row[_OWN]
            key = row[_WHERE]
            where = pieces.get(key) or self._piece(_WHERE, key)
            key = row[_WHAT]
            what = pieces.get(key) or self._piece(_WHAT, key)
            key = row[_TAIL]
            tail = pieces.get(key) or self._piece(_TAIL, key)
            add(
                f'{head}{rest:09}Z","source":{"null" if source is None else quoted(source)}'
                f',"frame":{"null" if frame is None else frame}{where}{what},"ack_id":{"null" if ack is None else ack}'
                f',"data":{"null" if data is None else quoted(data)}'
                f"{NOTHING if binaries is None and raw is None else _rare(binaries, raw)}"
                f',"size":{"null" if size is None else size},"wire_size":{"null" if wire is None else wire}{tail}'
            )
        self._second, self._head = last, head
        return lines

    def _piece(self, part: slice, key: tuple[Any, ...]) -> str:
        """The text of neighbouring columns, kept unless it is long."""
        pairs = zip(NAMES[part], key, strict=True)
        text = "".join(f',"{name}":{_plain(value)}' for name, value in pairs) + ("}\n" if part is _TAIL else "")
        if len(text) <= _LONG:
            if len(self._pieces) >= _CACHED:
                self._pieces.clear()
            self._pieces[key] = text
        return text


NOTHING = ',"attachments":null,"raw":null'


def _rare(binaries: list[bytes] | None, raw: str | None) -> str:
    items = "null" if binaries is None else "[" + ",".join(f'"{b64encode(item).decode()}"' for item in binaries) + "]"
    return f',"attachments":{items},"raw":{_plain(raw)}'


def _plain(value: str | float | None) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    return quoted(value) if isinstance(value, str) else repr(value)


def decode(lines: Iterable[bytes], warn: Callable[[str], None]) -> Iterator[Block]:
    """The rows of ``lines`` as stored, some thousand at a time. A last line that is torn off is left out, and
    ``warn`` is told.

    ValueError, with the line's number, where one is no JSON object.
    """
    numbers: list[int] = []
    texts: list[bytes] = []
    size = 0
    for number, line in enumerate(lines, 1):
        if not line.endswith(b"\n") and not _whole(line):
            warn(f"the last line ({number}) is torn off and was left out")
            break
        if line.isspace():
            continue
        numbers.append(number)
        texts.append(line)
        size += len(line)
        if len(texts) >= _BLOCK_LINES or size >= _BLOCK_BYTES:
            yield numbers, _parsed(numbers, texts)
            numbers, texts, size = [], [], 0
    if texts:
        yield numbers, _parsed(numbers, texts)


def _parsed(numbers: list[int], texts: list[bytes]) -> list[dict[str, Any]]:
    """All lines in one go, which is far quicker; one by one only to find the bad one."""
    with contextlib.suppress(ValueError, RecursionError):
        found: list[dict[str, Any]] = _DECODER.decode("[" + b",".join(texts).decode() + "]")
        if len(found) == len(texts) and all(type(row) is dict for row in found):
            return found
    return [_one(number, text) for number, text in zip(numbers, texts, strict=True)]


def _one(number: int, text: bytes) -> dict[str, Any]:
    try:
        found = _DECODER.decode(text.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {number}: {error}") from error
    if type(found) is not dict:
        raise ValueError(f"line {number}: no JSON object")
    return found


def _whole(text: bytes) -> bool:
    """Whether a line without a line feed is all there."""
    try:
        return type(_DECODER.decode(text.decode())) is dict
    except (ValueError, RecursionError):
        return False


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
