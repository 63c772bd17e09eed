"""What the server has said live, found again by what it was expected as: by kind, namespace and event, not by place."""

from collections import Counter
from collections.abc import Sequence

from analyzer.replay.steps import ACK, OPEN, Expected, Key, Said


class Arrivals:
    """The packets of one live session; the n-th of a key is taken for the n-th captured one."""

    def __init__(self, expected: Sequence[Expected]) -> None:
        self.received: list[Said] = []
        """All of them in order."""
        self.acks: dict[int, Said] = {}
        """The acks by the step they answer."""
        self.came: list[Said | None] = [None] * len(expected)
        """What came for each expectation, None while nothing has."""
        self._expected = expected
        self._places = {(each.key, each.nth): i for i, each in enumerate(expected) if each.answers is None}
        self._places_of_acks = {each.answers: i for i, each in enumerate(expected) if each.answers is not None}
        self._counts: Counter[Key] = Counter()
        self._lost: Counter[Key] = Counter()
        self._hopeless: set[Key] = set()
        self._hopeless_acks: set[int] = set()

    def add(self, said: Said, answers: int | None = None) -> int | None:
        """A packet came; an ack with the step it ``answers``. Gives the place of what was expected, None if nothing."""
        if said.kind != OPEN:
            self.received.append(said)
        if said.kind == ACK:
            if answers is None:
                return None
            self.acks.setdefault(answers, said)
            place = self._places_of_acks.get(answers)
        else:
            key = said.key
            self._counts[key] += 1
            self._hopeless.discard(key)
            place = self._places.get((key, self._counts[key]))
        if place is not None and self.came[place] is None:
            self.came[place] = said
        return place

    def passed(self, place: int) -> bool:
        """Whether order need not wait for an expectation: it came, or as many of its kind as can still be hoped for."""
        each = self._expected[place]
        if each.said.kind == ACK:
            return self.came[place] is not None or place in self._hopeless_acks
        if each.key in self._hopeless:
            return True
        return self._counts[each.key] >= each.nth - self._lost[each.key]

    def give_up(self, place: int) -> None:
        """An expectation was waited for in vain: wait for those behind it as if it had come; after the second time in a
        row, for none of its key.
        """
        each = self._expected[place]
        if each.said.kind == ACK:
            self._hopeless_acks.add(place)
            return
        if self._lost[each.key]:
            self._hopeless.add(each.key)
        self._lost[each.key] = max(self._lost[each.key], each.nth - self._counts[each.key])
