"""What differs from run to run by its nature, taken out before values are compared: ids, times, long hex."""

import re
from dataclasses import dataclass, field
from typing import Any

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
_HEX = r"(?=[0-9a-fA-F]*[0-9])(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{16,}"
_SID = r"(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20}"
_MASKS = re.compile(
    rf"(?P<uuid>{_UUID})|(?P<time>{_TIME})|(?<![\w-])(?:(?P<hex>{_HEX})|(?P<sid>{_SID}))(?![\w-])",
    re.ASCII,
)
_SHORTEST = 6
"""Characters of a live value that is looked for inside of longer texts."""
_DAYS = 30 * 86_400.0
_UNITS = (1.0, 1e3, 1e6, 1e9)
"""Seconds, milliseconds, microseconds and nanoseconds since 1970."""


def mask(text: str) -> str:
    """``text`` with ids, times and long hex replaced by what they are."""
    return _MASKS.sub(lambda found: f"<{found.lastgroup}>", text)


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Compares scalars of the capture with live ones. ``then`` and ``now`` are when each was recorded, in seconds since
    1970; ``swaps`` live texts to the captured ones they stand for.
    """

    then: float
    now: float
    swaps: dict[str, str] = field(default_factory=dict)

    def same(self, captured: Any, observed: Any) -> bool:
        """Whether two scalars say the same."""
        if isinstance(captured, bool) or isinstance(observed, bool):
            return captured is observed
        if isinstance(captured, int | float) and isinstance(observed, int | float):
            return captured == observed or self._swapped(captured, observed) or self._times(captured, observed)
        if isinstance(captured, str) and isinstance(observed, str):
            return captured == observed or self.text(captured) == self.text(self._back(observed))
        return bool(captured == observed)

    def text(self, text: str) -> str:
        """A text as it is compared."""
        if text.isascii() and text.isdigit() and self._is_time(float(text[:20]), self.then, self.now):
            return "<time>"
        return mask(text)

    def _swapped(self, captured: float, observed: float) -> bool:
        return self.swaps.get(str(observed)) == str(captured)

    def _back(self, text: str) -> str:
        """A live text with the captured values that its parts stand for."""
        if text in self.swaps:
            return self.swaps[text]
        for live, captured in self.swaps.items():
            if len(live) >= _SHORTEST and live in text:
                text = text.replace(live, captured)
        return text

    def _times(self, captured: float, observed: float) -> bool:
        return self._is_time(captured, self.then) and self._is_time(observed, self.now)

    @staticmethod
    def _is_time(value: float, *around: float) -> bool:
        """Whether a number is a time not far from one of ``around``."""
        return any(abs(value / unit - moment) < _DAYS for unit in _UNITS for moment in around)
