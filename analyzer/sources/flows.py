"""Flow files of mitmproxy 11 and 12, read with mitmproxy's own reader; times are the proxy's."""

import gc
from collections.abc import Callable
from typing import Any

from analyzer.issues import CaptureError, Issue
from analyzer.sources import flow_exchange, flow_file
from analyzer.sources.flow_file import Damage
from analyzer.sources.seen import Account, Seen, Terms
from analyzer.sources.streams import Stream
from analyzer.text import elide

_COLLECTED = 64
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a flow may raise whose parts are not of their kinds; mitmproxy takes them as they come."""


def read(stream: Stream, terms: Terms) -> Account:
    """All HTTP flows of a file. Raises CaptureError without mitmproxy, and where there is no flow it can read."""
    reader = _Reader(stream, terms)
    for i, found in enumerate(flow_file.flows(stream, _mitmproxy(stream.where)), 1):
        if i % _COLLECTED == 0:
            gc.collect(0)  # mitmproxy's reader leaves each flow in a cycle, and the collector may be at rest
        if isinstance(found, Damage):
            reader.damaged(found)
        else:
            reader.flow(found)
    return reader.finish()


def _mitmproxy(where: str) -> Callable[[Any], Any]:
    try:
        from mitmproxy.io import FlowReader
    except ImportError as error:
        raise CaptureError(
            f"{where}: reading mitmproxy flow files needs mitmproxy; pip install 'sioscope[proxy]'"
        ) from error
    made: Callable[[Any], Any] = FlowReader
    return made


class _Reader:
    """Flow by flow. One that was saved several times counts once, as it was when most of it was there."""

    def __init__(self, stream: Stream, terms: Terms) -> None:
        self._account = Account(stream.where)
        self._stream = stream
        self._terms = terms
        self._flows: dict[str, Seen] = {}
        self._damage: list[Damage] = []
        self._strange = 0
        self._backwards = 0

    def flow(self, flow: Any) -> None:
        """The next flow."""
        try:
            kind, name = str(flow.type), str(flow.id)
            if kind != "http":
                self._account.others[kind] += 1
                return
            seen, backwards = flow_exchange.read(flow, self._terms)
        except _UNREADABLE:
            self._strange += 1
            return
        known = self._flows.get(name)
        if known is None or _fullness(known) <= _fullness(seen):
            self._flows[name] = seen
            self._backwards += backwards
            self._account.weigh(seen)

    def damaged(self, damage: Damage) -> None:
        """Some of the file is no flow."""
        self._damage.append(damage)

    def finish(self) -> Account:
        """All of it."""
        account = self._account
        account.seen = list(self._flows.values())
        if self._damage and not account.seen and not account.others:
            reason = elide(self._damage[0].reason, 100)
            raise CaptureError(f"{account.where}: holds no flow that can be read ({reason}); save the flows again")
        if any(damage.cut for damage in self._damage) or self._stream.trouble:
            sentence = self._stream.trouble or "the file ends in the middle of a flow"
            account.oddities.append((Issue.CAPTURE_CUT, sentence))
        places = [damage for damage in self._damage if not damage.cut]
        reasons = "; ".join(sorted({elide(damage.reason) for damage in places})[:3])
        account.notice(Issue.CAPTURE_DAMAGED, len(places), f"places of the file could not be read: {reasons}")
        account.notice(Issue.CAPTURE_DAMAGED, self._strange, "flows hold values that mitmproxy does not write")
        account.notice(Issue.CAPTURE_TIME_ORDER, self._backwards, "messages carry an earlier time than others before")
        return account


def _fullness(seen: Seen) -> tuple[bool, int, int]:
    return seen.exchange.answer is not None, len(seen.messages), seen.ended
