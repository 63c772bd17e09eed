"""The rules of JavaScript that show on the wire: ``Number(text)``, and what JSON.stringify writes."""

import math
import re
from json.encoder import encode_basestring

WHITESPACE = (
    "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""The characters ``Number`` trims (ECMA-262 12.2 and 12.3), fit for a character class of a regex."""

LARGEST_INT = (1 << 63) - 1
"""Largest integer a column of the log holds."""

LONGEST_NUMBER = 400
"""Characters of the longest text `to_number` reads; the largest double has 309 digits."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]++|[oO][0-7]++|[bB][01]++)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_number(text: str) -> float:
    """``Number(text)`` (ECMA-262 7.1.4.1): NaN for what is no number, and for any text over `LONGEST_NUMBER`
    characters."""
    if len(text) > LONGEST_NUMBER:
        return math.nan
    digits = text.strip(WHITESPACE)
    if not digits:
        return 0.0
    if _DECIMAL.fullmatch(digits):
        return float(digits)
    if _RADIX.fullmatch(digits):
        return _as_double(int(digits, 0))
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(digits, math.nan)


def to_count(text: str) -> int | None:
    """``Number(text)`` where that is a whole number from 0 to 2^53; None otherwise."""
    value = to_number(text)
    return int(value) if 0 <= value <= 1 << 53 and value == int(value) else None


def number_text(value: float) -> str:
    """``JSON.stringify(value)`` of a Number: shortest digits that read back, ``null`` for NaN and infinities, ``0``
    for -0."""
    if not math.isfinite(value):
        return "null"
    if abs(value) < 1e16 and value == int(value):
        return str(int(value))
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    if not exponent:
        return text
    sign = "-" if value < 0 else ""
    digits = mantissa.lstrip("-").replace(".", "")
    return sign + _placed(digits, int(power))


def _placed(digits: str, power: int) -> str:
    """``digits`` with the point after the first one, times ``10 ** power`` (ECMA-262 6.1.6.1.20, steps 6 to 10)."""
    if 0 <= power < 21:
        return digits.ljust(power + 1, "0")
    if -7 < power < 0:
        return "0." + "0" * (-power - 1) + digits
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{power:+d}"


def quote(text: str) -> str:
    """``JSON.stringify(text)``: controls, quotes, backslashes and lone surrogates escaped, everything else as it
    is."""
    quoted = encode_basestring(text)
    if text.isascii() or not _SURROGATE.search(quoted):
        return quoted
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", paired(quoted))


def paired(text: str) -> str:
    """``text`` with each high surrogate that a low one follows made the one character both stand for, as UTF-16 has
    it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _as_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
