"""Which record headers of a damaged pcap file to believe, and where sound ones begin again."""

from typing import Final, NamedTuple

import numpy as np

from analyzer.wire.block import Int64s, Mask
from analyzer.wire.gather import Records, records

LARGEST: Final = 1 << 20
"""Captured bytes of one packet beyond which its header is taken for damage; no network interface gives as many."""
_LARGEST_ON_WIRE: Final = 1 << 26
_MONTH: Final = 30 * 86_400
_YEARS: Final = 0x2000_0000, 0xF000_0000
"""1987 to 2097: what a time may be where no packet before it tells."""
_WINDOW: Final = 1 << 16
_SECOND: Final = 1_000_000_000
_FIELDS: Final = ("seconds", "fraction", "captured", "original")
_TOO_ODD: Final = 2
"""Oddities one header may not have at once: each alone some writer of captures makes a habit of."""


class Flavour(NamedTuple):
    """What the magic number says: byte order (``<`` or ``>``), ns per unit of the fraction, size of a record header."""

    order: str
    unit: int
    header: int


class Judge:
    """Judges record headers of one flavour."""

    def __init__(self, kind: Flavour) -> None:
        self._kind = kind
        self._shape = np.dtype([(name, kind.order + "u4") for name in _FIELDS])

    def read(self, data: bytes, at: Int64s) -> Records:
        """The fields seconds, fraction, captured and original of the headers at these offsets."""
        return records(data, at, self._shape)

    def odd(self, data: bytes, at: Int64s, seconds: int | None) -> Int64s:
        """Which of the headers at these offsets, one record behind the other, cannot be believed.

        ``seconds`` is the time of the packet before them, where there is one.
        """
        head = self.read(data, at)
        time = head["seconds"].astype(np.int64)
        before = np.concatenate([time[:1] if seconds is None else [seconds], time[:-1]])
        oddities = (np.abs(time - before) > _MONTH).astype(np.int8)
        oddities += head["fraction"].astype(np.int64) * self._kind.unit >= _SECOND
        oddities += head["captured"] > head["original"]
        oddities += head["original"] > _LARGEST_ON_WIRE
        oddities += head["captured"] == 0
        oddities += time == 0
        return np.flatnonzero(oddities >= _TOO_ODD)

    def search(self, data: bytes, pos: int, seconds: int | None, at_end: bool) -> tuple[int, bool]:
        """The first place from ``pos`` on where records follow each other, near this time, and True.

        Where there is none: where to look on once there is more, and False.
        """
        size, stop = _WINDOW, len(data) - self._kind.header + 1
        while pos < stop:  # windows that grow: a damaged place costs by its size, not by that of the data behind it
            until = min(pos + size, stop)
            at = self._candidates(data, pos, until, seconds)
            sure, unsure = self._chained(data, at, at_end)
            if len(first := np.flatnonzero(sure | unsure)[:1]):
                return int(at[first[0]]), bool(sure[first[0]])
            pos, size = until, size * 2
        return pos, False

    def _candidates(self, data: bytes, start: int, until: int, seconds: int | None) -> Int64s:
        """Places where there are four bytes that could be the time of the next packet."""
        value = np.ndarray((until - start,), self._kind.order + "u4", data, start, (1,))
        low, high = _YEARS if seconds is None else (seconds - _MONTH, seconds + _MONTH)
        return np.flatnonzero((value >= max(0, low)) & (value <= min(0xFFFF_FFFF, high))) + start

    def _chained(self, data: bytes, at: Int64s, at_end: bool) -> tuple[Mask, Mask]:
        """For each place: whether three records (fewer, at the end) follow there; whether more bytes must tell."""
        sound, after = self._sound(data, at)
        sure, unsure = np.zeros(len(at), bool), np.zeros(len(at), bool)
        for step in range(2):
            short = sound & (after + self._kind.header > len(data))
            if at_end:
                sure |= short & ((after == len(data)) | (step > 0))
            else:
                unsure |= short
            good, further = self._sound(data, np.minimum(after, len(data)))
            sound &= good & ~short
            after = further
        return sure | sound, unsure

    def _sound(self, data: bytes, at: Int64s) -> tuple[Mask, Int64s]:
        """Whether a record header may stand at each place, and where the next one would."""
        head = self.read(data, at)
        captured, original = head["captured"].astype(np.int64), head["original"].astype(np.int64)
        sound = (captured > 0) & (captured <= LARGEST) & (captured <= original) & (original <= _LARGEST_ON_WIRE)
        sound &= head["fraction"].astype(np.int64) * self._kind.unit < _SECOND
        return sound, at + self._kind.header + captured
