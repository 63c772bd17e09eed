"""Which rows a person should see first."""

import numpy as np

from analyzer.report import rank


def test_trouble_comes_first(crowd):
    """Sessions that timed out, were cut off or could not upgrade score above those where nothing happened."""
    score = rank.interest(crowd)
    cause = crowd.sessions["close_cause"].astype("object")
    fine = ((cause == "client_close") & (crowd.sessions["upgrade"] == "completed")).to_numpy(dtype=bool)
    assert score[(cause == "ping_timeout").to_numpy(dtype=bool)].min() > np.median(score[fine])
    assert score[(cause == "transport_cut").to_numpy(dtype=bool)].min() > score[fine].max()


def test_no_rows(empty):
    """No sessions have no scores."""
    assert rank.interest(empty).tolist() == []


def test_the_highest_in_order():
    """As many as asked for, in their own order; all where there are fewer."""
    assert rank.first(np.array([1.0, 5.0, 3.0, 4.0]), 2).tolist() == [1, 3]
    assert rank.first(np.array([1.0, 2.0]), 5).tolist() == [0, 1]


def test_kinds_take_turns():
    """Many of one kind do not hide a single one of another."""
    score = np.array([9.0] * 50 + [2.0])
    assert 50 not in rank.first(score, 10)
    assert 50 in rank.first(score, 10, ["a"] * 50 + ["b"])
