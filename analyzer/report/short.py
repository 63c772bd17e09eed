"""Session ids short enough for a column and still told apart: ``dVW1sKa7…`` for ``dVW1sKa7B7cEpcSEAAAA``."""

from collections import Counter
from collections.abc import Callable, Iterable

from analyzer.text import ELLIPSIS, printable

LONGEST = 200
"""Characters of an id looked at; a capture may claim ids of any length."""


def short_ids(
    ids: Iterable[str | None], width: int = 9, ellipsis: str = ELLIPSIS, safe: Callable[[str], str] = printable
) -> dict[str, str]:
    """Each id to a form of at most ``width`` characters, of what ``safe`` makes of it.

    Their beginnings, their ends or both are shown, whichever tells most of them apart; those still alike get a number
    (and become a little longer).
    """
    whole = {value: safe(value[:LONGEST]) or '""' for value in dict.fromkeys(ids) if value is not None}
    room = width - len(ellipsis)
    tried = (
        {value: _cut(text, width, tail, ellipsis) for value, text in whole.items()} for tail in (0, room, room // 2)
    )
    return _numbered(max(tried, key=lambda shown: len(set(shown.values()))))


def _cut(text: str, width: int, tail: int, ellipsis: str) -> str:
    """``text`` if it fits, else its beginning and its last ``tail`` characters."""
    if len(text) <= width:
        return text
    return text[: width - len(ellipsis) - tail] + ellipsis + (text[-tail:] if tail else "")


def _numbered(shown: dict[str, str]) -> dict[str, str]:
    alike = Counter(shown.values())
    seen: Counter[str] = Counter()
    found = {}
    for value, text in shown.items():
        seen[text] += 1
        found[value] = f"{text}#{seen[text]}" if alike[text] > 1 else text
    return found
