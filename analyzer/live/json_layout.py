"""JSON text laid out for people and back: only blanks between tokens change, so numbers and escapes stay as sent."""

import json
import re
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+|\s+|"', re.DOTALL)
_OPENING, _CLOSING = ("[", "{"), ("]", "}")
_SHORT: Final = 72
"""Characters up to which a list or an object stays on one line."""
_LARGEST: Final = 1 << 20
_DEEPEST: Final = 100
"""Levels shown; with more, the blanks before the lines would be more than all else."""


def spread(text: str) -> str:
    """``text`` over several lines, two blanks a level; as it is where it is very long, or no JSON."""
    if len(text) > _LARGEST or len(text) <= _SHORT:
        return text
    tokens = [token for token in _TOKEN.findall(text) if not token.isspace()]
    ends = _ends(tokens)
    if ends is None:
        return text
    lines, depth, i = [""], 0, 0
    while i < len(tokens):
        token = tokens[i]
        if token in _OPENING and not _fits(tokens, i, ends[i]):
            depth += 1
            lines[-1] += token
            lines.append("  " * depth)
        elif token in _OPENING:
            lines[-1] += "".join(tokens[i : ends[i] + 1])
            i = ends[i]
        elif token in _CLOSING:
            depth -= 1
            lines += ["  " * depth + token]
        elif token == ",":
            lines[-1] += token
            lines.append("  " * depth)
        else:
            lines[-1] += token + (" " if token == ":" else "")
        i += 1
    return "\n".join(lines)


def gather(text: str) -> str:
    """``text`` without blanks between its tokens. Raises ValueError where it is no JSON."""
    try:
        json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return "".join(token for token in _TOKEN.findall(text) if not token.isspace())


def _ends(tokens: list[str]) -> dict[int, int] | None:
    """Where each list and object ends; None where they do not."""
    ends: dict[int, int] = {}
    begun: list[int] = []
    for i, token in enumerate(tokens):
        if token in _OPENING:
            begun.append(i)
            if len(begun) > _DEEPEST:
                return None
        elif token in _CLOSING:
            if not begun:
                return None
            ends[begun.pop()] = i
    return None if begun else ends


def _fits(tokens: list[str], start: int, end: int) -> bool:
    return end - start < _SHORT and sum(map(len, tokens[start : end + 1])) <= _SHORT
