"""The log as CSV (RFC 4180, UTF-8): a header, then one record a row, ``schema`` first, attachments as a JSON array of
base64.

Null is an empty cell. A spreadsheet runs a cell that begins like a formula, and text here comes from strangers: a
text that begins with one of ``= + - @``, their full-width forms, a tab, CR, LF or an apostrophe is written with an
apostrophe before it, and the empty text as a lone apostrophe. Reading takes that apostrophe away again: nothing is
lost.
"""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analyzer.records import COLUMNS, SCHEMA, Row
from analyzer.stamps import to_text
from analyzer.store.jsonl import Block

HEADER = ("schema", *COLUMNS)
HEADER_LINE = (",".join(HEADER) + "\r\n").encode()

ESCAPE = "'"
_ESCAPED = frozenset("=+-@\t\r\n＝＋－＠" + ESCAPE)
_CHUNK = 4_096
_CHUNK_BYTES = 8 << 20


def inert(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula, and that is not empty."""
    return text if text and text[0] not in _ESCAPED else ESCAPE + text


def encode(rows: Sequence[Row]) -> Iterator[bytes]:
    """``rows`` as records, each ended by CR LF; some hundred at a time."""
    for start in range(0, len(rows), _CHUNK):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(map(_cells, rows[start : start + _CHUNK]))
        yield _utf8(text.getvalue())


def decode(lines: Iterable[bytes]) -> Iterator[Block]:
    """The rows of a CSV's lines as JSON Lines would hold them, some thousand at a time.

    ValueError, with the line's number, where a record is not what the header promises.
    """
    csv.field_size_limit(0x7FFF_FFFF)  # the usual 128 KiB are less than a message may have
    reader = csv.reader((line.decode("utf-8-sig") for line in lines), strict=True)
    numbers: list[int] = []
    rows: list[dict[str, Any]] = []
    size = 0
    try:
        header = next(reader, [])
        for cells in filter(None, reader):
            if len(cells) != len(header):
                raise ValueError(f"{len(header)} cells are expected, not {len(cells)}")
            rows.append({name: _value(name, cell) for name, cell in zip(header, cells, strict=True)})
            numbers.append(reader.line_num)
            size += sum(map(len, cells))
            if len(rows) >= _CHUNK or size >= _CHUNK_BYTES:
                yield numbers, rows
                numbers, rows, size = [], [], 0
    except (csv.Error, ValueError) as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    if rows:
        yield numbers, rows


def _cells(row: Row) -> list[Any]:
    cells: list[Any] = [SCHEMA, to_text(row.time)]
    cells += ["" if value is None else _cell(value) for value in row[1:]]
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return inert(value)
    return json.dumps([b64encode(item).decode() for item in value]) if isinstance(value, list) else repr(value)


def _value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    kind = COLUMNS.get(name, "string")
    if name == "schema" or kind.startswith("int"):
        return int(cell)
    if kind == "float64":
        return float(cell)
    if kind == "binaries":
        return json.loads(cell)
    return cell[1:] if cell[0] == ESCAPE else cell


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # lone surrogates, which UTF-8 has no place for
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
