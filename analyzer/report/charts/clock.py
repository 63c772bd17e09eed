"""Time along a chart: from its first moment on, in a unit that suits the span."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from analyzer.report import units
from analyzer.report.charts import look
from analyzer.report.values import NO_TIME, Floats, Times

_UNITS = (
    ("milliseconds", 1e6, 1e9),
    ("seconds", 1e9, 180e9),
    ("minutes", 60e9, 10_800e9),
    ("hours", 3600e9, 259_200e9),
    ("days", 86_400e9, np.inf),
)
"""Name, length in ns, and the span up to which the unit is used."""


@dataclass(frozen=True)
class Clock:
    """Turns times into positions on an axis."""

    origin: int
    """ns since 1970 UTC of position 0."""
    unit: str
    length: float
    """ns of one unit."""
    span: float
    """From the first to the last moment, in units."""

    @classmethod
    def over(cls, *moments: Times) -> "Clock":
        """A clock for all of these times; missing ones are left out."""
        known = [part[part != NO_TIME] for part in moments]
        first = min((int(part.min()) for part in known if len(part)), default=0)
        last = max((int(part.max()) for part in known if len(part)), default=0)
        unit, length = next((name, length) for name, length, limit in _UNITS if last - first <= limit)
        return cls(first, unit, length, (last - first) / length)

    def at(self, moments: Times) -> Floats:
        """Positions of times; NaN where one is missing."""
        return np.where(moments == NO_TIME, np.nan, (moments.astype(np.float64) - self.origin) / self.length)

    def label(self, ax: Axes) -> None:
        """Names the x axis, and keeps a little room at both ends."""
        look.name_axes(ax, f"{self.unit} since {units.moment(self.origin)}", ax.get_ylabel())
        room = max(self.span * 0.015, 1e-9)
        ax.set_xlim(-room, self.span + room if self.span else 1.0)
