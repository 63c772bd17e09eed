"""Sessions that receive together, through time: an audience that grows or shrinks by those who just came, spoke or went
is the same one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from analyzer.tables.audiences import Audience

_ALIKE: Final = 0.5
"""Share of the sessions of both audiences together that are in both, at least, for one to follow the other."""
_REMEMBERED: Final = 8
"""Circles a session was last seen in that are kept in mind."""
_ASKED: Final = 16
"""Sessions of an audience that are asked for the circles they were last seen in."""
_LOOKED_AT: Final = 4
"""Circles, those named most often, that are looked at."""
_RETURNS: Final = 2
"""How often an audience may come back; where it does so more often there are two side by side."""

_FEW: Final = 3
"""Broadcasts to an audience below which it is none that others have become, if those come back."""


class Sent(NamedTuple):
    """A broadcast."""

    number: int
    time: int
    """ns since 1970 UTC."""
    space: int
    """Its namespace."""
    event: int
    audience: Audience


@dataclass(eq=False)
class Circle:
    """Broadcasts to one audience after another; numbers of `Sent`."""

    periods: list[list[Sent]] = field(default_factory=list)
    now: Audience = frozenset()
    """The latest audience."""

    @property
    def last(self) -> int:
        """When it was last sent to."""
        return self.periods[-1][-1].time

    @property
    def sent(self) -> list[Sent]:
        """All of its broadcasts."""
        return [one for period in self.periods for one in period]


Moved = Callable[[int, int, int], bool]
"""Whether a session came, spoke or went after one time and until another."""


def circles(broadcasts: Sequence[Sent], moved: Moved) -> list[Circle]:
    """Broadcasts in time order as circles."""
    now: dict[tuple[int, Audience], Circle] = {}
    seen: defaultdict[tuple[int, int], list[Circle]] = defaultdict(list)
    found: list[Circle] = []
    for one in broadcasts:
        circle = now.get((one.space, one.audience))
        if circle is None:
            circle = _followed(one, seen, moved)
            if circle is None:
                circle = Circle()
                found.append(circle)
            now[one.space, one.audience] = circle
            _remember(one, circle, seen)
        if circle.now != one.audience:
            circle.periods.append([])
            circle.now = one.audience
        circle.periods[-1].append(one)
    return [part for circle in found for whole in _unwoven(circle) for part in _cut(whole)]


def _remember(one: Sent, circle: Circle, seen: dict[tuple[int, int], list[Circle]]) -> None:
    for session in one.audience:
        known = seen[one.space, session]
        if circle not in known[-_REMEMBERED:]:
            seen[one.space, session] = [*known[1 - _REMEMBERED :], circle]


def _followed(one: Sent, seen: dict[tuple[int, int], list[Circle]], moved: Moved) -> Circle | None:
    """The circle whose audience has become this one's, the most alike of all."""
    shared = Counter(
        circle for session in islice(one.audience, _ASKED) for circle in seen.get((one.space, session), ())
    )
    enough = Counter({circle: count for circle, count in shared.items() if count > 1})  # one alone is never half
    for circle, _ in enough.most_common(_LOOKED_AT) if enough else ():
        alike = len(one.audience & circle.now)
        if alike >= _ALIKE * (len(one.audience) + len(circle.now) - alike) and all(
            moved(session, circle.last, one.time) for session in one.audience ^ circle.now
        ):
            return circle
    return None


def _unwoven(circle: Circle) -> list[Circle]:
    """Circles of one audience each, where audiences took turns; and without what went to others but once or twice
    before it went to the same as before again.
    """
    turns = Counter(period[0].audience for period in circle.periods)
    if max(turns.values()) == 1:
        return [circle]
    if max(turns.values()) <= _RETURNS:
        return _plain(circle)
    parts: dict[Audience, list[Sent]] = {}
    for one in circle.sent:
        parts.setdefault(one.audience, []).append(one)
    return [Circle([part], audience) for audience, part in parts.items()]


def _plain(circle: Circle) -> list[Circle]:
    """The circle, and each few broadcasts to others between two periods of one audience."""
    kept = [circle.periods[0]]
    aside: list[Circle] = []
    for place, period in enumerate(circle.periods[1:], 1):
        if period[0].audience == kept[-1][0].audience:
            kept[-1] = [*kept[-1], *period]
        elif len(period) < _FEW and kept[-1][0].audience in {later[0].audience for later in circle.periods[place:]}:
            aside.append(Circle([period], period[0].audience))
        else:
            kept.append(period)
    return [Circle(kept, kept[-1][0].audience), *aside]


def _cut(circle: Circle) -> list[Circle]:
    """Circles whose periods have events in common with those before."""
    found = [Circle([circle.periods[0]], circle.periods[0][0].audience)]
    for before, period in zip(circle.periods, circle.periods[1:], strict=False):
        if {one.event for one in before}.isdisjoint(one.event for one in period):
            found.append(Circle())
        found[-1].periods.append(period)
        found[-1].now = period[0].audience
    return found
