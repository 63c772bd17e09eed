"""A quick look at JSON as it stands for values that both sides say: all other packets need not be taken apart."""

import re
from collections.abc import Callable, Iterable, Sequence

from analyzer.replay.jsontext import dump, scalars
from analyzer.replay.steps import Plan

SHORTEST = 8
"""Characters of a value that is looked for inside of longer texts."""
WORDS = re.compile(r"[\w-]+(?:\.[\w-]+)*")
"""Parts of a longer text that may be values."""

_LEAVES = re.compile(r'"(?:[^"\\]++|\\.)*+"(?:\s*+:)?+|[^\[\]{}:,"\s]++', re.DOTALL)
"""Texts with their quotation marks, keys with their colon, and all other scalars."""
_NO_VALUES = ("true", "false", "null")

Find = Callable[[str], Iterable[str]]


def said(text: str) -> set[str]:
    """The scalars of a packet as text; some more, none less: keys, truth and nothing are among them."""
    if "\\" in text:
        return {value if isinstance(value, str) else dump(value) for _, value in scalars(text)}
    return {leaf.strip('"') for leaf in _LEAVES.findall(text)}


def sent(text: str) -> set[str]:
    """The same, and parts of longer texts that may be values of their own."""
    found = said(text)
    plain = "\n".join(found) if "\\" in text else text
    found.update([word for word in WORDS.findall(plain) if len(word) >= SHORTEST])
    return found


def echoed(plan: Plan) -> set[str]:
    """The values that a server gave before any client had sent them, and that a client sent then."""
    born: dict[str, float] = {}
    asked: dict[str, float] = {}
    for session in plan.sessions:
        _first(born, [(each.said.time, each.said.data) for each in session.expected], said)
        _first(asked, [(step.time, step.data) for step in session.steps], sent)
    found = {text for text in born.keys() & asked.keys() if born[text] < asked[text]}
    return {text for text in found.difference(_NO_VALUES) if not text.endswith('":')}  # which are keys


def _first(times: dict[str, float], packets: Sequence[tuple[float, str | None]], find: Find) -> None:
    """Note when values were first said; time and text of packets of one session, in their order."""
    own: dict[str, float] = {}
    for time, text in reversed(packets):
        if text is not None:
            own.update(dict.fromkeys(find(text), time))
    for text, time in own.items():
        if time < times.get(text, time + 1):
            times[text] = time
