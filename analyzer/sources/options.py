"""Options of pcapng blocks: of one block, and of all packet blocks of a stretch at once."""

from collections.abc import Iterator
from struct import Struct
from typing import Final

import numpy as np

from analyzer.sources.summary import Summary
from analyzer.wire.block import Int64s, Mask
from analyzer.wire.gather import records

COMMENT: Final = 1
PACKET_DROPS: Final = 4
_ROUNDS: Final = 32
"""Options looked at in one packet block."""


def options(data: bytes, at: int, end: int, order: str) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option between two offsets; ends at the end mark or where one does not fit."""
    head = Struct(order + "HH").unpack_from
    while at + 4 <= end:
        code, length = head(data, at)
        if code == 0 or at + 4 + length > end:
            return
        yield code, data[at + 4 : at + 4 + length]
        at += 4 + (length + 3 & ~3)


class PacketNotes:
    """Comments and drop counts on packets."""

    def __init__(self, order: str, summary: Summary) -> None:
        self._summary = summary
        self._head = np.dtype([("code", order + "u2"), ("length", order + "u2")])
        self._count = np.dtype([("value", order + "u8")])

    def read(self, data: bytes, at: Int64s, end: Int64s, number: Int64s) -> None:
        """Reads the options of the packets with these numbers, each between two offsets."""
        for _ in range(_ROUNDS):
            left = end - at >= 4
            at, end, number = at[left], end[left], number[left]
            if not len(at):
                return
            head = records(data, at, self._head)
            length = head["length"].astype(np.int64)
            fits = (head["code"] != 0) & (at + 4 + length <= end)
            self._comments(data, at + 4, length, number, fits & (head["code"] == COMMENT))
            drops = fits & (head["code"] == PACKET_DROPS) & (length == 8)
            self._summary.packet_drops += sum(records(data, at[drops] + 4, self._count)["value"].tolist())
            at = np.where(fits, at + 4 + (length + 3 & ~3), end)

    def _comments(self, data: bytes, at: Int64s, length: Int64s, number: Int64s, which: Mask) -> None:
        for index in np.flatnonzero(which)[: self._summary.comments_left].tolist():
            start = int(at[index])
            self._summary.comment(f"packet {number[index]}", data[start : start + int(length[index])])
