"""Columns in few bytes: the same values, whatever batches they came in."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analyzer.tables import compact

TEXTS = [["b", None, "a"], [], [None, None], ["a", "c", "b"], ["\u20ac", ""]]


def test_text():
    """Each text is kept once, in the order of appearance; null is no text."""
    chunks = [compact.narrowed(pa.array(texts, pa.string()), "string") for texts in TEXTS]
    found = compact.categorical(chunks)
    assert [None if pd.isna(value) else value for value in found] == [text for texts in TEXTS for text in texts]
    assert list(found.categories) == ["b", "a", "c", "\u20ac", ""]
    assert found.codes.dtype == np.int8


@pytest.mark.parametrize(("values", "bits"), [(126, 8), (127, 16), (40_000, 32)])
def test_many_texts(values, bits):
    """Codes are as wide as they must be, in a batch and over all."""
    texts = [str(i) for i in range(values)]
    halves = [pa.array(texts[: values // 2]), pa.array(texts[values // 2 :])]
    found = compact.categorical([compact.narrowed(half, "string") for half in halves])
    assert found.codes.dtype.itemsize * 8 == bits
    assert list(found) == texts


def test_nothing():
    """No batch gives columns without rows."""
    assert len(compact.categorical([])) == len(compact.whole([])) == 0


@pytest.mark.parametrize(
    ("value", "bits"), [(127, 8), (-129, 16), (1 << 15, 32), (1 << 31, 64), ((1 << 63) - 1, 64), (-1 << 63, 64)]
)
def test_whole_numbers(value, bits):
    """Numbers are kept as narrow as they allow, and come back as they were."""
    first = compact.narrowed(pa.array([value, None], pa.int64()), "int64")
    second = compact.narrowed(pa.array([None, 1], pa.int64()), "int64")
    assert (first.type.bit_width, second.type.bit_width) == (bits, 8)
    found = compact.whole([first, second])
    assert found.dtype == "Int64"
    assert [None if pd.isna(number) else int(number) for number in found] == [value, None, None, 1]


def test_others():
    """Columns of other kinds stay as they are."""
    column = pa.array([1.5, None])
    assert compact.narrowed(column, "float64") is column


def test_release():
    """Memory of Arrow's that is in use stays."""
    column = pa.array(range(1000))
    compact.release()
    assert column[999].as_py() == 999
