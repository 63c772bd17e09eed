"""Words that explanations share. What comes from a capture is made printable and short here."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.stamps import to_text
from analyzer.text import elide
from analyzer.units import duration

LONGEST_ID = 32
"""Characters of a session id that are shown: the official ones have 20."""
_NAMED = 3
"""Names listed before the rest is counted."""


def clock(time: int) -> str:
    """The time of day in UTC: ``12:00:01.200``."""
    return to_text(int(time))[11:23]


def took(ns: float) -> str:
    """A span of ns as a person reads it."""
    return duration(float(ns) / 1e9)


def ms(value: float) -> str:
    """A span of ms; ``unknown`` for NaN."""
    return duration(float(value) / 1e3) if np.isfinite(value) else "unknown"


def quote(value: Any, width: int = 60) -> str:
    """Something of the capture, printable, in at most about ``width`` characters; empty where there is nothing."""
    return elide(value.strip(), width) if isinstance(value, str) else ""


def named(names: Sequence[str]) -> str:
    """Some names, the rest counted: ``a, b, c and 4 more``."""
    shown = ", ".join(elide(name, LONGEST_ID) for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
