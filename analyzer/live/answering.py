"""Acks that the proxy gives itself: made in the parser that the event was written in, and those of the peer that come
too late known again.
"""

import binascii
import json
from collections import OrderedDict
from typing import Any, Final

import msgpack

from analyzer.live import speech
from analyzer.live.facts import Facts
from analyzer.live.pretty import Item, summary
from analyzer.live.rules import Rule
from analyzer.records import C2S, S2C

_MOST: Final = 50_000
LATE: Final = ", its own ack comes after the proxy's"
"""What is told of an ack that is not passed on."""
_ACKS: Final = ("ACK", "BINARY_ACK")
_ACK: Final = 3
"""The type of an ack in msgpack; peers of both revisions take it with binary values, too."""


def answer(item: Item, revision: int, data: Any) -> list[Item]:
    """The packets that acknowledge an event to its sender; ``data`` is an array of arguments, or the only one.

    Raises ValueError where the event asks for no ack, or the data holds ``$binary`` that is no base64.
    """
    packet = summary(item, revision)[1]
    if packet is None or packet.ack_id is None:
        raise ValueError("no event that asks for an ack")
    values = data if isinstance(data, list) else [] if data is None else [data]
    if packet.parser == "json":
        return speech.ack(
            packet.ack_id, json.dumps(values, ensure_ascii=False), packet.namespace, speech.Voice(revision)
        )
    members = {"type": _ACK, "data": _unpacked(values), "id": packet.ack_id, "nsp": packet.namespace}
    body: bytes = msgpack.packb(members, unicode_errors="surrogatepass")
    return [body if revision >= 4 else b"\4" + body]


def _unpacked(value: Any) -> Any:
    """The value with bytes for its binary parts."""
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {speech.BINARY}:
        return binascii.a2b_base64(str(value[speech.BINARY]), strict_mode=True)
    return {key: _unpacked(each) for key, each in value.items()}


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
