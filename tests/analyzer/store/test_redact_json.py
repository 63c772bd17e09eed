"""Secrets in JSON: masked where they are, all else as it was sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.store.redact_json import by_name, keep, mask_json
from analyzer.store.redact_text import stars


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('[1.0, 1e5,"\\u20ac",{ "a" :-0}]', None),
        ('[{"password" : "hun\\"ter2","n":1.0}]', '[{"password" : "*********","n":1.0}]'),
        ('{"pin":1234,"otp":7,"token":null,"auth":true}', '{"pin":"**","otp":0,"token":null,"auth":true}'),
        ('{"credentials":{"user":"bob","n":[12,"x"]},"y":"z"}', '{"credentials":{"user":"***","n":["","*"]},"y":"z"}'),
        ('[{"tokens":["a",{"b":"c"},"d"]},"e"]', '[{"tokens":["*",{"b":"*"},"*"]},"e"]'),
        ('{"pass\\u0077ord":"x"}', '{"pass\\u0077ord":"*"}'),
        ('["{\\"apiKey\\":\\"abc\\"}"]', '["{\\"apiKey\\":\\"***\\"}"]'),
        ('{"password":"cut', '{"password":"***'),
        ('{"password":["a","b"', '{"password":["*","*"'),
        ("{'password': 'abc'}", "{'password': '***'}"),
        ('}{"password":"é"', '}{"password":"**"'),
        ('hello {"token":"abc"} there', 'hello {"token":"***"} there'),
        ("", None),
    ],
)
def test_masked(text: str, masked: str | None) -> None:
    """By name, at any depth, whole or broken."""
    found, attachments = mask_json(text)
    assert found == (text if masked is None else masked)
    assert not attachments
    assert len(found.encode()) == len(text.encode())


def test_attachments_are_named() -> None:
    """A placeholder in a secret's place tells the number, and stays; either order, any spaces."""
    text = '[{"_placeholder":true,"num":0},{"key":{"secret":[{"num": 2 , "_placeholder" : true}]}}]'
    assert mask_json(text) == (text, {2})


def test_a_choice_of_ones_own() -> None:
    """Everything, but for what is named."""
    found, _ = mask_json('{"a":"b","offset":"c","d":[1,"e"]}', lambda name: keep if name == "offset" else None, stars)
    assert found == '{"a":"*","offset":"c","d":[0,"*"]}'


NAMES = st.sampled_from(["password", "apiKey", "user", "x", "list"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def masked_value(value: Any, hidden: bool) -> Any:
    """What a value should become, told without reading text."""
    if isinstance(value, dict):
        return {name: masked_value(item, hidden or by_name(name) is not None) for name, item in value.items()}
    if isinstance(value, list):
        return [masked_value(item, hidden) for item in value]
    if not hidden or value is None or isinstance(value, bool):
        return value
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return "*" * (len(text.encode()) - 2)
    return "*" * (len(text) - 2) if len(text) > 1 else 0


@given(VALUES)
def test_any_json(value: Any) -> None:
    """Stays JSON of the same size, in which only secrets have changed."""
    text = json.dumps(value, ensure_ascii=False)
    found, _ = mask_json(text)
    assert json.loads(found) == masked_value(value, hidden=False)
    assert len(found.encode()) == len(text.encode())


@pytest.mark.parametrize(
    "text", ["[", '{"password":[', '"a":"', "\\", '"\\\\', "{ ", '{"password":', "]", ",", '"', "x"]
)
def test_huge_text_takes_linear_time(text: str) -> None:
    """The worst, nested or not."""
    huge = text * (300_000 // len(text))
    assert len(mask_json(huge)[0]) == len(huge)
