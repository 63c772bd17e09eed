"""What rules do to packets, as plain calls on values: which rule is due, and what becomes of a polling body."""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, NamedTuple

from analyzer.issues import PacketError
from analyzer.live.pretty import Item, summary
from analyzer.live.rules import PACKETS, Rule
from analyzer.socketio.packet import decode, encode
from analyzer.text import elide

_MOST: Final = 50_000
NOOP: Final = "6"
"""What a polling body says when nothing is left of it; peers ignore it."""


class Facts(NamedTuple):
    """What filters look at in a packet."""

    namespace: str | None = None
    event: str | None = None
    type: str | None = None
    direction: str | None = None
    session: str | None = None


class Act(NamedTuple):
    """Something a rule did to a packet (or, without one, to a request)."""

    rule: Rule
    facts: Facts
    item: Item | None = None

    @property
    def detail(self) -> str:
        """One sentence."""
        what = " ".join(part for part in (self.facts.type, self.facts.event) if part) or "a packet"
        return f"rule {self.rule.name!r}: {self.rule.do} {elide(what)}"


def facts_of(item: Item, revision: int, direction: str, session: str | None) -> Facts:
    """What filters look at; an Engine.IO packet has its type alone."""
    kind, packet = summary(item, revision)
    if packet is None:
        return Facts(None, None, kind, direction, session)
    return Facts(packet.namespace, packet.event, packet.type, direction, session)


def attachments_of(item: Item, revision: int) -> int:
    """How many binary packets belong to it and follow it."""
    packet = summary(item, revision)[1] if isinstance(item, str) else None
    return packet.attachments if packet is not None else 0


class Chooser:
    """Knows which rule is due: the first one that matches and whose turn, count and luck it is."""

    def __init__(self, rules: Sequence[Rule], chance: Random) -> None:
        self._rules, self._chance = rules, chance
        self._counts: OrderedDict[tuple[int, str | None], list[int]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def choose(self, facts: Facts, deeds: Sequence[str] = PACKETS) -> Rule | None:
        """The rule that now acts on something, None for none."""
        for i, rule in enumerate(self._rules):
            if rule.do in deeds and rule.match(facts) and self._due(i, rule, facts.session):
                return rule
        return None

    def _due(self, index: int, rule: Rule, session: str | None) -> bool:
        counts = self._counts.setdefault((index, session if rule.per_session else None), [0, 0])
        if len(self._counts) > _MOST:
            self._counts.popitem(last=False)
        counts[0] += 1
        if counts[0] <= rule.after or (rule.count is not None and counts[1] >= rule.count):
            return False
        if rule.probability < 1 and self._chance.random() >= rule.probability:
            return False
        counts[1] += 1
        return True

    def wait(self, rule: Rule) -> float:
        """Seconds that a delay takes, jitter included."""
        return rule.seconds + self._chance.uniform(0, rule.jitter)


@dataclass(slots=True)
class Shaped:
    """What became of a body: its ``items``, seconds to wait before it goes on, and whether it is cut off instead."""

    items: list[Item] = field(default_factory=list)
    wait: float = 0.0
    cut: bool = False
    acts: list[Act] = field(default_factory=list)


def shape(
    items: Sequence[Item], revision: int, chooser: Chooser, facts: Callable[[Item], Facts], noop: Item = NOOP
) -> Shaped:
    """Rules applied to the packets of a body; attachments share the fate of the packet they belong to."""
    done = Shaped()
    at = 0
    while at < len(items):
        head = items[at]
        end = at + 1 + attachments_of(head, revision)
        unit = list(items[at:end])
        at = end
        seen = facts(head)
        rule = chooser.choose(seen)
        if rule is None:
            done.items += unit
            continue
        done.acts.append(Act(rule, seen, head))
        _apply(rule, unit, done, chooser)
    if done.acts and not done.items:
        done.items = [noop]
    return done


def _apply(rule: Rule, unit: list[Item], done: Shaped, chooser: Chooser) -> None:
    if rule.do == "drop":
        return
    if rule.do == "replace":
        unit = [replaced(unit[0], rule.set), *unit[1:]]
    elif rule.do == "duplicate":
        unit = unit * 2
    elif rule.do == "delay":
        done.wait = max(done.wait, chooser.wait(rule))
    else:
        done.cut = True
    done.items += unit


def replaced(item: Item, changes: dict[str, Any]) -> Item:
    """A packet with values of its JSON changed: keys are paths with dots, ``1.price`` is ``price`` in the second item
    of an event's array, whose first is the name. What has no such place stays as it is.
    """
    if not isinstance(item, str) or item[:1] != "4":
        return item
    try:
        packet = decode(item[1:])
        head = encode(packet._replace(event=None, data=None, raw=None))
        value = json.loads(item[1 + len(head) :])
    except (PacketError, ValueError, RecursionError):
        return item
    for path, new in changes.items():
        _put(value, path.split("."), new)
    return "4" + head + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _put(value: Any, path: list[str], new: Any) -> None:
    for step in path[:-1]:
        value = _step(value, step)
    last = path[-1]
    if isinstance(value, dict):
        value[last] = new
    elif isinstance(value, list) and last.isdecimal() and int(last) < len(value):
        value[int(last)] = new


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None
