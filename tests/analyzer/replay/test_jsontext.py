"""JSON text by its leaves."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.replay.jsontext import (
    ANY,
    DEEPEST,
    dump,
    fits,
    leaves,
    leaves_or_whole,
    parse,
    show,
    spliced,
    widened,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def build(found: dict[tuple[str | int, ...], object]) -> object:
    """A value put together again from its leaves."""
    if () in found:
        return found[()]
    heads = list(dict.fromkeys(path[0] for path in found))
    parts = {head: build({path[1:]: v for path, v in found.items() if path[0] == head}) for head in heads}
    return list(parts.values()) if isinstance(heads[0], int) else parts


@given(VALUES, st.sampled_from([None, 1]))
def test_leaves_hold_all_of_a_value(value: object, indent: int | None) -> None:
    """A value can be built again from the leaves of its text, however it is spaced."""
    text = json.dumps(value, indent=indent)
    found = leaves(text)
    assert build({leaf.path: leaf.value for leaf in found}) == value
    assert all(json.loads(text[leaf.start : leaf.end]) == leaf.value for leaf in found)


@given(VALUES)
def test_nothing_else_changes(value: object) -> None:
    """Each leaf put back where it stood gives the same text."""
    text = dump(value)
    assert spliced(text, [(x.start, x.end, text[x.start : x.end]) for x in leaves(text)]) == text


@pytest.mark.parametrize("text", ["[", "[1", "]", "{1:2}x]", '{"a"', "[" * (DEEPEST + 1), "[nul]"])
def test_what_is_no_json(text: str) -> None:
    """ValueError, or the whole text as one leaf."""
    with pytest.raises(ValueError):
        leaves(text)
    assert leaves_or_whole(text)[0].value == text
    assert leaves_or_whole(None) == []


def test_splice() -> None:
    """Pieces are replaced, the order in which they are given does not matter."""
    assert spliced("[1, 2]", [(4, 5, '"b"'), (1, 2, '"a"')]) == '["a", "b"]'


@given(st.lists(st.integers(0, 99) | st.text(min_size=1, max_size=6).filter(lambda t: t != ANY), max_size=5))
def test_paths_are_written_and_read(parts: list[str | int]) -> None:
    """What is shown can be read again."""
    assert parse(show(tuple(parts))) == tuple(parts)


def test_paths() -> None:
    """Paths as people know them; an index behind the first part can stand for all."""
    assert show((0, "order", "id", 3, "a b")) == '[0].order.id[3]["a b"]'
    assert widened((0, "items", 3, "id")) == (0, "items", ANY, "id")
    assert show(widened((0, 3))) == "[0][*]"
    assert fits((0, 7), parse("[0][*]"))
    assert not fits((0, "a"), parse("[0][*]"))
    with pytest.raises(ValueError, match="no path"):
        parse("[0] id")
