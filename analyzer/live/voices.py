"""Says what commands want said on WebSockets: not between a packet and its attachments, which come as messages of their
own.
"""

from typing import Any, Final

from analyzer.decoding import query
from analyzer.live.facts import attachments_of
from analyzer.live.injection import Injection
from analyzer.live.lane import Held
from analyzer.live.pretty import Item
from analyzer.live.sluice import Sluice

_BINARY: Final = (b"45", b"46")
"""What a message with a packet that has attachments begins with."""


class Voices:
    """All WebSockets, as far as something is under way on them."""

    def __init__(self, injection: Injection) -> None:
        self._injection = injection
        self._due: dict[tuple[str, bool], int] = {}
        self._sluices: dict[str, Sluice] = {}

    @property
    def busy(self) -> bool:
        """Whether attachments are due somewhere."""
        return bool(self._due)

    def heard(self, flow: Any, message: Any) -> None:
        """A message passes."""
        if message.dropped or not (self._due or (message.is_text and message.content[:2] in _BINARY)):
            return
        key = str(flow.id), bool(message.from_client)
        if not message.is_text:
            self._due.update({key: self._due[key] - 1} if key in self._due else {})
        elif message.content[:1] == b"4":  # attachments that have not come by now never will
            self._due[key] = _attachments(flow, message)
        if self._due.get(key, 1) <= 0:
            del self._due[key]
            if key[0] in self._sluices:
                self._sluices[key[0]].ended(key[1])
                self._sluices[key[0]].pump(key[1])

    def say(self, flow: Any, items: list[Item], *, to_client: bool, why: str) -> None:
        """Say packets in a side's name, now or as soon as can be."""
        key = str(flow.id), not to_client
        if key in self._due and items:
            sluice = self._sluices.setdefault(key[0], Sluice(flow, self._injection, None))
            sluice.begun(key[1])
            sluice.say(key[1], Held(items, why, 0.0))
            return
        for item in items:
            self._injection.send(flow, item, to_client=to_client, why=why)

    def ended(self, flow: Any) -> None:
        """A WebSocket is over."""
        sluice = self._sluices.pop(str(flow.id), None)
        if sluice is not None:
            sluice.stop()
        for from_client in (True, False):
            self._due.pop((str(flow.id), from_client), None)


def _attachments(flow: Any, message: Any) -> int:
    asked = query.parse(flow.request.path) if message.content[:2] in _BINARY else None
    return attachments_of(message.content.decode("utf-8", "replace"), asked.engine or 4) if asked is not None else 0
