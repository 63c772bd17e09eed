"""Columns of tables as columns of text, and the words and styles that sections share."""

from collections.abc import Mapping
from typing import Any

from analyzer.report import units
from analyzer.report.text.screen import Screen
from analyzer.report.values import number, text

BAD, ODD, GOOD = "bold red", "yellow", "green"
"""Styles; the words beside them say the same without colour."""


def session(names: Mapping[str, str], value: Any) -> str:
    """The short form of a session's id."""
    return names.get(text(value) or "", units.NONE)


def words(screen: Screen, column: Any, width: int = 60) -> list[str]:
    """Text from a capture, safe to show; lists as one text."""
    return [
        screen.safe(", ".join(map(str, value)) if isinstance(value, list | tuple) else value, width) for value in column
    ]


def counts(column: Any) -> list[str]:
    """Whole numbers."""
    return [units.count(number(value)) for value in column]


def sizes(column: Any) -> list[str]:
    """Bytes."""
    return [units.size(number(value)) for value in column]


def spans(column: Any, unit: float = 0.001) -> list[str]:
    """Durations; ``unit`` is the column's in seconds."""
    found = (number(value) for value in column)
    return [units.duration(None if value is None else value * unit) for value in found]


def alarms(column: Any, sign: int = 1) -> list[str]:
    """The style of trouble where a number is above zero (below it, for a ``sign`` of -1)."""
    return [BAD if (number(value) or 0) * sign > 0 else "" for value in column]


def more(screen: Screen, left: int, noun: str, many: str | None = None) -> None:
    """A line that counts the rows not shown, where there are any."""
    if left > 0:
        screen.line(f"and {units.count(left)} more {noun if left == 1 else many or noun + 's'}", indent=2)
