"""Rules about compression."""

from collections.abc import Iterator

import numpy as np

from analyzer.findings.case import Case
from analyzer.findings.draft import Draft
from analyzer.units import count, size

FEWEST = 20
"""Compressed messages from which on it is worth a word."""
SAVED = 0.05
"""Share of the bytes that compression should save at least."""


def compression_costs(case: Case) -> Iterator[Draft]:
    """``compression_costs``: at least twenty messages over WebSocket that were compressed (their size on the wire is
    another one), which saved less than 5 % in all. Source: RFC 7692; engine.io issue 559, ws on its memory.
    """
    view = case.view
    before, after = view.numbers("size"), view.numbers("wire_size")
    squeezed = view.packets & view.websocket & np.isfinite(before) & np.isfinite(after) & (before != after)
    counts = view.counts(squeezed)
    sums = view.counts(squeezed, np.nan_to_num(before)), view.counts(squeezed, np.nan_to_num(after))
    for key in np.flatnonzero((counts >= FEWEST) & (sums[1] > (1 - SAVED) * sums[0])).tolist():
        larger = sums[1][key] > sums[0][key]
        share = abs(sums[1][key] / max(sums[0][key], 1) - 1)
        fields = {
            "sid": case.sid(key),
            "count": count(counts[key]),
            "effect": f"{share:.0%} larger" if larger else f"only {share:.0%} smaller",
            "before": size(sums[0][key]),
            "after": size(sums[1][key]),
        }
        rows = case.of(key, squeezed)
        yield Draft("compression_costs", case.time(int(rows[0])), rows[:3].tolist(), fields, key, "deflate")
