"""Tables as plain values."""

import json

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report import plain


def test_every_kind_of_column():
    """Times become ISO text with nine digits, numbers finite numbers, what is missing None."""
    table = pd.DataFrame(
        {
            "time": pd.Series([pd.Timestamp(1_000_000_001, tz="UTC"), pd.NaT], dtype="datetime64[ns, UTC]"),
            "text": pd.Series(["a", None], dtype="string"),
            "whole": pd.Series([7, None], dtype="Int16"),
            "float": pd.Series([1.5, np.inf]),
            "flag": pd.Series([True, None], dtype="boolean"),
            "list": [[1, None, "x"], None],
        }
    )
    assert list(plain.rows(table)) == [
        ("1970-01-01T00:00:01.000000001Z", "a", 7, 1.5, True, [1, None, "x"]),
        (None,) * 6,
    ]


def test_other_values():
    """Arrays are lists, timestamps among objects are times, and strangers are their text."""
    assert plain.value(np.array([1, 2])) == [1, 2]
    assert plain.value(pd.Timestamp(5, tz="UTC")) == "1970-01-01T00:00:00.000000005Z"
    assert plain.value(b"x") == "b'x'"


def test_more_rows_than_a_chunk():
    """Rows come in order over the borders of chunks."""
    table = pd.DataFrame({"n": range(plain.CHUNK * 2 + 5)})
    assert [row[0] for row in plain.rows(table)] == list(range(plain.CHUNK * 2 + 5))


@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(), st.text(), st.booleans())))
def test_always_json(items):
    """Whatever a column of objects holds is JSON without NaN."""
    json.dumps(plain.column(pd.Series(items, dtype="object")), allow_nan=False)
