"""The nearest row before or behind another one of its group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.tables.nearest import by_group, nearest_after, nearest_before

LOGS = st.lists(st.tuples(st.integers(-1, 3), st.booleans()), max_size=20)


@given(LOGS)
def test_nearest(rows):
    """The same as looking at one row after another."""
    groups = np.array([group for group, _ in rows], np.int64)
    mask = np.array([there for _, there in rows], bool)
    asked = np.flatnonzero(groups >= 0)
    found = by_group(mask, groups)
    wanted = [[j for j in range(len(rows)) if mask[j] and groups[j] == groups[i]] for i in asked]
    after = [min((j for j in some if j > i), default=-1) for i, some in zip(asked, wanted, strict=True)]
    before = [max((j for j in some if j < i), default=-1) for i, some in zip(asked, wanted, strict=True)]
    assert nearest_after(asked, groups[asked], *found).tolist() == after
    assert nearest_before(asked, groups[asked], *found).tolist() == before
