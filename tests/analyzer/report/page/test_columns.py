"""Tables packed for a page, read back as a browser would."""

import base64
import gzip
import json
from typing import Any

import pandas as pd
import pytest

from analyzer.records import Row
from analyzer.report.page import columns
from analyzer.report.page.sample import Attachments


def unpacked(packed: columns.Packed, name: str) -> list[Any]:
    """A column's values, as data.js reads them."""
    column = packed["columns"][name]
    if isinstance(column, list):
        return column
    if column["width"] == 0:
        return column["values"] * packed["rows"]
    places, width = base64.b64decode(column["codes"]), column["width"]
    codes = [int.from_bytes(places[at : at + width], "big") for at in range(0, len(places), width)]
    return [column["values"][code - 1] if code else None for code in codes]


def test_a_table() -> None:
    """Times are ns after the base, repeated texts are told once, missing is null."""
    times = pd.to_datetime([1_000, None, 3_500], utc=True, unit="ns")
    found = pd.DataFrame({"at": times, "name": ["a", None, "b"], "n": pd.array([1, None, 3], dtype="Int64")})
    packed = columns.table(found, 1_000)
    assert packed["rows"] == 3
    assert [unpacked(packed, name) for name in ("at", "name", "n")] == [
        [0, None, 2_500],
        ["a", None, "b"],
        [1, None, 3],
    ]


def test_repeated_texts_are_coded() -> None:
    """A column of few different texts holds each once."""
    packed = columns.table(pd.DataFrame({"kind": ["ping", "pong"] * 50}), 0)
    assert packed["columns"]["kind"]["values"] == ["ping", "pong"]
    assert unpacked(packed, "kind") == ["ping", "pong"] * 50


@pytest.mark.parametrize(("count", "width"), [(255, 1), (256, 2), (65_535, 2)])
def test_codes_are_as_wide_as_needed(count: int, width: int) -> None:
    """One byte a row, or two; null is 0."""
    values = [None, *map(str, range(count)), *map(str, range(count)), "0"]
    packed = columns.table(pd.DataFrame({"kind": pd.array(values, dtype="string")}), 0)
    assert packed["columns"]["kind"]["width"] == width
    assert unpacked(packed, "kind") == values


def test_columns_that_say_the_same() -> None:
    """Are told once, and so is nothing; too many different texts are told as they are."""
    found = pd.DataFrame({"same": ["x"] * 5, "none": pd.array([None] * 5, dtype="string"), "n": range(5)})
    packed = columns.table(found, 0)
    assert [packed["columns"][name]["width"] for name in ("same", "none")] == [0, 0]
    assert [unpacked(packed, name) for name in found] == [["x"] * 5, [None] * 5, [0, 1, 2, 3, 4]]
    many = [*map(str, range(70_000))] * 3
    assert columns.table(pd.DataFrame({"many": many}), 0)["columns"]["many"] == many


def test_the_log() -> None:
    """Rows by column, with their numbers, attachments as sizes and beginning."""
    rows = [(4, Row(70, type="open", data="{}")), (9, Row(75, type="EVENT", attachments=Attachments([3], "0a")))]  # type: ignore[arg-type]
    packed = columns.log(rows, 70)
    assert unpacked(packed, "number") == [4, 9]
    assert unpacked(packed, "time") == [0, 5]
    assert unpacked(packed, "data") == ["{}", None]
    assert unpacked(packed, "attachments") == [None, [[3], "0a"]]


def test_squeezed_text_is_inert() -> None:
    """No character of it means anything to HTML, and it comes back as it was, lone surrogates included."""
    value = ["</script><b>", "\ud800", "\u202e", None, 1.5]
    text = columns.squeeze(value)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    assert json.loads(gzip.decompress(base64.b64decode(text))) == value
    assert text == columns.squeeze(value)


def test_the_first_time() -> None:
    """Of all tables and the log; of nothing at all, 0."""
    table = pd.DataFrame({"at": pd.to_datetime([None, 50], utc=True, unit="ns")})
    assert columns.first_time([table], [(1, Row(70))]) == 50
    assert columns.first_time([table], [(1, Row(40))]) == 40
    assert columns.first_time([], []) == 0
