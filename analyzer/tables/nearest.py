"""The nearest row of some kind before or behind another one of the same group, for all at once."""

import numpy as np

from analyzer.tables.view import NONE, Bools, Ints


def by_group(mask: Bools, groups: Ints) -> tuple[Ints, Ints]:
    """The rows of ``mask`` sorted by group, then by row; and the group of each. Rows without a group are left out."""
    rows = np.flatnonzero(mask & (groups >= 0))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    return rows, groups[rows]


def nearest_after(rows: Ints, groups: Ints, candidates: Ints, of: Ints) -> Ints:
    """For each row of a group the first candidate behind it in that group, `NONE` where there is none; see
    `by_group`.
    """
    width = _width(rows, candidates)
    at = np.searchsorted(of * width + candidates, groups * width + rows, side="right")
    return _taken(at, groups, candidates, of)


def nearest_before(rows: Ints, groups: Ints, candidates: Ints, of: Ints) -> Ints:
    """For each row of a group the last candidate before it in that group, `NONE` where there is none."""
    width = _width(rows, candidates)
    at = np.searchsorted(of * width + candidates, groups * width + rows, side="left") - 1
    return _taken(at, groups, candidates, of)


def _width(rows: Ints, candidates: Ints) -> int:
    return int(max(rows.max(initial=0), candidates.max(initial=0))) + 1


def _taken(at: Ints, groups: Ints, candidates: Ints, of: Ints) -> Ints:
    found = np.full(len(groups), NONE, np.int64)
    inside = np.flatnonzero((at >= 0) & (at < len(candidates)))
    inside = inside[of[at[inside]] == groups[inside]]
    found[inside] = candidates[at[inside]]
    return found
