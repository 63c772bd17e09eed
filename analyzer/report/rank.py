"""Which sessions a person should look at first."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyzer.report.analysis import Analysis
from analyzer.report.summaries import is_in
from analyzer.report.values import Floats, floats

GOOD_CAUSES = ("client_close", "server_close")
"""Close causes that are nobody's trouble; a session still open has none."""
BAD_UPGRADES = ("refused", "failed", "abandoned")


def interest(analysis: Analysis) -> Floats:
    """One number a row of ``analysis.sessions``: the more went wrong the higher; ties go to the busier session."""
    sessions = analysis.sessions
    bad_close = sessions["close_cause"].notna().to_numpy(dtype=bool) & ~is_in(sessions["close_cause"], *GOOD_CAUSES)
    bad_upgrade = is_in(sessions["upgrade"], *BAD_UPGRADES)
    beats = analysis.heartbeats
    late, missed = (_share(sessions, beats[is_in(beats["state"], state)]) for state in ("late", "missed"))
    issues = _share(sessions, analysis.log[analysis.log["issue"].notna().to_numpy(dtype=bool)])
    packets = np.nan_to_num(floats(sessions["packets_c2s"])) + np.nan_to_num(floats(sessions["packets_s2c"]))
    packets = np.abs(packets) / (np.abs(packets).sum() + 1.0)
    score: Floats = 8.0 * bad_close + 4.0 * bad_upgrade + 4.0 * missed + 2.0 * late + 2.0 * issues + packets
    return score


def _share(sessions: pd.DataFrame, rows: pd.DataFrame) -> Floats:
    """How often a session shows in ``rows``, squeezed into 0 to 1."""
    counts = rows["session"].astype("object").value_counts()
    found = np.nan_to_num(floats(sessions["session"].astype("object").map(counts)))
    share: Floats = found / (found + 1.0)
    return share


def first(score: Floats, limit: int, kinds: Sequence[Hashable] = ()) -> "npt.NDArray[np.intp]":
    """Positions of ``limit`` high scores, in their original order.

    With ``kinds`` (one a score) each further one of a kind counts less, so that many alike do not hide the rest.
    """
    if len(score) <= limit:
        return np.arange(len(score))
    if len(kinds):
        score = score / (1.0 + _turns(score, kinds))
    return np.sort(np.argsort(-score, kind="stable")[:limit])


def _turns(score: Floats, kinds: Sequence[Hashable]) -> Floats:
    """How many of its kind score higher, for each."""
    table = pd.DataFrame({"score": -score, "kind": pd.Series(list(kinds), dtype="object")})
    groups = table.sort_values("score", kind="stable").groupby("kind", dropna=False)
    return floats(groups.cumcount().sort_index())
