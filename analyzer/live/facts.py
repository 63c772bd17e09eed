"""What rules and filters look at in a packet, and what is told of a rule that acted."""

from typing import Final, NamedTuple

from analyzer.live.pretty import Item, summary
from analyzer.live.rules import Rule
from analyzer.text import elide

_TOLD: Final = 1 << 16
"""Characters of a packet that the row of an act holds at most; a longer one has its own row."""


class Facts(NamedTuple):
    """What filters look at in a packet; ``size`` is in bytes, as a limit counts them."""

    namespace: str | None = None
    event: str | None = None
    type: str | None = None
    direction: str | None = None
    session: str | None = None
    ack: int | None = None
    size: int = 0


class Act(NamedTuple):
    """Something a rule did to a packet (or, without one, to a request)."""

    rule: Rule
    facts: Facts
    item: Item | None = None
    more: str = ""

    @property
    def detail(self) -> str:
        """One sentence."""
        what = " ".join(part for part in (self.facts.type, self.facts.event) if part) or "a packet"
        return f"rule {self.rule.name!r}: {self.rule.do} {elide(what)}{self.more}"


def act(rule: Rule, facts: Facts, item: Item) -> Act:
    """What is told of a rule that acts on a packet."""
    return Act(rule, facts, item if len(item) <= _TOLD else None)


def facts_of(item: Item, revision: int, direction: str, session: str | None) -> Facts:
    """What filters look at; an Engine.IO packet has its type alone."""
    kind, packet = summary(item, revision)
    if packet is None:
        return Facts(None, None, kind, direction, session)
    return Facts(packet.namespace, packet.event, packet.type, direction, session, packet.ack_id)


def attachments_of(item: Item, revision: int) -> int:
    """How many binary packets belong to it and follow it."""
    packet = summary(item, revision)[1]
    return packet.attachments if packet is not None and packet.parser == "json" else 0
