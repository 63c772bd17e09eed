"""Secrets in JSON text, which stays as it was sent but for them: no number, escape or space is written anew.

The text is read token by token, so nesting costs nothing, and what is no JSON (cut short, say) is masked as far as it
is some and then as plain text.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from analyzer.store.redact_names import is_secret
from analyzer.store.redact_text import MASK, Hide, mask_text, stars

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}:,]|[^\[\]{}:,"]++', re.DOTALL)
_COLON = re.compile(r"\s*+:")
_SCALAR = re.compile(r"true|false|null|-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?")
_PLACEHOLDER = re.compile(
    r'\{\s*+(?:"_placeholder"\s*+:\s*+true\s*+,\s*+"num"\s*+:\s*+(\d{1,9})'
    r'|"num"\s*+:\s*+(\d{1,9})\s*+,\s*+"_placeholder"\s*+:\s*+true)\s*+\}'
)
_CONSTANTS: Final = frozenset({"true", "false", "null"})

Choose = Callable[[str], Hide | None]
"""A field's name to what hides its value; None where the name says nothing."""


def keep(text: str) -> str:
    """A value that is no secret, whatever is around it."""
    return text


def by_name(name: str) -> Hide | None:
    """The choice of names alone."""
    return stars if is_secret(name) else None


def mask_json(text: str, choose: Choose = by_name, hide: Hide | None = None) -> tuple[str, set[int]]:
    """JSON text with its secrets masked, and the numbers of the attachments that are secrets.

    What ``choose`` says of a field is true of all within its value; ``hide`` is for what no field decides (None: only
    what looks like a secret). In a value that is hidden, names, ``true``, ``false`` and ``null`` stay, and a number
    becomes text of its length. Text that is no JSON is masked as such, too.
    """
    walk = _Walk(text, choose, hide)
    masked = "".join(walk.pieces())
    return (masked if walk.whole else mask_text(masked)), walk.attachments


class _Walk:
    """One pass over the tokens."""

    def __init__(self, text: str, choose: Choose, hide: Hide | None) -> None:
        self.whole = True
        """Whether the text was JSON, as far as brackets and values show."""
        self.attachments: set[int] = set()
        self._text, self._choose = text, choose
        self._hides: list[tuple[int, Hide | None]] = [(0, hide)]
        """Depth at which each hiding began."""
        self._depth = 0
        self._next: Hide | None = None
        """What hides the value of the field just named."""

    def pieces(self) -> Iterator[str]:
        """The masked text."""
        after = 0
        for match in _TOKEN.finditer(self._text):
            if match.start() < after:
                continue
            token = match[0]
            if token[0] == '"':
                yield self._string(token, match.end())
            elif token in "[{":
                placeholder = _PLACEHOLDER.match(self._text, match.start()) if token == "{" else None
                if placeholder is None:
                    self._open()
                else:
                    after, token = placeholder.end(), placeholder[0]
                    self._attachment(int(placeholder[1] or placeholder[2]))
                yield token
            elif token in "]}:,":
                self._close(token)
                yield token
            else:
                yield self._scalar(token)
        self.whole &= self._depth == 0

    def _string(self, token: str, end: int) -> str:
        closed = len(token) > 1 and token[-1] == '"'  # the pattern stops at a quote that is not escaped, or at the end
        inner, last = (token[1:-1], '"') if closed else (token[1:], "")
        self.whole &= closed
        if _COLON.match(self._text, end):
            self._next = self._choose(_name(token, inner))
            return f'"{mask_text(inner)}{last}'
        hide = self._hide() or mask_text
        self._next = None
        return f'"{hide(inner)}{last}'

    def _scalar(self, token: str) -> str:
        value = token.strip()
        if not value:
            return token
        number = _SCALAR.fullmatch(value) is not None
        self.whole &= number
        hide, self._next = self._hide(), None
        if hide is None or hide is keep or value in _CONSTANTS:
            return token
        return token.replace(value, _number(value) if number else hide(value), 1)

    def _hide(self) -> Hide | None:
        return self._next or self._hides[-1][1]

    def _attachment(self, number: int) -> None:
        if self._hide() not in (None, keep):
            self.attachments.add(number)
        self._next = None

    def _open(self) -> None:
        self._depth += 1
        if self._next is not None:
            self._hides.append((self._depth, self._next))
            self._next = None

    def _close(self, token: str) -> None:
        if token in ",]}":
            self._next = None
        if token in "]}":
            if len(self._hides) > 1 and self._hides[-1][0] == self._depth:
                self._hides.pop()
            self.whole &= self._depth > 0
            self._depth -= 1


def _name(token: str, inner: str) -> str:
    """A field's name, its escapes undone."""
    if "\\" not in inner:
        return inner
    try:
        return str(json.loads(token))
    except ValueError:
        return inner


def _number(value: str) -> str:
    """As long as the number, and JSON."""
    return f'"{MASK * (len(value) - 2)}"' if len(value) > 1 else "0"
