"""A JSON document read value by value (RFC 8259), so that only the value at hand is in memory."""

import codecs
import json
from decimal import Decimal
from typing import Any, Final

from analyzer.issues import CaptureError
from analyzer.sources.streams import Stream

LARGEST: Final = 1 << 28
"""Characters of one value at most."""
_LEAST: Final = 1 << 18
_TAIL: Final = 16
"""Characters before the end within which what is cut off there (an escape, a literal) shows as an error."""
_LONG: Final = 4000
"""Digits of a number at most."""
_SPACE: Final = " \t\r\n"


class JsonText:
    """The document of a stream. ``what`` is how to call it where it is damaged.

    Every method raises CaptureError, one line, where the text is not what it should be.
    """

    def __init__(self, stream: Stream, what: str) -> None:
        self._stream = stream
        self._what = what
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._pos = 0
        self._passed = 0
        self._at_end = False
        self._decoder = json.JSONDecoder(
            strict=False, parse_float=_number, parse_int=_number, parse_constant=lambda name: None
        )

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._pos < len(self._text):
                if self._text[self._pos] not in _SPACE:
                    return self._text[self._pos]
                self._pos += 1
            if not self._more():
                return ""

    def take(self, mark: str) -> bool:
        """Whether the next character is ``mark``; it is passed then."""
        if self.peek() != mark:
            return False
        self._pos += 1
        return True

    def expect(self, mark: str) -> None:
        """Pass ``mark``, which has to be next."""
        if not self.take(mark):
            raise self.damaged()

    def value(self) -> Any:
        """The next value, whatever it is; numbers as int or Decimal, NaN and the infinities as None."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._pos)
            except json.JSONDecodeError as error:
                if not self._cut(error):
                    raise self.damaged(error.pos) from None
                if not self._more():
                    raise self._early() from None
                continue
            except (RecursionError, ValueError):
                raise CaptureError(f"{self._stream.where}: is nested too deeply; {self._advice}") from None
            if end < len(self._text) or not self._more():
                self._pos = end
                return found

    def key(self) -> str | None:
        """The next member's name, its colon passed; None, the closing brace passed, where there are no more."""
        if self.take("}"):
            return None
        self.take(",")
        name = self.value()
        if not isinstance(name, str):
            raise self.damaged()
        self.expect(":")
        return name

    def damaged(self, pos: int | None = None) -> CaptureError:
        """The error for a document that is not as it should be at ``pos``, or where reading is."""
        if pos is None and self.peek() == "":
            return self._early()
        place = self._passed + (self._pos if pos is None else pos)
        return CaptureError(f"{self._stream.where}: is damaged at character {place}; {self._advice}")

    def _early(self) -> CaptureError:
        return CaptureError(f"{self._stream.where}: {self._stream.trouble or 'ends early'}; {self._advice}")

    @property
    def _advice(self) -> str:
        return f"no {self._what} is written so; save it again"

    def _cut(self, error: json.JSONDecodeError) -> bool:
        """Whether an error may be only because the text was read no further."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _TAIL

    def _more(self) -> bool:
        """Read as much again as there is to read of, so that a large value is gone over a few times only."""
        left = len(self._text) - self._pos
        if self._at_end:
            return False
        if left > LARGEST:
            raise CaptureError(f"{self._stream.where}: holds a value of more than 256 Mi characters; give it in parts")
        parts, size = [self._text[self._pos :]], 0
        while size < max(_LEAST, left) and not self._at_end:
            parts.append(self._read())
            size += len(parts[-1])
        self._text, self._passed, self._pos = "".join(parts), self._passed + self._pos, 0
        return size > 0

    def _read(self) -> str:
        data = self._stream.read(_LEAST)
        self._at_end = not data
        try:
            return self._bytes.decode(data, final=self._at_end)
        except UnicodeDecodeError as error:
            if self._at_end:
                return ""
            raise CaptureError(f"{self._stream.where}: is not UTF-8 ({error.reason}); {self._advice}") from None


def _number(text: str) -> int | Decimal | None:
    try:
        return None if len(text) > _LONG else int(text) if text.lstrip("-").isdigit() else Decimal(text)
    except ArithmeticError:  # an exponent beyond all measure
        return None
