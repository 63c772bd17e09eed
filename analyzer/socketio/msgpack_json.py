"""msgpack values as the JSON text JSON.stringify writes for them; binary values become placeholders and attachments."""

from io import StringIO

from analyzer.issues import Issue, PacketError
from analyzer.javascript import number_text, quote
from analyzer.limits import Limits
from analyzer.socketio.msgpack_tokens import Date, Ext, Head, Token, Undefined, read

DEPTH = 1_000
"""Arrays and maps inside of each other, at most."""

_LARGEST_TIME = 8.64e15
_DAY = 86_400_000


class Transcoder:
    """Reads values of one packet in turn; ``attachments`` grows in depth-first order over all of them.

    `value` raises PacketError: ``SIO_BAD_MSGPACK`` for what is no msgpack, too deep or too long as text,
    ``SIO_ATTACHMENT_LIMIT`` for more binary values than the limit.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.attachments: list[bytes] = []
        self._data = data
        self._limits = limits

    def value(self, start: int) -> tuple[str | None, int]:
        """JSON text of the value at ``start``, None for ``undefined``, and where the next value begins."""
        token, at = read(self._data, start)
        return self._nested(token, at) if isinstance(token, Head) else (self._scalar(token), at)

    def _nested(self, head: Head, at: int) -> tuple[str, int]:
        """An array or map, without recursion: what encloses the one being written waits in ``around``."""
        out = StringIO()
        out.write(head.opening)
        around: list[tuple[str, int]] = []
        closing, left, comma = head.closing, head.size, ""
        while True:
            if not left:
                out.write(closing)
                if not around:
                    return out.getvalue(), at
                closing, left = around.pop()
                comma = ","
                continue
            left -= 1
            key, at = self._key(at) if closing == "}" else ("", at)
            token, at = read(self._data, at)
            if isinstance(token, Head):
                out.write(comma + key + token.opening)
                around.append((closing, left))
                closing, left, comma = token.closing, token.size, ""
            elif (text := self._scalar(token)) is not None or closing == "]":
                out.write(comma + key + (text or "null"))
                comma = ","
            self._check(out.tell(), len(around))

    def _scalar(self, token: Token) -> str | None:
        """JSON text of what is no array and no map, None for ``undefined``."""
        if isinstance(token, str):
            return quote(token)
        if isinstance(token, bytes):
            return self._placeholder(token)
        if isinstance(token, Ext):  # notepack gives [type, data]
            return f"[{token.code},{self._placeholder(token.data)}]"
        return None if isinstance(token, Undefined | Head) else scalar_text(token)

    def _key(self, start: int) -> tuple[str, int]:
        """A map's key as JSON text with its colon; what is no string becomes the one JavaScript makes of it."""
        token, at = read(self._data, start)
        if isinstance(token, Head | Ext | Date):
            raise PacketError(Issue.SIO_BAD_MSGPACK, f"a map key that is no scalar at byte {start}")
        if isinstance(token, Undefined):
            token = "undefined"
        elif isinstance(token, bytes):
            token = token.decode("utf-8", "replace")
        elif not isinstance(token, str):
            token = _property_name(token)
        return quote(token) + ":", at

    def _placeholder(self, data: bytes) -> str:
        if len(self.attachments) >= self._limits.attachments:
            raise PacketError(
                Issue.SIO_ATTACHMENT_LIMIT, f"more than {self._limits.attachments} binary values in a packet"
            )
        self.attachments.append(data)
        return f'{{"_placeholder":true,"num":{len(self.attachments) - 1}}}'

    def _check(self, length: int, depth: int) -> None:
        if depth > DEPTH:
            raise PacketError(Issue.SIO_BAD_MSGPACK, f"msgpack nested deeper than {DEPTH}")
        if length > self._limits.inflated:
            raise PacketError(Issue.SIO_BAD_MSGPACK, "msgpack too long as JSON text")


def scalar_text(token: Date | bool | int | float | None) -> str:
    """JSON text of a number, boolean, date or null."""
    if isinstance(token, bool):
        return "true" if token else "false"
    if isinstance(token, int):
        return str(token)
    if isinstance(token, float):
        return number_text(token)
    return _date_text(token.milliseconds) if isinstance(token, Date) else "null"


def _property_name(token: bool | int | float | None) -> str:
    if isinstance(token, float) and number_text(token) == "null":
        return "NaN" if token != token else "Infinity" if token > 0 else "-Infinity"
    return scalar_text(token)


def _date_text(milliseconds: float) -> str:
    """``Date.prototype.toJSON`` (ECMA-262 21.4.4.37): ISO 8601, signed years of six digits outside of 0 to 9999."""
    if abs(milliseconds) > _LARGEST_TIME:
        return "null"
    days, rest = divmod(int(milliseconds), _DAY)
    year, month, day = _civil(days)
    shown = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"
    minutes, rest = divmod(rest, 60_000)
    return (
        f'"{shown}-{month:02d}-{day:02d}T{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}Z"'
    )


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day since 1970-01-01 in the Gregorian calendar, by eras of 400 years from March."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return year_of_era + era * 400 + (month <= 2), month, day
