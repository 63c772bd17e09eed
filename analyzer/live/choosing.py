"""Which rule is due, and how long what it holds back has to wait. Time is given, in seconds of any steady clock."""

from collections import OrderedDict
from collections.abc import Sequence
from random import Random
from typing import Final

from analyzer.live.facts import Facts
from analyzer.live.rule_keys import PACKETS
from analyzer.live.rules import Rule

_MOST: Final = 50_000
_EVENTS: Final = ("EVENT", "BINARY_EVENT")


class Sessions:
    """When sessions began: when they were first seen. What came before is forgotten first."""

    def __init__(self) -> None:
        self._begun: OrderedDict[str, float] = OrderedDict()

    def age(self, session: str | None, now: float) -> float:
        """Seconds since the beginning of a session; 0 where there is none yet."""
        if session is None:
            return 0.0
        begun = self._begun.setdefault(session, now)
        if len(self._begun) > _MOST:
            self._begun.popitem(last=False)
        return now - begun


class Chooser:
    """Knows which rule is due: the first one that matches and whose turn, time, count and luck it is."""

    def __init__(
        self, rules: Sequence[Rule], chance: Random, now: float = 0.0, sessions: Sessions | None = None
    ) -> None:
        self._rules, self._chance, self._since = rules, chance, now
        self._sessions = sessions or Sessions()
        self._counts: OrderedDict[tuple[int, str | None], list[int]] = OrderedDict()
        self._free: OrderedDict[tuple[str | None, str | None], float] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def choose(self, facts: Facts, now: float = 0.0, deeds: Sequence[str] = PACKETS) -> Rule | None:
        """The rule that now acts on something, None for none."""
        age = self._sessions.age(facts.session, now)
        for i, rule in enumerate(self._rules):
            if rule.do not in deeds or not _able(rule, facts) or not rule.match(facts):
                continue
            if _timely(rule, age if rule.per_session else now - self._since) and self._due(i, rule, facts.session):
                return rule
        return None

    def wait(self, rule: Rule) -> float:
        """Seconds that a delay takes, jitter included."""
        return (rule.seconds or 0.0) + self._chance.uniform(0, rule.jitter)

    def pace(self, rule: Rule, facts: Facts, size: int, now: float) -> float:
        """When the last of ``size`` bytes is through, at a throttle's rate and behind those before it in the same
        session and direction.
        """
        key = (facts.session, facts.direction)
        self._free[key] = max(now, self._free.pop(key, 0.0)) + size / rule.bytes_per_second
        if len(self._free) > _MOST:
            self._free.popitem(last=False)
        return self._free[key]

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


def _able(rule: Rule, facts: Facts) -> bool:
    """Whether there is anything that the rule could do."""
    if rule.do == "limit":
        return facts.size > rule.bytes
    if rule.do == "answer":
        return facts.ack is not None and facts.type in _EVENTS
    return True


def _timely(rule: Rule, age: float) -> bool:
    return age >= rule.after_seconds and (rule.until_seconds is None or age < rule.until_seconds)
