"""HTTP heads as the log's ``headers`` column."""

from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from analyzer.wire.http1 import Head

_SHORT = 256
"""Characters of values that are worth remembering."""

_HEADS = 1024
_WORTH = 4096
"""Heads that are remembered, and the characters of one that is worth it."""

_remembered: dict[tuple[tuple[str, str], ...], str] = {}


def as_json(request: Head | None, answer: Head | None) -> str:
    """``{"request": {...}, "response": {...}}``, names in lower case, values of a repeated field joined by a comma and
    a space.
    """
    return f'{{"request": {{{_fields(request)}}}, "response": {{{_fields(answer)}}}}}'


def _fields(head: Head | None) -> str:
    if head is None:
        return ""
    key = tuple(head.headers)
    found = _remembered.get(key)
    if found is None:
        found = _members(head.headers)
        if len(found) <= _WORTH:
            if len(_remembered) >= _HEADS:
                _remembered.clear()
            _remembered[key] = found
    return found


def _members(fields: list[tuple[str, str]]) -> str:
    if len({name for name, _ in fields}) < len(fields):
        fields = list(_joined(fields).items())
    return ", ".join([_known(*field) if len(field[1]) < _SHORT else _member(*field) for field in fields])


def _joined(fields: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _member(name: str, value: str) -> str:
    return f"{quoted(name)}: {quoted(value)}"


_known = lru_cache(maxsize=2048)(_member)
"""Most fields are those of the head before."""
