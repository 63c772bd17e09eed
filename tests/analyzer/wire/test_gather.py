"""Records from many offsets at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.wire.gather import records

SHAPE = np.dtype([("a", ">u2"), ("b", "u1")])


@given(st.binary(max_size=20), st.lists(st.integers(0, 30), max_size=10))
def test_each_record_is_what_stands_there_and_zeros_behind_the_end(buffer: bytes, offsets: list[int]) -> None:
    """Any offsets, in any order, also beyond the buffer."""
    found = records(buffer, np.array(offsets, np.int64), SHAPE)
    padded = buffer + bytes(40)
    assert found["a"].tolist() == [int.from_bytes(padded[at : at + 2], "big") for at in offsets]
    assert found["b"].tolist() == [padded[at + 2] for at in offsets]


@pytest.mark.parametrize("buffer", [b"", b"\x01", b"\x01\x02\x03"])
def test_no_offsets_give_no_records(buffer: bytes) -> None:
    """Whatever the buffer holds."""
    assert len(records(buffer, np.empty(0, np.int64), SHAPE)) == 0
