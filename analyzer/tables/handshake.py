"""What the server promised each session in its open packet."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.tables.view import View

Floats = npt.NDArray[np.float64]

_LONGEST = 1 << 16
"""Characters of an open packet's JSON that are looked into: it has some hundred."""
_LARGEST = 1 << 53


@dataclass(frozen=True)
class Handshakes:
    """Numbers of the open packets, one a key; NaN where there was none or it is no such number."""

    interval: Floats
    """``pingInterval``, ms."""
    timeout: Floats
    """``pingTimeout``, ms."""
    payload: Floats
    """``maxPayload``, bytes."""


def handshakes(view: View) -> Handshakes:
    """The handshake of every key of a log."""
    found = [_parsed(data) for data in view.values("data", view.first(view.opens))]
    column = partial(_column, found)
    return Handshakes(column("pingInterval"), column("pingTimeout"), column("maxPayload"))


def _column(found: list[dict[str, Any]], name: str) -> Floats:
    return np.array([_number(values.get(name)) for values in found], np.float64)


def _parsed(data: Any) -> dict[str, Any]:
    if not isinstance(data, str) or len(data) > _LONGEST:
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float:
    """A whole number that can be meant, or NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        return float("nan")
    return float(int(value))
