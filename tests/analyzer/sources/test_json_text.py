"""A JSON document read value by value."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.issues import CaptureError
from analyzer.sources import json_text
from analyzer.sources.json_text import JsonText
from analyzer.sources.streams import FileStream


class Drops(io.BytesIO):
    """A file that gives few bytes at once."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self._step = step

    def read(self, size: int | None = -1) -> bytes:
        """At most so many."""
        return super().read(self._step)

    read1 = read


def text(data: bytes, step: int = 1 << 20) -> JsonText:
    """A document of these bytes."""
    return JsonText(FileStream("some.har", Drops(data, step), len(data)), "HAR")


def read(reading: JsonText) -> dict[str, Any]:
    """An object, member by member."""
    found = {}
    reading.expect("{")
    while (name := reading.key()) is not None:
        found[name] = reading.value()
    if reading.peek():
        raise reading.damaged()
    return found


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=5), plain, max_size=5), st.integers(1, 9), st.booleans())
def test_members_come_one_by_one(value: dict[str, Any], step: int, spaced: bool) -> None:
    """However few bytes come at once, with a mark of UTF-8 in front and white space or not."""
    data = b"\xef\xbb\xbf" + json.dumps(value, indent=3 if spaced else None, ensure_ascii=spaced).encode()
    assert read(text(data, step)) == value


def test_a_large_value_is_gone_over_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read in steps that grow."""
    tries = 0
    original = json.JSONDecoder.raw_decode

    def counted(self: json.JSONDecoder, s: str, idx: int = 0) -> Any:
        nonlocal tries
        tries += 1
        return original(self, s, idx)

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counted)
    reading = text(json.dumps("x" * 30_000_000).encode(), 1 << 16)
    assert len(reading.value()) == 30_000_000
    assert tries < 12


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'{"a": [1, 2', "ends early"),
        (b'{"a": "x', "ends early"),
        (b'{"a": "\xc3', "ends early"),
        (b'{"a": tru', "ends early"),
        (b'{"a": 1} x', "is damaged at character 9"),
        (b'{"a": [1 2], "b": "' + b"x" * 99 + b'"}', "is damaged at character 9"),
        (b'{"a": "\xff\xfe' + b" " * 99 + b'"}', "is not UTF-8"),
        (b'{"a": ' + b"[" * 200_000, "is nested too deeply"),
        (b'{"a": ' + b'{"a":' * 200_000, "is nested too deeply"),
        (b"{5: 1}" + b" " * 99, "is damaged at character 2"),
        (b'{"a" 1}' + b" " * 99, "is damaged at character 5"),
        (b"[]", "is damaged at character 0"),
    ],
)
def test_damage_is_one_line(data: bytes, what: str) -> None:
    """What, where, and what to do."""
    with pytest.raises(CaptureError) as caught:
        read(text(data))
    said = str(caught.value)
    assert said.startswith(f"some.har: {what}")
    assert "save it again" in said
    assert "\n" not in said


def test_one_value_may_not_be_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on what has to be in memory at once."""
    monkeypatch.setattr(json_text, "LARGEST", 1 << 20)
    with pytest.raises(CaptureError, match="give it in parts"):
        text(b'"' + b"x" * (1 << 22), 1 << 18).value()


def test_numbers_are_exact_or_none() -> None:
    """Whatever their length."""
    found = text(b"[1795402790.059784712, 12, -3, 1e999999999999999999999, NaN, " + b"9" * 5000 + b"]").value()
    assert [str(number) for number in found] == ["1795402790.059784712", "12", "-3", "None", "None", "None"]
