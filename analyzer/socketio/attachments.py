"""Binary attachments, gathered behind the text packet that announces them, whatever transport carried each."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analyzer.issues import Issue, PacketError
from analyzer.limits import DEFAULT, Limits
from analyzer.socketio.packet import Packet, encode
from analyzer.text import elide

_find_flat_object = re.compile(r"\{([^{}]*+)\}").finditer
_is_placeholder = re.compile(r'"_placeholder"\s*+:\s*+true').search


class Gathered(NamedTuple):
    """A binary packet and what came of it.

    ``packet.raw`` is set where the count announced is not the count kept; ``size`` is bytes of all attachments that
    came, kept or not. ``issue`` and ``detail`` say what is wrong, as those of a row; None where nothing is.
    """

    packet: Packet
    attachments: list[bytes]
    size: int
    issue: str | None = None
    detail: str | None = None


class Gatherer:
    """State of one direction: `start` a binary packet, `add` its attachments, `abort` if something else comes."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._packet: Packet | None = None
        self._came = 0
        self._size = 0
        self._kept: list[bytes] = []
        self._full = False

    @property
    def pending(self) -> int:
        """Attachments still to come; 0 while nothing is being gathered."""
        return 0 if self._packet is None else self._packet.attachments - self._came

    @property
    def packet(self) -> Packet | None:
        """The packet that waits, None while there is none."""
        return self._packet

    def start(self, packet: Packet) -> Gathered | None:
        """Begin with the header ``packet``, whole at once if it announces none. `abort` first while one waits."""
        self._packet, self._came, self._size, self._kept, self._full = packet, 0, 0, [], False
        return None if self.pending else self._finish()

    def add(self, data: bytes) -> Gathered | None:
        """Take the next attachment; the whole packet once it was the last one.

        Raises:
            PacketError: ``SIO_ATTACHMENT_SURPLUS`` while no packet waits.
        """
        if self._packet is None:
            raise PacketError(Issue.SIO_ATTACHMENT_SURPLUS, f"a binary message that no packet announced: {elide(data)}")
        self._came += 1
        self._size += len(data)
        fits = len(self._kept) < self._limits.attachments and self._size <= self._limits.attachment_bytes
        self._full = self._full or not fits
        if not self._full:  # all that follow stay out as well, or they would take another one's number
            self._kept.append(data)
        return None if self.pending else self._finish()

    def abort(self) -> Gathered | None:
        """Give up the packet that waits, and give back what came of it; None while there is none."""
        missing = self.pending
        if not missing:
            return None
        gathered = self._finish()
        detail = f"{missing} of {gathered.packet.attachments} attachments did not come"
        return gathered._replace(issue=Issue.SIO_ATTACHMENT_MISSING, detail=detail)

    def _finish(self) -> Gathered:
        packet, kept = self._packet, self._kept
        assert packet is not None
        self._packet, self._kept = None, []
        if len(kept) != packet.attachments:
            packet = packet._replace(raw=encode(packet))
        if self._full:
            detail = f"only {len(kept)} of {packet.attachments} attachments are kept, the limit is reached"
            return Gathered(packet, kept, self._size, Issue.SIO_ATTACHMENT_LIMIT, detail)
        if packet.issue is None and (wrong := wrong_placeholder(packet)) is not None:
            return Gathered(packet, kept, self._size, Issue.SIO_BAD_ATTACHMENTS, f"no such attachment: {elide(wrong)}")
        return Gathered(packet, kept, self._size, packet.issue, packet.detail)


def attachment_of(value: Mapping[str, Any], attachments: Sequence[bytes]) -> bytes | None:
    """The bytes that an object of a payload stands for, None where it is no placeholder or its number is no
    attachment's.
    """
    number = value.get("num")
    if value.get("_placeholder") is not True or type(number) is not int or not 0 <= number < len(attachments):
        return None
    return attachments[number]


def restored(value: Any, attachments: Sequence[bytes]) -> Any:
    """A payload with bytes in the place of its placeholders; one that stands for none stays an object."""
    if isinstance(value, list):
        return [restored(item, attachments) for item in value]
    if not isinstance(value, dict):
        return value
    found = attachment_of(value, attachments)
    return {key: restored(item, attachments) for key, item in value.items()} if found is None else found


def wrong_placeholder(packet: Packet) -> str | None:
    """The first placeholder object in ``data`` whose ``num`` is no attachment's number, None where there is none.

    Found without parsing the payload: braces inside of strings can hide a placeholder, but never make one.
    """
    if packet.data is None or "_placeholder" not in packet.data:
        return None
    for found in _find_flat_object(packet.data):
        if _is_placeholder(found[1]) and not _in_range(found[0], packet.attachments):
            return found[0]
    return None


def _in_range(placeholder: str, count: int) -> bool:
    """Official parsers take any number in range, whole or not."""
    try:
        number = json.loads(placeholder, parse_int=float).get("num")
    except (ValueError, RecursionError):
        return True
    return isinstance(number, float) and 0 <= number < count
