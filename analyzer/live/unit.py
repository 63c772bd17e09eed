"""A packet with its attachments on its way, and what is done to it. They may travel in several bodies, and even on two
transports: a session's upgrade may come in between.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from analyzer.live.facts import Act, Facts
from analyzer.live.pretty import Item
from analyzer.live.rules import Rule

_MOST: Final = 4096
_BEHIND: Final = "it waits behind what a rule holds back"


@dataclass(slots=True)
class Unit:
    """``left`` attachments are still to come; ``do`` is empty where nothing is done, ``held`` says that the packet does
    not go on as it is.
    """

    facts: Facts
    left: int
    act: Act | None = None
    do: str = ""
    held: bool = False
    items: list[Item] = field(default_factory=list)

    @property
    def why(self) -> str:
        """What the log says of it."""
        return self.act.detail if self.act is not None else _BEHIND

    @property
    def rule(self) -> Rule:
        """Of one that has something done to it."""
        assert self.act is not None
        return self.act.rule


class Begun:
    """Units of which one body or transport has brought a part; the one begun longest ago is forgotten first."""

    def __init__(self) -> None:
        self._units: OrderedDict[tuple[str, str], Unit] = OrderedDict()

    def put(self, session: str | None, direction: str, unit: Unit) -> None:
        """The rest of it will come by another way."""
        if session is not None:
            self._units[session, direction] = unit
        if len(self._units) > _MOST:
            self._units.popitem(last=False)

    def holds(self, session: str | None, direction: str) -> bool:
        """Whether there is one that lacks something."""
        return (session or "", direction) in self._units

    def take(self, session: str | None, direction: str) -> Unit | None:
        """The unit that was begun last, if it lacks something."""
        return self._units.pop((session or "", direction), None)
