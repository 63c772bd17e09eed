"""When a log that is being written gives way to a new one, and what the old one is called."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from analyzer.issues import StoreError

_SIZES = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_TIMES = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_PART = re.compile(r"(\d{1,9})\s*([A-Za-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rotation:
    """``size`` in bytes and ``seconds`` after which a log is full; None: never."""

    size: int | None = None
    seconds: int | None = None


NEVER = Rotation()


def parse(text: str) -> Rotation:
    """Such as ``100M``, ``1h`` or ``100M,1h`` (what is reached first); empty: never. StoreError where it is neither."""
    size = seconds = None
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _PART.fullmatch(part)
        number, unit = (int(match[1]), match[2]) if match else (0, "")
        if number and unit in _SIZES:
            size = number * _SIZES[unit]
        elif number and unit in _TIMES:
            seconds = number * _TIMES[unit]
        else:
            units = ", ".join([*_SIZES, *_TIMES])
            raise StoreError(f"cannot rotate a log by {part!r}: give a number and one of {units}, such as 100M or 1h")
    return Rotation(size, seconds)


def aside(path: str, now: float) -> str:
    """A free name beside ``path`` with the time (seconds since 1970, UTC) in it."""
    stem, suffix = os.path.splitext(path)
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    name, count = f"{stem}-{stamp}{suffix}", 1
    while os.path.lexists(name):
        name, count = f"{stem}-{stamp}_{count}{suffix}", count + 1
    return name
