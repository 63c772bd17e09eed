"""What rules do to the packets of a polling body, as plain calls on values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from analyzer.live.answering import LATE, Answered, answer
from analyzer.live.choosing import Chooser
from analyzer.live.facts import Act, act, attachments_of, facts_of
from analyzer.live.pretty import Item
from analyzer.live.replacing import replaced
from analyzer.live.rule_keys import PACKETS
from analyzer.live.rules import Rule
from analyzer.live.unit import Begun, Unit
from analyzer.records import C2S

NOOP: Final = "6"
"""What a polling body says when nothing is left of it; peers ignore it."""
_HELD: Final = ("drop", "answer", "duplicate", "reorder")
"""What is done to packets that do not go on as they are."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A body with packets: of which session, which way, how many bytes; and the moment, in seconds."""

    revision: int
    direction: str
    session: str | None
    size: int = 0
    now: float = 0.0


@dataclass(slots=True)
class Shaped:
    """What became of a body: its ``items``, seconds to wait before it goes on, what to do instead of that (``cut`` it
    off, or say that it is ``too_large``), what was done, and packets for the other direction.
    """

    items: list[Item] = field(default_factory=list)
    wait: float = 0.0
    cut: Rule | None = None
    too_large: bool = False
    acts: list[Act] = field(default_factory=list)
    answers: list[tuple[Act, list[Item]]] = field(default_factory=list)


class BodyShaper:
    """Rules applied to the packets of one body; attachments share the fate of the packet they belong to, which may have
    come with another one.
    """

    def __init__(self, chooser: Chooser, answered: Answered, begun: Begun, carried: Carried) -> None:
        self._chooser, self._answered, self._begun, self._carried = chooser, answered, begun, carried
        self._done = Shaped()
        self._waiting: list[tuple[int, list[Item]]] = []
        self._held = False

    def shape(self, items: Sequence[Item]) -> Shaped:
        """What becomes of them."""
        carried, done = self._carried, self._done
        unit = self._begun.take(carried.session, carried.direction)
        for i, item in enumerate(items):
            if unit is not None and _is_binary(item):
                self._part(unit, item)
                unit = unit if unit.left else None
                continue
            new = self._begin(item, len(items) - i - 1)
            if new.left and unit is not None:  # its attachments will not come any more
                self._finish(unit)
            unit = new if new.left else unit
        if unit is not None:
            self._begun.put(carried.session, carried.direction, unit)
        for _, waiting in self._waiting:
            done.items += waiting
        if self._held and not done.items:
            done.items = [NOOP]
        return done

    def _begin(self, item: Item, behind: int) -> Unit:
        """A packet that is no attachment, with so many behind it in the body."""
        carried = self._carried
        facts = facts_of(item, carried.revision, carried.direction, carried.session)
        # What is too large is a request; the size of an answer nobody limits.
        facts = facts._replace(size=carried.size if carried.direction == C2S else 0)
        unit = Unit(facts, attachments_of(item, carried.revision))
        late = self._answered.take(facts)
        deeds = [do for do in PACKETS if do != "reorder" or behind > unit.left]
        rule = late or self._chooser.choose(facts, carried.now, deeds)
        if rule is not None:
            unit.act = act(rule, facts, item)._replace(more=LATE if late else "")
            unit.do = "drop" if late else "forward" if rule.forward else rule.do
            self._done.acts.append(unit.act)
            self._at_once(unit)
        unit.held = unit.do in _HELD
        self._add(unit, replaced(item, unit.rule.set) if unit.do == "replace" else item)
        return unit

    def _part(self, unit: Unit, item: Item) -> None:
        unit.left -= 1
        self._add(unit, item)

    def _add(self, unit: Unit, item: Item) -> None:
        """One more part of a packet is there."""
        unit.items.append(item)
        self._held = self._held or unit.held
        if not unit.held:
            self._done.items.append(item)
        if not unit.left:
            self._finish(unit)

    def _at_once(self, unit: Unit) -> None:
        """What is done to the whole body."""
        done, rule = self._done, unit.rule
        if unit.do == "delay":
            done.wait = max(done.wait, self._chooser.wait(rule))
        elif unit.do == "limit":
            done.too_large = True
        elif unit.do == "cut":
            done.cut = rule

    def _finish(self, unit: Unit) -> None:
        """All of a packet is there."""
        done, now = self._done, self._carried.now
        if unit.do == "throttle":
            due = self._chooser.pace(unit.rule, unit.facts, sum(map(len, unit.items)), now)
            done.wait = max(done.wait, due - now)
        elif unit.do == "reorder":
            self._waiting.append((unit.rule.by, unit.items))
        elif unit.do == "duplicate":
            done.items += unit.items * 2
        elif unit.do in ("answer", "forward") and unit.act is not None:
            done.answers.append((unit.act, answer(unit.items[0], self._carried.revision, unit.rule.data)))
            if unit.do == "forward":
                self._answered.add(unit.facts, unit.rule)
        if not unit.held or unit.do == "duplicate":
            self._passed()

    def _passed(self) -> None:
        """A packet goes on, and behind it those that have waited for so many to do so."""
        self._waiting = [(count - 1, each) for count, each in self._waiting]
        for _, each in [waiting for waiting in self._waiting if waiting[0] <= 0]:
            self._done.items += each
        self._waiting = [waiting for waiting in self._waiting if waiting[0] > 0]


def _is_binary(item: Item) -> bool:
    return isinstance(item, bytes) or item[:1] == "b"
