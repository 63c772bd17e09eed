"""CSV: a spreadsheet shows a log and runs none of it, and nothing is lost."""

import csv as plain_csv
import io

import pytest
from hypothesis import given

from analyzer.records import COLUMNS, Row
from analyzer.store import csv
from tests.rows import FULL, TEXTS


def cells(rows):
    """The cells of a log as any CSV reader sees them."""
    text = b"".join(csv.encode(rows)).decode()
    return list(plain_csv.reader(io.StringIO(text, newline="")))


def decoded(text):
    """The rows of CSV text, line by line."""
    lines = io.BytesIO(text).readlines()
    return [row for _, block in csv.decode(lines) for row in block]


def test_cells():
    """A record has a cell a column: nothing for null, text as it is, attachments as JSON."""
    assert csv.HEADER_LINE.decode() == ",".join(("schema", *COLUMNS)) + "\r\n"
    found = dict(zip(csv.HEADER, cells([FULL])[0], strict=True))
    assert found["schema"] == "1"
    assert found["time"] == "2024-05-06T12:53:20.123456789Z"
    assert found["event"] == FULL.event
    assert found["attachments"] == '["AP8=", ""]'
    assert found["duration"] == "0.1"
    assert found["detail"] == "'"
    assert cells([Row(0)])[0][2:11] == [""] * 9


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"])
def test_formulas_are_inert(start):
    """A text that a spreadsheet could run begins with an apostrophe in its cell."""
    row = Row(0, data=f"{start}cmd|' /C calc'!A0", event=start, url="a" + start)
    found = dict(zip(csv.HEADER, cells([row])[0], strict=True))
    assert found["data"] == "'" + row.data
    assert found["event"] == "'" + start
    assert found["url"] == "a" + start


@given(TEXTS)
def test_escape_is_reversible(text):
    """Whatever the text, its cell is not empty, begins with nothing dangerous and gives the text back."""
    cell = csv.inert(text)
    assert cell
    assert cell[0] not in "=+-@\t\r\n＝＋－＠"
    assert csv._value("data", cell) == text


def test_spreadsheets_may_rewrite():
    """Quotes around cells, line ends and a byte order mark do not matter."""
    head = b'\xef\xbb\xbf"schema","time","data","frame"\n'
    assert decoded(head + b'"1","x","\'=1","7"\n\n') == [{"schema": 1, "time": "x", "data": "=1", "frame": 7}]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (b"1,x\r\n", "line 2: 4 cells are expected, not 2"),
        (b"1,x,y,z\r\n", "line 2: "),
        (b'1,x,"y,3\r\n', "line 2: unexpected end of data"),
        (b'1,x,"y"z,3\r\n', "line 2: "),
        (b"1,x,\xff,3\r\n", "line [12]: "),
    ],
)
def test_bad_record(record, said):
    """A record that is not what the header promises is named by its line."""
    with pytest.raises(ValueError, match=said):
        decoded(b"schema,time,data,frame\r\n" + record)


def test_long_cells():
    """Cells longer than the standard reader takes by itself."""
    assert decoded(b"schema,data\r\n1," + b"x" * 300_000 + b"\r\n")[0]["data"] == "x" * 300_000


def test_bad_header():
    """A line end inside the header's line is a damage like any other."""
    with pytest.raises(ValueError, match=r"line [01]: "):
        decoded(b"schema,ti\rme,data\r\n1,x,y\r\n")
