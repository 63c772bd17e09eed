"""What all that shapes traffic has in common: the rules in force, and what was begun on one connection and ends on
another.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from analyzer.live.answering import Answered
from analyzer.live.choosing import Chooser, Sessions
from analyzer.live.facts import Act
from analyzer.live.injection import Injection
from analyzer.live.pretty import Item
from analyzer.live.seams import Seams
from analyzer.live.unit import Begun

_MOST: Final = 4096
Parcel = tuple[Act, list[Item]]
"""Packets, and what the rule did that made them up."""


class Mailbox:
    """Packets for a side of a session (by sid and direction) that polls: they go with the next body."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[str, str], list[Parcel]] = OrderedDict()

    def put(self, sid: str, direction: str, parcels: list[Parcel]) -> None:
        """Some more; those of the session that was written to longest ago are forgotten where there are too many."""
        self._waiting.setdefault((sid, direction), []).extend(parcels)
        self._waiting.move_to_end((sid, direction))
        if len(self._waiting) > _MOST:
            self._waiting.popitem(last=False)

    def take(self, sid: str | None, direction: str) -> list[Parcel]:
        """All of them."""
        return self._waiting.pop((sid or "", direction), [])


@dataclass(slots=True)
class Desk:
    """The rules in force, how to send and tell, and what outlives a connection."""

    injection: Injection
    told: Callable[[Act, str], None]
    """Takes what a rule did, and over which transport."""
    chooser: Chooser = field(default_factory=lambda: Chooser([], Random()))
    sessions: Sessions = field(default_factory=Sessions)
    answered: Answered = field(default_factory=Answered)
    begun: Begun = field(default_factory=Begun)
    mailbox: Mailbox = field(default_factory=Mailbox)
    seams: Seams = field(default_factory=Seams)
