"""Going on, waiting, and stepping over, without a format."""

import numpy as np

from analyzer.sources.summary import Summary
from analyzer.sources.walker import Walker
from analyzer.wire.block import PacketBlock


class Letters(Walker):
    """A toy format: a record is ``a`` and a letter; ``!`` is never sound."""

    def _begin(self, data: bytes) -> None:
        self._data, self._at = data, list[int]()

    def _scan(self, data: bytes, pos: int) -> tuple[int, bool]:
        while data[pos : pos + 1] == b"a" and pos + 2 <= len(data):
            self._at.append(pos)
            pos += 2
        return pos, data[pos : pos + 1] not in (b"a", b"")

    def _search(self, data: bytes, pos: int, at_end: bool) -> tuple[int, bool]:
        found = data.find(b"a", pos)
        return (found, True) if found >= 0 and found + 2 <= len(data) else (max(pos, len(data) - 1), False)

    def _finish(self) -> PacketBlock:
        at = np.array(self._at, np.int64)
        return PacketBlock(self._data, at, at, at, at, at, at.astype(np.uint32))


def walked(*pieces: bytes) -> tuple[int, Summary]:
    """Number of records in a file that comes in pieces."""
    summary = Summary()
    walker, rest, count = Letters(summary, 100), b"", 0
    for i, piece in enumerate([*pieces, b""]):
        block, consumed = walker.walk(rest + piece, at_end=i == len(pieces))
        rest = (rest + piece)[consumed:]
        count += len(block)
    assert rest == b""
    return count, summary


def test_records_are_taken_across_pieces() -> None:
    """An unfinished one waits."""
    count, summary = walked(b"axa", b"yaz")
    assert (count, summary.cut, summary.damaged) == (3, False, 0)


def test_an_unfinished_record_at_the_end_is_a_cut() -> None:
    """Not damage."""
    count, summary = walked(b"axa")
    assert (count, summary.cut, summary.damaged) == (1, True, 0)


def test_damage_ends_where_something_sound_begins() -> None:
    """Its offset counts from the file's start, its size to the sound record, across pieces."""
    count, summary = walked(b"ax!!", b"!", b"!ayaz!")
    assert count == 3
    assert [tuple(place) for place in summary.damage] == [(102, 4), (110, 1)]
