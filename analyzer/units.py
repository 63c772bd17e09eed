"""Numbers as a person reads them: about three digits and a unit."""

import math
from collections.abc import Sequence
from itertools import pairwise

from analyzer.stamps import to_text

_PREFIXES = "kMGTP"

_YEAR = 31_557_600

NONE = "-"
"""What stands where there is no value."""


def duration(seconds: float | None) -> str:
    """A span of time: ``0.41 ms``, ``3.1 ms``, ``412 ms``, ``25.0 s``, ``3 min 20 s``, ``2 h 05 min``, ``3 d 04 h``,
    ``292 y``.
    """
    if seconds is None:
        return NONE
    if seconds < 0:
        return "-" + duration(-seconds)
    if seconds < 0.9995:
        return f"{_three(seconds * 1000)} ms"
    if seconds < 119.5:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s" if seconds < 99.95 else f"{seconds:.0f} s"
    return _long(round(seconds))


def milliseconds(value: float | None) -> str:
    """`duration` of a number of milliseconds."""
    return duration(None if value is None else value / 1000)


def spread(values: Sequence[float | None]) -> str:
    """Several numbers of milliseconds in one, a unit left out where it is that of the next: ``1.5/2.7/12.3 ms``."""
    shown = [milliseconds(value) for value in values if value is not None]
    same = [text.removesuffix(" " + then.rpartition(" ")[2]) for text, then in pairwise(shown)]
    return "/".join([*same, *shown[-1:]]) or NONE


def _three(value: float) -> str:
    if value == 0:
        return "0"
    if value < 0.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def _long(seconds: int) -> str:
    if seconds < 7_200:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    if seconds < 172_800:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    if seconds < _YEAR:
        return f"{seconds // 86_400} d {seconds % 86_400 // 3600:02d} h"
    return f"{seconds // _YEAR:,} y"


def size(count: float | None) -> str:
    """A number of bytes, decimal: ``512 B``, ``56.2 kB``, ``1.63 MB``."""
    if count is None:
        return NONE
    if abs(count) < 999.5:
        return f"{count:.0f} B"
    power = min(int(math.log10(abs(count) * 1.0005) / 3), len(_PREFIXES))
    value = abs(count) / 1000**power
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{'-' if count < 0 else ''}{value:.{digits}f} {_PREFIXES[power - 1]}B"


def count(number: float | None) -> str:
    """A whole number with separators: ``1,204``."""
    return NONE if number is None else f"{number:,.0f}"


def rate(per_second: float | None) -> str:
    """A number a second: ``0.02/s``, ``12.3/s``, ``1,204/s``."""
    if per_second is None:
        return NONE
    digits = 0 if per_second >= 99.95 else 1 if per_second >= 0.95 else 2
    return f"{per_second:,.{digits}f}/s"


def plural(number: float, noun: str, many: str | None = None) -> str:
    """``1 session``, ``2 sessions``, ``3 retries``."""
    return f"{count(number)} {noun if number == 1 else many or noun + 's'}"


def moment(time: int | None) -> str:
    """A time (ns since 1970 UTC) to the millisecond: ``2026-11-20 08:32:12.167 UTC``."""
    return NONE if time is None else f"{to_text(time)[:23].replace('T', ' ')} UTC"
