"""Times in what is sent, moved: a replay of last month's session asks for this month's appointments."""

import re
from datetime import datetime, timedelta

from analyzer.replay.jsontext import Leaf, dump

_DAYS = 30 * 86_400.0
_UNITS = (1.0, 1e3, 1e6, 1e9)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def shifted(leaf: Leaf, then: float, shift: float) -> str | None:
    """The JSON text of a leaf moved by ``shift`` seconds, if it is a time within 30 days of ``then`` (seconds since
    1970): ISO 8601 with a zone, or a number of seconds or parts of seconds since 1970. None: it is no such time.
    """
    value = leaf.value
    if isinstance(value, str) and (found := _ISO.fullmatch(value)) is not None:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        if abs(moment.timestamp() - then) > _DAYS:
            return None
        moved = (moment + timedelta(seconds=shift)).isoformat(timespec=_spec(found[1]))
        return dump(moved.replace("+00:00", "Z") if found[2] == "Z" else moved)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = next((unit for unit in _UNITS if abs(value / unit - then) < _DAYS), None)
    if unit is None:
        return None
    return dump(value + int(shift * unit) if isinstance(value, int) else value + shift * unit)


def _spec(fraction: str | None) -> str:
    return "seconds" if fraction is None else "milliseconds" if len(fraction) <= 4 else "microseconds"
