"""Polling bodies and WebSocket messages in their pretty form, and back."""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Final

from analyzer.engineio.payload import Form, encode_payload, guess_form, split
from analyzer.live import pretty
from analyzer.live.pretty import BETWEEN, Item

HEARTBEATS, ACKS = "heartbeats", "acks"
HIDEABLE: Final = (HEARTBEATS, ACKS)
_BEATS: Final = ("ping", "pong")
_INDEX: Final = re.compile(rb"___eio\[(\d+)\]")
_MOST: Final = 2000
"""Packets shown of a body at most."""
_LINE: Final = re.compile(rf"^{re.escape(BETWEEN)}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Body:
    """What is shown: a polling ``body``, or one WebSocket ``message`` (text or bytes); ``revision`` is Engine.IO's."""

    revision: int
    data: bytes
    content_type: str | None = None
    message: bool = False
    text: bool = True
    """Of a WebSocket message: whether it is one of text."""

    def items(self) -> list[Item]:
        """Its packets. Raises ValueError where it cannot be read."""
        if self.message:
            return [self.data.decode() if self.text else self.data]
        entries = list(split(self.data, self._form()))
        for entry in entries:
            if entry.error is not None or (entry.text is None and entry.binary is None):
                raise ValueError(str(entry.error))
        return [entry.text if entry.text is not None else entry.binary or b"" for entry in entries]

    def joined(self, items: list[Item]) -> bytes:
        """The bytes of packets; the other way round. Raises ValueError where one message is not one."""
        if not self.message:
            found = _INDEX.search(self.data)
            made = encode_payload(items, self._form())
            return _INDEX.sub(found[0], made, count=1) if found else made
        if len(items) != 1 or isinstance(items[0], str) != self.text:
            raise ValueError(f"a WebSocket message is one packet{' of text' if self.text else ', binary'}")
        return items[0].encode("utf-8", "surrogatepass") if isinstance(items[0], str) else items[0]

    def _form(self) -> Form:
        return guess_form(self.data, self.revision, self.content_type)


def show(body: Body, hide: Set[str] = frozenset(), remark: Callable[[int], str | None] = lambda index: None) -> str:
    """The pretty form; ``hide`` names kinds to leave out, ``remark`` has something to say of the n-th packet."""
    shown, hidden = [], 0
    items = body.items()
    for i, item in enumerate(items[:_MOST]):
        if _hidden(item, body.revision, hide):
            hidden += 1
            continue
        said = remark(i)
        shown.append((f"# {said}\n" if said else "") + pretty.show(item, body.revision))
    text = f"\n{BETWEEN}\n".join(shown)
    text += f"\n# {hidden} hidden (sioscope_view_hide)" if hidden else ""
    text += f"\n# {len(items) - _MOST} more packets" if len(items) > _MOST else ""
    return text.strip("\n")


def read(text: str, body: Body, hide: Set[str] = frozenset()) -> bytes:
    """The bytes of a pretty form that may have been edited; what was left as it was stays what it was, byte for byte.

    Raises ValueError with what is wrong with it.
    """
    before = body.items()
    places = [i for i, item in enumerate(before) if i < _MOST and not _hidden(item, body.revision, hide)]
    blocks = [block.strip("\n") for block in _LINE.split(text)]
    blocks = [block for block in blocks if pretty.content(block)]
    after: dict[int, list[Item]] = {place: [] for place in places}
    for n, block in enumerate(blocks):
        place = places[min(n, len(places) - 1)] if places else 0
        old = before[place] if n < len(places) else None
        after.setdefault(place, []).append(pretty.read(block, old, body.revision))
    items = [new for i, item in enumerate(before) for new in after.get(i, [item])]
    return body.data if items == before else body.joined(items)


def _hidden(item: Item, revision: int, hide: Set[str]) -> bool:
    if not hide:
        return False
    kind, packet = pretty.summary(item, revision)
    if kind in _BEATS:
        return HEARTBEATS in hide
    return ACKS in hide and packet is not None and packet.type in ("ACK", "BINARY_ACK")
