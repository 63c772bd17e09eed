"""Values out of JSON that may be anything: what is not of the kind asked for counts as not there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Pairs = list[tuple[str, str]]


def member(value: Any, *path: str) -> Any:
    """The value at the end of a path of member names, None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str) -> str | None:
    """The string there."""
    found = member(value, *path)
    return found if isinstance(found, str) else None


def integer(value: Any, *path: str) -> int | None:
    """The whole number there, also where it is written with a fraction of zero."""
    found = member(value, *path)
    if isinstance(found, Decimal) and found.is_finite() and found.adjusted() < 20 and found == int(found):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def items(value: Any, *path: str) -> Iterator[Any]:
    """The items of the array there."""
    found = member(value, *path)
    return iter(found if isinstance(found, list) else ())


def identity(value: Any, *path: str) -> str | None:
    """The string or number there, as a string; None for an empty one."""
    found = integer(value, *path)
    return str(found) if found is not None else text(value, *path) or None


def pairs(value: Any, *path: str) -> Pairs:
    """Names and values of an array of ``{"name", "value"}`` (or of pairs), or of an object."""
    found = member(value, *path)
    if isinstance(found, dict):
        return [(name, each) for name, each in found.items() if isinstance(each, str)]
    several = [_pair(item) for item in (found if isinstance(found, list) else ())]
    return [(name, each) for name, each in several if isinstance(name, str) and isinstance(each, str)]


def _pair(item: Any) -> tuple[Any, Any]:
    if isinstance(item, list):
        return (item[0], item[1]) if len(item) == 2 else (None, None)
    return member(item, "name"), member(item, "value")
