"""What a server said in one session, sorted for comparison: by key, acks by the step they answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from analyzer.replay.jsontext import Path, leaves_or_whole
from analyzer.replay.played import Played
from analyzer.replay.steps import ACK, OPEN, Key, Said, SessionPlan


@dataclass(slots=True)
class Account:
    """Packets by key in their order; ``spare`` are the numbers of those that need not come."""

    said: dict[Key, list[Said]] = field(default_factory=dict)
    spare: dict[Key, int] = field(default_factory=dict)
    acks: dict[int, Said] = field(default_factory=dict)
    surplus_acks: list[Said] = field(default_factory=list)


class Binary(NamedTuple):
    """A binary value, told by its content."""

    size: int
    digest: str

    def __str__(self) -> str:
        return f"<{self.size} bytes, sha256 {self.digest[:12]}>"


def captured(session: SessionPlan) -> Account:
    """What the capture says."""
    found = Account()
    for each in session.expected:
        if each.said.kind == OPEN:
            continue
        if each.answers is not None:
            if not each.optional:
                found.acks[each.answers] = each.said
            continue
        found.said.setdefault(each.key, []).append(each.said)
        if each.optional:
            found.spare[each.key] = found.spare.get(each.key, 0) + 1
    return found


def observed(played: Played) -> Account:
    """What came live, as far as the capture can know it."""
    received = played.received[: played.beyond]
    here = {id(said) for said in received}
    found = Account(acks={step: said for step, said in played.acks.items() if id(said) in here})
    known = {id(said) for said in found.acks.values()}
    for said in received:
        if said.kind != ACK:
            found.said.setdefault(said.key, []).append(said)
        elif id(said) not in known:
            found.surplus_acks.append(said)
    return found


def flat(said: Said) -> dict[Path, Any]:
    """The leaves of a packet by their paths, binary values as `Binary`."""
    found: dict[Path, Any] = {leaf.path: leaf.value for leaf in leaves_or_whole(said.data)}
    if not said.attachments:
        return found
    if said.data is None:
        return {(i,): _binary(data) for i, data in enumerate(said.attachments)}
    for path in [path for path, value in found.items() if path and path[-1] == "_placeholder" and value is True]:
        number = found.get((*path[:-1], "num"))
        if isinstance(number, int) and 0 <= number < len(said.attachments):
            del found[path], found[(*path[:-1], "num")]
            found[path[:-1]] = _binary(said.attachments[number])
    return found


def _binary(data: bytes) -> Binary:
    return Binary(len(data), sha256(data).hexdigest())


def containers(found: Mapping[Path, Any]) -> set[Path]:
    """The paths of all arrays and objects."""
    inner = {path[:i] for path in found for i in range(len(path))}
    return inner | {path for path, value in found.items() if isinstance(value, list | dict)}


Pair = tuple[Said | None, Said | None]


def paired(ours: Sequence[Said], theirs: Sequence[Said], signs: tuple[list[str], list[str]]) -> Iterator[Pair]:
    """Packets of one key in pairs, None where one has no partner: in order; where their numbers differ, those with
    equal ``signs`` first.
    """
    if len(ours) == len(theirs):
        yield from zip(ours, theirs, strict=True)
        return
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, *signs, autojunk=len(ours) + len(theirs) > 4_000)
    for _, a, b, c, d in matcher.get_opcodes():
        for i in range(max(b - a, d - c)):
            yield (ours[a + i] if a + i < b else None), (theirs[c + i] if c + i < d else None)
