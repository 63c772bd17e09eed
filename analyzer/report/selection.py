"""Which rows of a log to show: those that fit some wishes, and those around a frame."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Generic, NamedTuple, Self, TypeVar

from analyzer.records import Row
from analyzer.stamps import EPOCH, SECOND, clamp, from_text

CONTEXT: Final = 5
"""Rows shown before and after the ones asked for."""
_FARTHEST: Final = 10**10
"""Seconds from the start of a log that make sense at most."""
T = TypeVar("T")


class Moment(NamedTuple):
    """A time: ns since 1970 UTC, or (``relative``) since the log's first row."""

    ns: int
    relative: bool


def moment(text: str) -> Moment:
    """Seconds from the log's first row (``12.5``), or a time in ISO 8601 (``2026-11-20T08:32:12.5Z``; UTC where it does
    not say). ValueError where it is neither.
    """
    try:
        seconds = float(text)
    except ValueError:
        return Moment(_absolute(text.strip()), False)
    if not abs(seconds) <= _FARTHEST:
        raise ValueError("that is no time")
    return Moment(round(seconds * SECOND), True)


def _absolute(text: str) -> int:
    try:
        return from_text(text)  # has all nine digits
    except ValueError:
        found = datetime.fromisoformat(text)
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    span = aware - EPOCH
    return clamp((span.days * 86_400 + span.seconds) * SECOND + span.microseconds * 1000)


@dataclass(frozen=True)
class Choice:
    """What rows have to be; what is not given does not matter."""

    session: str | None = None
    """Session id, or how it begins."""
    namespace: str | None = None
    """With or without the slash in front; a query behind it does not count."""
    event: str | None = None
    """Name, or a pattern with ``*`` and ``?``; acks of such events fit, too."""
    types: tuple[str, ...] = ()
    direction: str | None = None
    since: Moment | None = None
    """The first moment that fits."""
    until: Moment | None = None
    """The last one."""

    def starting(self, start: int) -> Self:
        """The same for a log whose first row is of this time, in ns; before that no relative moment is known."""
        since, until = (
            None if m is None else Moment(m.ns + start, False) if m.relative else m for m in (self.since, self.until)
        )
        return replace(self, since=since, until=until)

    def fits(self, row: Row, answered: str | None = None) -> bool:
        """Whether to show a row; ``answered`` is the event that it is the ack of."""
        return (
            (self.session is None or (row.session or "").startswith(self.session))
            and (self.direction is None or row.direction == self.direction)
            and (not self.types or (row.type or "").lower() in self._types)
            and (self.namespace is None or _namespace(row.namespace) == self._namespace)
            and (self.event is None or self._named(row.event if row.event is not None else answered))
            and (self.since is None or row.time >= self.since.ns)
            and (self.until is None or row.time <= self.until.ns)
        )

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(kind.lower() for kind in self.types)

    @cached_property
    def _namespace(self) -> str:
        wished = self.namespace or "/"
        return wished if wished.startswith("/") else f"/{wished}"

    def _named(self, event: str | None) -> bool:
        return event is not None and self.event is not None and (event == self.event or fnmatchcase(event, self.event))


def _namespace(name: str | None) -> str | None:
    return None if name is None else name.partition("?")[0]


class Around(Generic[T]):
    """Of things that belong to rows, taken one by one in the order of the log, those of a frame with some before and
    after; where no row is of that frame, those around the first row behind it.
    """

    def __init__(self, frame: int, context: int = CONTEXT) -> None:
        self._frame = frame
        self._left = 0
        self._context = context
        self._before: deque[T] = deque(maxlen=context)
        self._passed: set[str | None] = set()
        self.found = False
        """Whether there was any such row."""

    def take(self, row: Row, thing: T) -> list[T]:
        """What to show now."""
        if self._is_it(row):
            shown = [*self._before, thing]
            self._before.clear()
            self._left = self._context
            return shown
        if self._left:
            self._left -= 1
            return [thing]
        self._before.append(thing)
        return []

    def _is_it(self, row: Row) -> bool:
        if row.frame is None or row.frame < self._frame:
            return False
        it = row.frame == self._frame or row.source not in self._passed
        self._passed.add(row.source)
        self.found = self.found or it
        return it


def chosen(session: str | None, frame: int | None, context: int = CONTEXT) -> Callable[[list[Row]], list[Row]]:
    """What leaves of each block of rows those of a session, of those the ones around a frame."""
    choice = Choice(session=session)
    around: Around[Row] | None = None if frame is None else Around(frame, context)

    def choose(rows: list[Row]) -> list[Row]:
        fitting = [row for row in rows if choice.fits(row)]
        return fitting if around is None else [shown for row in fitting for shown in around.take(row, row)]

    return choose
