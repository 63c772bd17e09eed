"""JSON Lines: every line has every column, text as it was, and a torn last line is no loss."""

import json

import pytest
from hypothesis import given, settings

from analyzer.records import COLUMNS, Row
from analyzer.store import jsonl
from tests.rows import ANY_ROWS, FULL


def lines(rows):
    """The lines of those rows."""
    return b"".join(jsonl.Encoder().encode(rows)).splitlines(keepends=True)


def test_columns():
    """A line has the version first, then all columns in their order, null where there is nothing."""
    found = json.loads(lines([Row(0)])[0])
    assert list(found) == ["schema", *COLUMNS]
    assert found | {"schema": 1, "time": "1970-01-01T00:00:00.000000000Z", "layer": "capture"} == found
    assert {value for name, value in found.items() if name not in ("schema", "time", "layer")} == {None}


def test_values():
    """Text, numbers, times and attachments as the columns promise."""
    found = json.loads(lines([FULL])[0])
    assert found["time"] == "2024-05-06T12:53:20.123456789Z"
    assert found["attachments"] == ["AP8=", ""]
    for name in set(COLUMNS) - {"time", "attachments"}:
        assert found[name] == getattr(FULL, name), name


def test_text_as_sent():
    """Characters that JSON allows are not escaped; a lone surrogate, which UTF-8 cannot hold, is."""
    assert (
        '"data":"é€\U0001f600 \\" \\\\ \\n \\u0000 \\ud800"'.encode()
        in lines([Row(0, data='é€\U0001f600 " \\ \n \0 \ud800')])[0]
    )


@settings(deadline=None, max_examples=50)
@given(ANY_ROWS)
def test_one_line_each(rows):
    """Whatever is in them, a row is one line of JSON, and all of it comes back."""
    found = [json.loads(line) for line in lines(rows)]
    assert [[row[name] for name in ("frame", "duration", "status")] for row in found] == [
        [row.frame, row.duration, row.status] for row in rows
    ]
    assert [row["raw"] for row in found] == [_joined(row.raw) for row in rows]


def _joined(text):
    """Two surrogates that make a pair are one character to JSON."""
    return text and text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def test_kept_pieces_are_bounded(monkeypatch):
    """Columns that never repeat do not fill the memory, nor do long ones stay."""
    monkeypatch.setattr(jsonl, "_CACHED", 10)
    encoder = jsonl.Encoder()
    rows = [Row(0, event=f"e{i}") for i in range(100)] + [Row(0, event="x" * 5000)]
    written = b"".join(encoder.encode(rows)).splitlines()
    assert [json.loads(line)["event"] for line in written] == [row.event for row in rows]
    assert len(encoder._pieces) <= 10
    assert max(map(len, encoder._pieces.values())) < 5000


def test_odd_numbers():
    """What JSON has no number for is null; a time that no column holds is cut."""
    found = [
        json.loads(line) for line in lines([Row(2**70, duration=float("nan")), Row(-(2**70), duration=float("inf"))])
    ]
    assert [row["duration"] for row in found] == [None, None]
    assert [row["time"][:4] for row in found] == ["2262", "1677"]


def decoded(*texts):
    """Rows of those lines, and what was said."""
    said = []
    rows = [row for _, block in jsonl.decode(texts, said.append) for row in block]
    return rows, said


def test_torn_line():
    """A last line without an end is left out unless it is whole."""
    assert decoded(b'{"a":1}\n', b'{"a":2') == ([{"a": 1}], ["the last line (2) is torn off and was left out"])
    assert decoded(b'{"a":1}\n', b'{"a":2}') == ([{"a": 1}, {"a": 2}], [])
    assert decoded(b'{"a":1}\n', b"\0\0\0")[0] == [{"a": 1}]
    assert decoded(b'{"a":1}\n', b'{"a":"\xc3') == ([{"a": 1}], ["the last line (2) is torn off and was left out"])


def test_empty_lines():
    """Lines of nothing are passed over and counted."""
    assert decoded(b"\n", b' {"a":1}\r\n', b"\n") == ([{"a": 1}], [])
    with pytest.raises(ValueError, match=r"^line 3: "):
        decoded(b"\n", b'{"a":1}\n', b"{\n")


@pytest.mark.parametrize(
    "bad",
    [b"[1]\n", b'{"a":NaN}\n', b'{"a":1} {"a":2}\n', b'{"a":1},{"a":2}\n', b'{"a":"\xff"}\n', b"[" * 99_999 + b"\n"],
)
def test_bad_line(bad):
    """A line that is no JSON object is named by its number."""
    with pytest.raises(ValueError, match=r"^line 2: "):
        decoded(b'{"a":1}\n', bad, b'{"a":1}\n')


def test_blocks(monkeypatch):
    """Many or long lines come in several blocks, each with its line numbers."""
    monkeypatch.setattr(jsonl, "_BLOCK_LINES", 2)
    found = list(jsonl.decode([b'{"a":%d}\n' % i for i in range(5)], print))
    assert [numbers for numbers, _ in found] == [[1, 2], [3, 4], [5]]
