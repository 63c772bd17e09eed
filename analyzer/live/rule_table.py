"""One ``[[rule]]`` of a rules file, checked: each mistake is told with its line and key."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from analyzer.issues import FilterError, RulesError
from analyzer.live.packet_filter import Filter, compile_filter
from analyzer.live.rule_keys import CHOICES, COMMON, DEEDS, KINDS, LEAST, NEEDED, NUMBER, OWN

_LONGEST_REASON: Final = 123
"""Bytes of a close frame's reason (RFC 6455 section 5.5)."""
_NO_STATUS: Final = 1005
"""Stands for a close frame without a code (RFC 6455 section 7.4.1)."""
_UNSENT: Final = (1004, 1006, 1015)
"""Close codes that no frame may carry."""


class Table:
    """One ``[[rule]]``: the ``index``-th of ``text``, read from the file ``where``."""

    def __init__(self, text: str, where: str, index: int, table: dict[str, Any]) -> None:
        self._text, self._where, self._index, self._table = text, where, index, table

    def checked(self) -> tuple[dict[str, Any], Filter]:
        """Its keys with their values, and its filter. Raises RulesError."""
        for key, value in self._table.items():
            self._kind(key, value)
        do = self._table.get("do")
        if do not in DEEDS:
            raise self._wrong("do", f"is one of {', '.join(DEEDS)}")
        for key in self._table:
            if key not in (*COMMON, *OWN[do]):
                raise self._wrong(key, f"does not belong to {do}, it {self._belongs(key)}")
        for key, what in [NEEDED[do]] if do in NEEDED else []:
            if not self._table.get(key):
                raise self._wrong(key, what)
        for key, what in self._amiss():
            raise self._wrong(key, what)
        given = {key: value for key, value in self._table.items() if key != "match"}
        return {"name": f"rule {self._index + 1}", **given}, self._match()

    def _kind(self, key: str, value: Any) -> None:
        if key not in KINDS:
            raise self._wrong(key, f"no such key; there are {', '.join(KINDS)}")
        kind = KINDS[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind in (int, str, dict, NUMBER)):
            raise self._wrong(key, f"{value!r} is not of its kind")
        if key in CHOICES and value not in CHOICES[key]:
            raise self._wrong(key, f"is one of {', '.join(CHOICES[key])}")

    def _amiss(self) -> Iterator[tuple[str, str]]:
        """Keys with values that cannot be, and why."""
        for key, value in self._table.items():
            if KINDS[key] in (int, NUMBER):
                yield from self._number(key, value)
            elif key in ("set", "data") and not _is_json(value):
                yield key, "holds something that JSON has not, such as a date"
        until = self._table.get("until_seconds")
        if until is not None and until <= self._table.get("after_seconds", 0):
            yield "until_seconds", "lie behind after_seconds"
        yield from self._close()

    def _number(self, key: str, value: float) -> Iterator[tuple[str, str]]:
        if not math.isfinite(value):
            yield key, "is a finite number"
        elif key == "probability" and value > 1:
            yield key, "lies between 0 and 1"
        elif value < 0:
            yield key, "cannot be negative"
        elif value < LEAST.get(key, 0):
            yield key, f"is at least {LEAST[key]}"

    def _close(self) -> Iterator[tuple[str, str]]:
        code, reason = self._table.get("code"), self._table.get("reason")
        if code is not None and (not 1000 <= code <= 4999 or code in _UNSENT):
            yield "code", "is a close code that a frame can carry: 1000 to 4999, but for 1004, 1006 and 1015"
        if reason is not None and code in (None, _NO_STATUS):
            yield "reason", "needs a code to go with, which is not 1005 (a close frame without any)"
        if reason is not None and len(reason.encode()) > _LONGEST_REASON:
            yield "reason", f"takes {_LONGEST_REASON} bytes at most"

    def _match(self) -> Filter:
        try:
            return compile_filter(self._table.get("match", ""))
        except FilterError as error:
            raise self._wrong("match", str(error)) from error

    def _belongs(self, key: str) -> str:
        return "goes with " + " or ".join(do for do, keys in OWN.items() if key in keys)

    def _wrong(self, key: str, what: str) -> RulesError:
        return RulesError(f"{self._where}, line {line_of(self._text, self._index, key)}: {key}: {what}")


def line_of(text: str, index: int, key: str) -> int:
    """The line of a key in the n-th rule, from 1; that of the rule where it has none."""
    lines = text.split("\n")
    heads = [i for i, line in enumerate(lines) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
    begin = heads[index] if index < len(heads) else 0
    end = heads[index + 1] if index + 1 < len(heads) else len(lines)
    for i, line in enumerate(lines[begin:end], begin):
        if re.match(rf"""\s*(\[\s*rule\s*\.\s*)?["']?{re.escape(key)}(?![\w-])""", line):
            return i + 1
    return begin + 1


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
