"""Numbers as a person reads them: `analyzer.units` by the name that reports know it by."""

from analyzer.units import NONE, count, duration, milliseconds, moment, plural, rate, size, spread

__all__ = ["NONE", "count", "duration", "milliseconds", "moment", "plural", "rate", "size", "spread"]
