"""Which pushes are one broadcast."""

import numpy as np
import pytest

from analyzer.tables.bursts import Pushes, bursts


def dealt(*pushes: tuple[int, float, int], polling: bool = False) -> list[set[int]]:
    """Pushes (kind, ms, session) as the sets of sessions that each broadcast reached, in order of its first push."""
    kind, ms, session = zip(*pushes, strict=True) if pushes else ((), (), ())
    times = (np.array(ms, np.float64) * 1e6).astype(np.int64)
    given = Pushes(np.array(kind, np.int64), times, np.array(session, np.int64), np.full(len(kind), polling))
    found: dict[int, set[int]] = {}
    for number, each in zip(bursts(given).tolist(), session, strict=True):
        found.setdefault(number, set()).add(each)
    return list(found.values())


@pytest.mark.parametrize(
    ("pushes", "found"),
    [
        ([], []),
        ([(0, 0, 1), (0, 1, 2), (0, 2, 3)], [{1, 2, 3}]),
        ([(0, 0, 1), (1, 1, 2)], [{1}, {2}]),
        ([(0, 0, 1), (0, 60, 2)], [{1}, {2}]),
        ([(0, 0, 1), (0, 1, 2), (0, 2, 1), (0, 3, 2)], [{1, 2}, {1, 2}]),
        ([(0, 0, 1), (0, 1, 2), (0, 2, 1), (0, 3, 2), (0, 4, 3), (0, 4, 3)], [{1, 2, 3}, {1, 2, 3}]),
        ([(0, 0, 1), (0, 1, 2), (0, 500, 2), (0, 501, 1)], [{1, 2}, {1, 2}]),
    ],
)
def test_one_or_several(pushes: list[tuple[int, float, int]], found: list[set[int]]) -> None:
    """By what they say, by time, and each session once; a push that comes late goes where its session is missing."""
    assert dealt(*pushes) == found


def test_polls_take_longer() -> None:
    """A client that polls has to ask first; but no broadcast lasts for ever."""
    assert dealt((0, 0, 1), (0, 700, 2), polling=True) == [{1, 2}]
    assert dealt(*((0, 900 * n, n) for n in range(6)), polling=True) == [{0, 1, 2}, {3, 4, 5}]
