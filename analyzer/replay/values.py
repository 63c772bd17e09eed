"""Values in packets: which are worth a look when the server gives one and the client sends it, and how much."""

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any, NamedTuple

from analyzer.replay import echoes
from analyzer.replay.echoes import SHORTEST, WORDS
from analyzer.replay.jsontext import Path, dump, scalars, widened
from analyzer.replay.normalise import mask
from analyzer.replay.rules import Place
from analyzer.replay.steps import CONNECT, Plan, Said, Step

_ALIEN = 0.9
"""Worth from which on a value is believed to come from another session."""
_ID = re.compile(r"(?:^|_|-)(?:id|key|no|number|pid|ref|sid|token|uuid)$|(?:Id|ID|Key|No|Ref|Token|Uuid)$|offset")


class Given(NamedTuple):
    """A value of the server: where in the plan its packet is, and where in that."""

    time: float
    session: int
    expected: int
    path: Path
    place: Place
    text: str


class Wanted(NamedTuple):
    """A value of the client: ``text`` is all of a leaf, or a part of it."""

    time: float
    session: int
    step: int
    path: Path
    place: Place
    text: str
    value: Any


def given(plan: Plan, texts: Set[str] | None = None) -> Iterator[Given]:
    """All values of the servers, or those among ``texts``."""
    for s, session in enumerate(plan.sessions):
        for e, each in enumerate(session.expected):
            data = each.said.data
            if data is None or (texts is not None and texts.isdisjoint(echoes.said(data))):
                continue
            for path, text, _ in _scalars(each.said):
                if texts is not None and text not in texts:
                    continue
                yield Given(each.said.time, s, e, path, place_of(each.said, path), text)


def wanted(plan: Plan, texts: Set[str] | None = None) -> Iterator[Wanted]:
    """All values of the clients, parts of longer texts among them; with ``texts`` only of packets that hold one."""
    for s, session in enumerate(plan.sessions):
        for i, step in enumerate(session.steps):
            if step.data is None or (texts is not None and texts.isdisjoint(echoes.sent(step.data))):
                continue
            for path, text, value in _scalars(step):
                where = place_of(step, path)
                yield Wanted(step.time, s, i, path, where, text, value)
                if isinstance(value, str) and len(value) > SHORTEST:
                    for token in set(WORDS.findall(value)) - {text}:
                        if len(token) >= SHORTEST:
                            yield Wanted(step.time, s, i, path, where, token, value)


def place_of(packet: Said | Step, path: Path) -> Place:
    """The place of a path in packets like this one."""
    return _place(packet.kind, packet.namespace, packet.event, path)


@lru_cache(1 << 12)
def _place(kind: str, namespace: str, event: str | None, path: Path) -> Place:
    return Place(kind, namespace.partition("?")[0], event or "", widened(path))


def text_of(value: Any) -> str:
    """A scalar as text."""
    return value if isinstance(value, str) else dump(value)


def _scalars(packet: Said | Step) -> Iterator[tuple[Path, str, Any]]:
    for path, value in scalars(packet.data):
        if path and isinstance(value, str | int | float) and not isinstance(value, bool) and path[-1] != "num":
            yield path, text_of(value), value


def worth(text: str, value: Any) -> float:
    """From 0 to 1: how unlikely it is that two sides say this value by chance."""
    if not isinstance(value, str):
        digits = len(text.lstrip("-"))
        return 0.7 if digits >= 7 else 0.4 if digits >= 4 else 0.05
    if mask(text) != text:
        return 1.0
    mixed = any(c.isdigit() for c in text)
    if len(text) >= SHORTEST:
        return 0.9 if mixed else 0.4
    return (0.7 if len(text) >= 6 else 0.5 if len(text) >= 4 else 0.1) if mixed else 0.1


def near(gift: Given, want: Wanted) -> bool:
    """Whether a value may have come from there: from the same session before, from another one if it is no chance."""
    if gift.time >= want.time:
        return False
    if want.place.kind == CONNECT and want.path[-1] in ("pid", "offset"):
        return True  # connection state recovery: they come from the session that was lost
    value = want.text if isinstance(want.value, str) else want.value
    return gift.session == want.session or worth(want.text, value) >= _ALIEN


def kinship(source: Path, target: Path) -> float:
    """What the names of two places add: both may be called the same, or be the names of ids."""
    names = [next((str(p) for p in reversed(path) if isinstance(p, str) and p != "*"), "") for path in (source, target)]
    same = 0.2 if names[0] and names[0] == names[1] else 0.0
    return same + (0.3 if any(_ID.search(name) for name in names) else 0.0)
