"""The rules of fault injection: a TOML file, checked as a whole, each mistake told with its line and key."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.issues import FilterError, RulesError
from analyzer.live.packet_filter import Filter, compile_filter

PACKETS: Final = ("drop", "delay", "duplicate", "replace", "cut")
REQUESTS: Final = ("refuse-upgrade", "poll-error")
DEEDS: Final = (*PACKETS, *REQUESTS)
ERRORS: Final = {
    "transport-unknown": (400, '{"code":0,"message":"Transport unknown"}'),
    "unknown-sid": (400, '{"code":1,"message":"Session ID unknown"}'),
    "bad-request": (400, '{"code":3,"message":"Bad request"}'),
    "forbidden": (403, '{"code":4,"message":"Forbidden"}'),
    "unsupported-version": (400, '{"code":5,"message":"Unsupported protocol version"}'),
    "too-large": (413, ""),
    "bad-gateway": (502, "Bad Gateway"),
    "unavailable": (503, "Service Unavailable"),
    "gateway-timeout": (504, "Gateway Timeout"),
}
"""Answers that servers and proxies give to a poll, by name."""
_KEYS: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str, "match": str, "do": str, "after": int, "count": int, "probability": (int, float),
    "per_session": bool, "seconds": (int, float), "jitter": (int, float), "set": dict, "error": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """``do`` to what ``match`` means: the first ``after`` pass, then ``count`` (None: all) are met, each by chance."""

    name: str
    do: str
    match: Filter
    after: int = 0
    count: int | None = None
    probability: float = 1.0
    per_session: bool = True
    seconds: float = 0.0
    jitter: float = 0.0
    error: str = "bad-request"
    set: dict[str, Any] = field(default_factory=dict)


def read(path: str) -> list[Rule]:
    """The rules of a file. Raises RulesError, also where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"cannot read the rules {path}: {error}") from error
    return load(text, path)


def load(text: str, where: str) -> list[Rule]:
    """The rules of a file. Raises RulesError, one line: file, line, key, what is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{where}: {error}") from error
    tables = found.pop("rule", [])
    if found or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        key = next(iter(found), "rule")
        raise RulesError(f"{where}, line {_line(text, 0, key)}: {key}: rules are tables called [[rule]], nothing else")
    return [_Table(text, where, i, table).rule() for i, table in enumerate(tables)]


class _Table:
    """One ``[[rule]]``."""

    def __init__(self, text: str, where: str, index: int, table: dict[str, Any]) -> None:
        self._text, self._where, self._index, self._table = text, where, index, table

    def rule(self) -> Rule:
        """What it says."""
        for key, value in self._table.items():
            if key not in _KEYS:
                raise self._wrong(key, f"no such key; there are {', '.join(_KEYS)}")
            if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and _KEYS[key] is not bool):
                raise self._wrong(key, f"{value!r} is not of its kind")
        self._numbers()
        do = self._table.get("do")
        if do not in DEEDS:
            raise self._wrong("do", f"is one of {', '.join(DEEDS)}")
        if do == "delay" and not self._table.get("seconds"):
            raise self._wrong("seconds", "a delay needs them")
        if do == "replace" and not self._table.get("set"):
            raise self._wrong("set", 'a replacement needs it, such as set = { "1.price" = 5 }')
        if self._table.get("error", "bad-request") not in ERRORS:
            raise self._wrong("error", f"is one of {', '.join(ERRORS)}")
        given = {key: value for key, value in self._table.items() if key != "match"}
        return Rule(**{"name": f"rule {self._index + 1}", **given, "match": self._match()})

    def _match(self) -> Filter:
        try:
            return compile_filter(self._table.get("match", ""))
        except FilterError as error:
            raise self._wrong("match", str(error)) from error

    def _numbers(self) -> None:
        for key in ("after", "count", "seconds", "jitter"):
            if self._table.get(key, 0) < 0:
                raise self._wrong(key, "cannot be negative")
        if not 0 <= self._table.get("probability", 1) <= 1:
            raise self._wrong("probability", "lies between 0 and 1")

    def _wrong(self, key: str, what: str) -> RulesError:
        return RulesError(f"{self._where}, line {_line(self._text, self._index, key)}: {key}: {what}")


def _line(text: str, index: int, key: str) -> int:
    """The line of a key in the n-th rule; of the rule where it has none."""
    heads = [i for i, line in enumerate(text.split("\n")) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
    begin = heads[index] if index < len(heads) else 0
    end = heads[index + 1] if index + 1 < len(heads) else text.count("\n") + 1
    for i, line in enumerate(text.split("\n")[begin:end], begin):
        if re.match(rf"""\s*\[?["']?{re.escape(key)}\b""", line):
            return i + 1
    return begin + 1
