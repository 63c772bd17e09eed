"""JSON over several lines and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.live.json_layout import gather, spread

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


@given(VALUES)
def test_only_blanks_change(value: object) -> None:
    """Numbers and escapes stay as they were written."""
    text = json.dumps(value, separators=(",", ":"))
    assert gather(spread(text)) == text


def test_long_text_takes_several_lines() -> None:
    """What is short stays on one."""
    text = json.dumps(["a", {"b": [1.0, []], "c": "x" * 80}, "\\u00e9"], separators=(",", ":"))
    assert spread(text) == '[\n  "a",\n  {\n    "b": [1.0,[]],\n    "c": "' + "x" * 80 + '"\n  },\n  "\\\\u00e9"\n]'
    assert spread('["a",1]') == '["a",1]'


@pytest.mark.parametrize("text", ["[" * 100, "]" * 100 + "[", '["' + "x" * 100])
def test_what_is_no_json_stays(text: str) -> None:
    """And cannot be gathered."""
    assert spread(text) == text
    with pytest.raises(ValueError):
        gather(text)


def test_nesting_is_no_danger() -> None:
    """However deep."""
    deep = "[" * 100_000 + "]" * 100_000
    assert spread(deep) == deep
    with pytest.raises(ValueError, match="nested too deeply"):
        gather(deep)
