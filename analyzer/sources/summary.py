"""What a capture file says about itself, and what was wrong with it; filled while it is read."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from analyzer.wire.block import PacketBlock

Raw = bytes
KEPT: Final = 1000
"""Comments, damaged places and interfaces kept at most."""
COMMENT: Final = 2000
"""Characters kept of one comment."""


class Comment(NamedTuple):
    """``where``: ``section``, ``interface 0``, ``packet 12``."""

    where: str
    text: str


class Damage(NamedTuple):
    """A place that could not be read: offset in the (unpacked) file, and bytes stepped over."""

    offset: int
    size: int


@dataclass(slots=True)
class Interface:
    """A pcapng interface; drop counts as its last statistics block gave them, None where it gave none."""

    link: int
    name: str | None = None
    dropped: int | None = None


@dataclass(slots=True)
class Summary:
    """Times are ns since 1970 UTC; all of it is complete once the reader has reached the end."""

    packets: int = 0
    bytes: int = 0
    """Bytes on the wire."""
    truncated: int = 0
    """Packets of which fewer bytes were captured than were on the wire (the snapshot length)."""
    first_time: int | None = None
    last_time: int | None = None
    """Earliest and latest packet time."""
    backwards: int = 0
    """Packets with a time before that of the packet ahead of them."""
    behind: int = 0
    """By how much at most, ns. Captures of several processors differ by microseconds, which says nothing."""
    cut: bool = False
    """The file ends in the middle of a packet."""
    damaged: int = 0
    """Places of the file that could not be read."""
    damage: list[Damage] = field(default_factory=list)
    """The first of those places."""
    trouble: str | None = None
    """Why reading ended early: damaged or cut compression."""
    sections: int = 1
    interfaces: list[Interface] = field(default_factory=list)
    links: dict[int, int] = field(default_factory=dict)
    """Packets by link type."""
    packet_drops: int = 0
    """Drops noted on packets (pcapng epb_dropcount, and those of old Packet Blocks)."""
    comments: list[Comment] = field(default_factory=list)
    secrets: list[tuple[int, Raw]] = field(default_factory=list)
    """Decryption secrets: type (0x544c534b is a TLS key log) and data."""
    _last: int | None = None

    @property
    def dropped(self) -> int | None:
        """Packets the capture says were dropped; None where it says nothing."""
        said = [interface.dropped for interface in self.interfaces if interface.dropped is not None]
        if said:
            return max(sum(said), self.packet_drops)
        return self.packet_drops or None

    @property
    def comments_left(self) -> int:
        """Comments that may still be kept."""
        return KEPT - len(self.comments)

    def comment(self, where: str, text: Raw) -> None:
        """Keeps a comment, within bounds."""
        if len(self.comments) < KEPT:
            self.comments.append(Comment(where, text[: 4 * COMMENT].decode("utf-8", "replace")[:COMMENT]))

    def add_damage(self, offset: int, size: int) -> None:
        """Notes a place that could not be read."""
        self.damaged += 1
        if len(self.damage) < KEPT:
            self.damage.append(Damage(offset, size))

    def add(self, block: PacketBlock) -> None:
        """Counts the packets of a block."""
        if not len(block):
            return
        self.packets += len(block)
        self.bytes += int(block.original.sum())
        self.truncated += int((block.captured < block.original).sum())
        self._times(block)
        self._links(block)

    def _times(self, block: PacketBlock) -> None:
        low, high = int(block.time.min()), int(block.time.max())
        self.first_time = low if self.first_time is None else min(low, self.first_time)
        self.last_time = high if self.last_time is None else max(high, self.last_time)
        before = np.concatenate(([block.time[0] if self._last is None else self._last], block.time[:-1]))
        back = before - block.time
        self.backwards += int((back > 0).sum())
        self.behind = max(self.behind, int(back.max()))
        self._last = int(block.time[-1])

    def _links(self, block: PacketBlock) -> None:
        first = int(block.link[0])
        if (block.link == first).all():
            counts = {first: len(block)}
        else:
            counts = {link: int((block.link == link).sum()) for link in set(block.link.tolist())}
        for link, count in counts.items():
            self.links[link] = self.links.get(link, 0) + count
