"""Acks that the proxy gives itself: made in the parser that the event was written in, and those of the peer that come
too late known again.
"""

import json
from collections import OrderedDict
from typing import Any, Final

from analyzer.live import speech
from analyzer.live.facts import Facts
from analyzer.live.pretty import Item, summary
from analyzer.live.rules import Rule
from analyzer.records import C2S, S2C

_MOST: Final = 50_000
LATE: Final = ", its own ack comes after the proxy's"
"""What is told of an ack that is not passed on."""
_ACKS: Final = ("ACK", "BINARY_ACK")


def answer(item: Item, revision: int, data: Any) -> list[Item]:
    """The packets that acknowledge an event to its sender; ``data`` is an array of arguments, or the only one.

    Raises ValueError where the event asks for no ack, or the data holds ``$binary`` that is no base64.
    """
    packet = summary(item, revision)[1]
    if packet is None or packet.ack_id is None:
        raise ValueError("no event that asks for an ack")
    values = data if isinstance(data, list) else [] if data is None else [data]
    arguments, voice = json.dumps(values, ensure_ascii=False), speech.Voice(revision, packet.parser)
    return speech.ack(packet.ack_id, arguments, packet.namespace, voice)


class Answered:
    """Events that the proxy answered and forwarded all the same: the peer's own ack must not arrive as well."""

    def __init__(self) -> None:
        self._expected: OrderedDict[tuple[str | None, str | None, int | None, str | None], Rule] = OrderedDict()

    def add(self, facts: Facts, rule: Rule) -> None:
        """An event was answered."""
        way = S2C if facts.direction == C2S else C2S
        self._expected[facts.session, facts.namespace, facts.ack, way] = rule
        if len(self._expected) > _MOST:
            self._expected.popitem(last=False)

    def take(self, facts: Facts) -> Rule | None:
        """The rule that has answered already what this ack answers; once for each event."""
        if facts.type not in _ACKS or not self._expected:
            return None
        return self._expected.pop((facts.session, facts.namespace, facts.ack, facts.direction), None)
