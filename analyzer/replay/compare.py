"""What came back against what was captured: differences by kind, namespace, event and JSON path."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzer.replay.account import Account, Binary, containers, flat, paired
from analyzer.replay.jsontext import Path, dump, show, widened
from analyzer.replay.noise import Noise
from analyzer.replay.normalise import Normaliser, mask
from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, EVENT, MESSAGE, REFUSAL, Key, Said
from analyzer.text import elide

NONE, PRESENCE, COUNT, SHAPE, VALUES = "none", "presence", "count", "shape", "values"
LEVELS = (NONE, PRESENCE, COUNT, SHAPE, VALUES)
"""How closely is compared: each includes those before it."""

_WORDS = {EVENT: "event", ACK: "ack", CONNECT: "connect", DISCONNECT: "disconnect"}
_WORDS |= {REFUSAL: "refusal", MESSAGE: "message"}
_ROOTS = {EVENT: "args", ACK: "ack"}
_SHOWN = 200
"""Characters of a sample at most."""
_LIVE_IDS = {"sid", "pid"}
_OFFSET = re.compile(r"[\w-]{7}(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, or ``count`` alike; ``captured`` and ``observed`` are a sample as text.

    ``kind``: a word of the packet and ``_missing`` or ``_unexpected``; ``value``, ``type``, ``member_missing``,
    ``member_unexpected`` with a ``path``; ``not_sent`` and ``ending`` of the replay itself.
    """

    kind: str
    namespace: str | None = None
    event: str | None = None
    path: str | None = None
    captured: str | None = None
    observed: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """How closely, in what way, and but for what is compared."""

    level: str
    normaliser: Normaliser
    noise: Noise
    recovery: bool = False
    """Whether events carry an offset as their last argument (connection state recovery)."""


def differences(ours: Account, theirs: Account, terms: Terms) -> list[Difference]:
    """All differences of two accounts, ``ours`` captured and ``theirs`` observed."""
    if terms.level == NONE:
        return []
    found: list[Difference] = []
    for key in dict.fromkeys([*ours.said, *theirs.said]):
        found += _of_key(key, ours, theirs, terms)
    found += _of_acks(ours, theirs, terms)
    return [each for each in found if not terms.noise.hides(each.namespace, each.event, each.path)]


def grouped(found: Sequence[Difference]) -> list[Difference]:
    """Like differences as one, with the first as sample."""
    groups: dict[tuple[str | None, ...], Difference] = {}
    for each in found:
        name = (each.kind, each.namespace, each.event, each.path)
        known = groups.get(name)
        groups[name] = each if known is None else replace(known, count=known.count + each.count)
    return list(groups.values())


def _of_key(key: Key, ours: Account, theirs: Account, terms: Terms) -> Iterator[Difference]:
    mine, other = ours.said.get(key, []), theirs.said.get(key, [])
    spare = ours.spare.get(key, 0)
    mine = mine[: max(len(mine) - spare, min(len(mine), len(other)))]
    if terms.level == PRESENCE:
        if bool(mine) != bool(other):
            yield _alone((mine or other)[0], missing=bool(mine))
        return
    signs = ([_sign(said) for said in mine], [_sign(said) for said in other]) if len(mine) != len(other) else ([], [])
    for captured, observed in paired(mine, other, signs):
        yield from _pair(captured, observed, terms)


def _of_acks(ours: Account, theirs: Account, terms: Terms) -> Iterator[Difference]:
    for step in sorted(ours.acks.keys() | theirs.acks.keys()):
        yield from _pair(ours.acks.get(step), theirs.acks.get(step), terms)
    for said in theirs.surplus_acks:
        yield _alone(said, missing=False)


def _pair(captured: Said | None, observed: Said | None, terms: Terms) -> Iterator[Difference]:
    if captured is None or observed is None:
        if (said := captured or observed) is not None:
            yield _alone(said, missing=observed is None)
        return
    same = (captured.data, captured.attachments) == (observed.data, observed.attachments)
    if terms.level in (SHAPE, VALUES) and not same:
        yield from _inside(captured, observed, terms)


def _inside(captured: Said, observed: Said, terms: Terms) -> Iterator[Difference]:
    """What differs inside of two packets."""
    mine, other = flat(captured), flat(observed)
    if terms.recovery and captured.kind == EVENT and captured.ack_id is None:
        _without_offsets(mine, other)
    for kind, path, ours, theirs in _paths(mine, other, terms, captured.kind == CONNECT):
        shown = _ROOTS.get(captured.kind, "payload") + show(widened(path))
        yield Difference(kind, captured.namespace, captured.event, shown, ours, theirs)


def _without_offsets(*sides: dict[Path, Any]) -> None:
    """Take out the last argument, where it looks like an offset on both sides."""
    last = [max((path for path in side if len(path) == 1), default=None) for side in sides]
    if all(path and _OFFSET.fullmatch(str(side[path])) for path, side in zip(last, sides, strict=True)):
        for path, side in zip(last, sides, strict=True):
            del side[path or ()]


def _paths(
    mine: dict[Path, Any], other: dict[Path, Any], terms: Terms, joining: bool
) -> Iterator[tuple[str, Path, str | None, str | None]]:
    ours, theirs = containers(mine), containers(other)
    for path, value in mine.items():
        if path in other:
            if joining and path and path[-1] in _LIVE_IDS:
                continue
            if _type(value) != _type(other[path]):
                yield "type", path, _text(value), _text(other[path])
            elif terms.level == VALUES and not terms.normaliser.same(value, other[path]):
                yield "value", path, _text(value), _text(other[path])
        elif path in theirs and path not in ours:
            yield "type", path, _text(value), "…"
    yield from _lacking("member_missing", mine, other, theirs)
    for kind, path, sample, _ in _lacking("member_unexpected", other, mine, ours):
        yield kind, path, None, sample


def _lacking(
    kind: str, mine: dict[Path, Any], other: dict[Path, Any], theirs: set[Path]
) -> Iterator[tuple[str, Path, str | None, str | None]]:
    """The outermost members that only one side has, and where the other one has a scalar in the place of several."""
    told: set[Path] = set()
    for path, value in mine.items():
        if path in other or path in theirs:
            continue
        head = next(path[:depth] for depth in range(1, len(path) + 1) if path[:depth] not in theirs)
        if head in told:
            continue
        told.add(head)
        if head not in other:
            yield kind, head, _text(value) if head == path else "…", None
        elif kind == "member_missing":
            yield "type", head, "…", _text(other[head])


def _alone(said: Said, *, missing: bool) -> Difference:
    word = f"{_WORDS.get(said.kind, said.kind)}_{'missing' if missing else 'unexpected'}"
    shown = elide(said.data, _SHOWN) if said.data is not None else None
    return Difference(word, said.namespace, said.event, None, *((shown, None) if missing else (None, shown)))


def _sign(said: Said) -> str:
    return mask(said.data or "") + "".join(str(len(data)) for data in said.attachments)


def _type(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, Binary):
        return "binary"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _text(value: Any) -> str:
    return elide(str(value) if isinstance(value, Binary) else dump(value), _SHOWN)
