"""Times as browsers and proxies write them, to ns since 1970 UTC; decimal fractions are taken digit by digit."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Final

from analyzer.stamps import EPOCH, SECOND, clamp

_ISO: Final = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,40}))?\s*(?:([Zz])|([+-])(\d\d):?(\d\d)?)?\s*",
    re.ASCII,
)
_CONTEXT: Final = Context(prec=60, traps=[])
_DIGITS: Final = 25
"""Digits beyond which a number cannot be a time."""
_UNITS: Final = ((10, 9), (13, 6), (16, 3), (19, 0))
"""Digits before the point up to which a time since 1970 counts seconds, ms, us, ns; and the power of ten to ns."""
_RECENT, _FAR = 1e9, 4e9
"""Seconds since 1970 of 2001 and 2096."""
_EARLIEST: Final = 8
"""A number with fewer digits before the point is no time since 1970 (in seconds, it would be before March 1973)."""


def of_text(text: str) -> int | None:
    """An ISO 8601 date and time; None where it is none. Without a zone it is UTC."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    fraction, zulu, sign, hours, minutes = match.group(7, 8, 9, 10, 11)
    try:
        moment = datetime(*(int(part) for part in match.groups()[:6]), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    offset = 0 if zulu or not sign else (int(hours) * 60 + int(minutes or 0)) * 60 * (-1 if sign == "-" else 1)
    seconds = (moment - EPOCH) // timedelta(seconds=1) - offset
    return clamp(seconds * SECOND + int((fraction or "0")[:9].ljust(9, "0")))


def since_1970(value: object) -> int | None:
    """A number of seconds, ms, us or ns since 1970, told apart by how large it is; None where it is none."""
    number = _decimal(value)
    if number is None or number < 1 or number.adjusted() < _EARLIEST:
        return None
    power = next((power for digits, power in _UNITS if number.adjusted() < digits), None)
    return None if power is None else clamp(_scaled(number, power))


def of_seconds(value: object) -> int | None:
    """A number of seconds since 1970."""
    if isinstance(value, float) and _RECENT <= value < _FAR:  # as nearly all are; this runs once a message
        time = _quick(value)
        if time is not None:
            return time
    number = _decimal(value)
    return None if number is None else clamp(_scaled(number, 9))


def _quick(value: float) -> int | None:
    """The digits that `_decimal` would find, by arithmetic. The shortest decimal that means a float of this size has at
    most seven digits behind the point, and is the nearest of so many; None where two are as near.
    """
    micro = round(value * 1e6)
    if micro / 1e6 == value:
        return micro * 1000
    whole = int(value)
    exact = (value - whole) * 1e7
    tenth = round(exact)
    return None if abs(exact - tenth) == 0.5 else whole * SECOND + tenth * 100


def span(milliseconds: object) -> int | None:
    """A duration; None where it is none, or negative, which stands for not known."""
    number = _decimal(milliseconds)
    return None if number is None or number < 0 else clamp(_scaled(number, 6))


def _decimal(value: object) -> Decimal | None:
    """The number exactly; of a float the shortest decimal that means it, which is what had been written."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > 4 * _DIGITS:
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() and number.adjusted() < _DIGITS else None


def _scaled(number: Decimal, power: int) -> int:
    """``number * 10 ** power``, cut to an integer."""
    if number.adjusted() + power < 0:
        return 0
    return int(number.scaleb(power, _CONTEXT))
