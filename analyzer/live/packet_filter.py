"""Filters over packets and rows, written as mitmproxy writes its own: ``~e say & !(~n /admin | ~d s2c)``."""

import re
from collections.abc import Callable
from typing import Any, Final

from analyzer.issues import FilterError

Filter = Callable[[Any], bool]
"""Whether something with ``namespace``, ``event``, ``type``, ``direction`` and ``session`` is meant."""
FIELDS: Final = {"n": "namespace", "e": "event", "t": "type", "d": "direction", "s": "session"}
_TOKEN = re.compile(r"""\s*(?:(~\w+)|([&|!()])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s&|!()"']+))""")
_WAYS: Final = ("c2s", "s2c")
_DEEPEST: Final = 50


def compile_filter(text: str) -> Filter:
    """The filter that a text stands for; empty: everything. Raises FilterError with the place of what is wrong."""
    parser = _Parser(text)
    if not parser.tokens:
        return lambda thing: True
    found = parser.either(0)
    parser.end()
    return found


class _Parser:
    """Recursive descent: ``|`` binds least, then ``&`` (or nothing between two), then ``!``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens: list[tuple[int, str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong(at, "a quotation mark without its other one")
            kind = ("field", "mark", "word", "word", "word")[(found.lastindex or 1) - 1]
            self.tokens.append((found.start(found.lastindex or 0), kind, found[found.lastindex or 0]))
            at = found.end()
        self._next = 0

    def either(self, depth: int) -> Filter:
        """One or more with ``|`` between."""
        parts = [self._all(depth)]
        while self._take("|"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else lambda thing: any(part(thing) for part in parts)

    def end(self) -> None:
        """Nothing may follow."""
        if self._next < len(self.tokens):
            place, _, token = self.tokens[self._next]
            raise self._wrong(place, f"{token!r} is not expected here")

    def _all(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self._take("&") or self._begins():
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else lambda thing: all(part(thing) for part in parts)

    def _begins(self) -> bool:
        return self._next < len(self.tokens) and (self.tokens[self._next][1] == "field" or self._peek() in ("!", "("))

    def _one(self, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise self._wrong(0, "too many parentheses")
        if self._take("!"):
            inner = self._one(depth + 1)
            return lambda thing: not inner(thing)
        if self._take("("):
            inner = self.either(depth + 1)
            if not self._take(")"):
                raise self._wrong(len(self._text), "a ) is missing")
            return inner
        return self._field()

    def _field(self) -> Filter:
        place, kind, token = self._pop("one of " + ", ".join(f"~{name}" for name in FIELDS))
        name = FIELDS.get(token[1:]) if kind == "field" else None
        if name is None:
            fields = ", ".join(f"~{short} ({name})" for short, name in FIELDS.items())
            raise self._wrong(place, f"{token!r} is no field: use {fields}")
        at, kind, word = self._pop(f"what the {name} should be")
        if kind != "word":
            raise self._wrong(at, f"{token} wants a word behind it")
        if name == "direction" and word not in _WAYS:
            raise self._wrong(at, f"a direction is {' or '.join(_WAYS)}, not {word!r}")
        return self._matching(name, word, at)

    def _matching(self, name: str, word: str, at: int) -> Filter:
        try:
            wanted = re.compile(word, re.IGNORECASE if name == "type" else 0)
        except re.error as error:
            raise self._wrong(at, f"{word!r} is no regular expression ({error})") from error
        match = wanted.fullmatch if name in ("type", "direction") else wanted.search

        def matches(thing: Any) -> bool:
            value = getattr(thing, name)
            return value is not None and match(value) is not None

        return matches

    def _peek(self) -> str | None:
        if self._next >= len(self.tokens) or self.tokens[self._next][1] == "word":
            return None
        return self.tokens[self._next][2]

    def _take(self, mark: str) -> bool:
        found = self._peek() == mark
        self._next += found
        return found

    def _pop(self, wanted: str) -> tuple[int, str, str]:
        if self._next >= len(self.tokens):
            raise self._wrong(len(self._text), f"it ends where {wanted} is expected")
        self._next += 1
        return self.tokens[self._next - 1]

    def _wrong(self, place: int, what: str) -> FilterError:
        return FilterError(f"filter {self._text!r}, character {place + 1}: {what}")
